"""Owns provenance by value: whether a sink stands in a text that the operator stands behind.

Such texts are the operator's intent, the task's participants and what the task has read from the
operator or from first-party records. A value must stand there whole: an address inside a longer one
does not count, amounts compare as numbers, dates as dates, account numbers without their spaces.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache

from aios_defs.core.model import JsonScalar
from aios_defs.core.policy.embedded import is_link, tokens
from aios_defs.core.policy.sinks import account, bare_address

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"(?<![\w.,-])-?\d+(?:[.,']\d+)*(?![\w])|(?<=[€$£ ])\d+(?:[.,']\d+)*")
_MONEY = re.compile(
    r"(?<=[€$£])\d+(?:[.,']\d+)*|(?<!\w)\d+(?:[.,']\d+)*(?=[€$£]|eur\b|usd\b|gbp\b)"
)
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_NAMED_DAY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([a-z]{3})[a-z]*\.?(?:,?\s+(\d{4})\b)?"
)
_NAMED_MONTH = re.compile(r"\b([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4})\b)?")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap])?\.?(?:m\b)?")
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]00:00)?)?"
)
_GLUED = re.compile(r"\.[A-Z][a-z]+$")
_JOINING = frozenset(".@+-/:%&=?#~")
_BREAK = " \0 "
_NOON = 12
_LONGEST_ACCOUNT = 34
_SHORTEST_ACCOUNT = 15

Day = tuple[int | None, int, int]


class Provenance:
    """The texts that the operator stands behind, searched by value; indexed when asked."""

    def __init__(
        self,
        texts: Iterable[str],
        participants: Iterable[str] = (),
        beside: "Provenance | None" = None,
    ) -> None:
        """Keep the texts, the addresses the task may write to, and what vouches beside them."""
        self._participants = frozenset(bare_address(one) or one for one in participants)
        self._raw = _BREAK.join((*texts, *self._participants))
        self._beside = beside

    def vouches(self, value: JsonScalar) -> bool:
        """Return whether the value stands in the texts; an empty value needs nobody."""
        return self._vouches(value) or (self._beside is not None and self._beside.vouches(value))

    def _vouches(self, value: JsonScalar) -> bool:
        if value is None or value is False or value is True:
            return value is not True
        if isinstance(value, int | float):
            return self.vouches_number(value)
        text = value.strip()
        return not text or text in self._participants or self._stands(text)

    def vouches_number(self, value: JsonScalar, *, is_minor: bool = False) -> bool:
        """Return whether an amount stands in the texts, as it is or, of minor units, in major."""
        number = _decimal(str(value))
        if number is None:
            return self.vouches(value if isinstance(value, str) else None)
        if number in self._numbers or (is_minor and number / 100 in self._numbers):
            return True
        beside = self._beside
        return beside is not None and beside.vouches_number(value, is_minor=is_minor)

    def vouches_day(self, value: JsonScalar) -> bool:
        """Return whether a value is a moment whose day stands in the texts, at whatever hour."""
        found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return False
        year, month, day = (int(part) for part in found.group(1, 2, 3))
        if {(year, month, day), (None, month, day)} & self._days:
            return True
        return self._beside is not None and self._beside.vouches_day(value)

    def _stands(self, text: str) -> bool:
        address = bare_address(text)
        if address is not None:
            return address in self._addresses
        if "@" in text.lstrip("@"):
            return False
        if is_link(text):
            return link_form(text) in self._links
        number = account(text)
        if number is not None:
            return number in self._accounts
        return self._has_whole(text) or self._has_moment(text) or _decimal(text) in self._numbers

    def _has_moment(self, text: str) -> bool:
        found = _MOMENT.fullmatch(text)
        if found is None or not self.vouches_day(text):
            return False
        return found[4] is None or (int(found[4]), int(found[5])) in self._times

    def _has_whole(self, text: str) -> bool:
        wanted = " ".join(text.lower().split())
        at = self._folded.find(wanted) if wanted else -1
        while at >= 0:
            if self._is_whole(at, at + len(wanted)):
                return True
            at = self._folded.find(wanted, at + 1)
        return False

    def _is_whole(self, start: int, end: int) -> bool:
        before, after = self._folded[max(0, start - 2) : start][::-1], self._folded[end : end + 2]
        return not _continues(before) and not _continues(after)

    @cached_property
    def _folded(self) -> str:
        return " ".join(self._raw.lower().split())

    @cached_property
    def _tokens(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tokens(self._raw)))

    @cached_property
    def _addresses(self) -> frozenset[str]:
        found = (token.removeprefix("mailto:") for token in self._tokens if "@" in token)
        return frozenset(filter(None, map(bare_address, found)))

    @cached_property
    def _links(self) -> frozenset[str]:
        glued = (_GLUED.sub("", token) for token in self._tokens)
        return frozenset(link_form(token) for token in (*self._tokens, *glued) if is_link(token))

    @cached_property
    def _numbers(self) -> frozenset[Decimal | None]:
        lowered = self._raw.lower()
        found = (*_NUMBER.findall(lowered), *_MONEY.findall(lowered))
        return frozenset(value for text in found for value in _amounts(text))

    @cached_property
    def _accounts(self) -> frozenset[str]:
        return frozenset(_accounts(re.findall(r"[A-Za-z0-9]+|[^\sA-Za-z0-9-]", self._raw)))

    @cached_property
    def _days(self) -> frozenset[Day]:
        return frozenset(_days(self._folded))

    @cached_property
    def _times(self) -> frozenset[tuple[int, int]]:
        return frozenset(_times(self._folded))


@lru_cache(maxsize=16)
def house_provenance(texts: tuple[str, ...]) -> Provenance:
    """Return the provenance of the house's own public texts, indexed once and not at each verdict.

    Only texts without anyone's private words belong here: they stay in memory.
    """
    return Provenance(texts)


def _continues(neighbours: str) -> bool:
    """Tell whether what stands next to a match makes it part of a longer word or address."""
    if not neighbours:
        return False
    if neighbours[0].isalnum() or neighbours[0] == "_":
        return True
    return neighbours[0] in _JOINING and neighbours[1:].isalnum()


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _amounts(text: str) -> Iterator[Decimal]:
    """Yield the readings of a written number: with a decimal point, a comma, or thousands."""
    plain = text.replace("'", "")
    readings = {plain, plain.replace(",", ""), plain.replace(".", "").replace(",", ".")}
    is_grouped = re.fullmatch(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", plain) is not None
    readings |= {re.sub(r"[.,]", "", plain)} if is_grouped else set()
    if not is_grouped and plain.count(",") + plain.count(".") == 1:
        readings = {plain.replace(",", ".")}
    for value in map(_decimal, readings):
        if value is not None:
            yield value


def link_form(text: str) -> str:
    """Return the one form of a link: without scheme and closing slash, its host in lower case."""
    bare = re.sub(r"^https?://", "", text.strip(), flags=re.IGNORECASE).rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def _accounts(groups: list[str]) -> Iterator[str]:
    for at, group in enumerate(groups):
        if not re.match(r"[A-Za-z]{2}\d{2}", group):
            continue
        joined = ""
        for part in groups[at : at + 10]:
            if not part.isalnum() or len(joined) + len(part) > _LONGEST_ACCOUNT:
                break
            joined += part.upper()
            if len(joined) >= _SHORTEST_ACCOUNT:
                yield joined


def _days(text: str) -> Iterator[Day]:
    for year, month, day in _ISO_DATE.findall(text):
        yield int(year), int(month), int(day)
    for first, second, year in _DAY_FIRST.findall(text):
        yield int(year), int(second), int(first)
        yield int(year), int(first), int(second)
    named = [(month, day, year) for day, month, year in _NAMED_DAY.findall(text)]
    for month, day, year in (*named, *_NAMED_MONTH.findall(text)):
        if month in _MONTHS:
            yield int(year) if year else None, _MONTHS.index(month) + 1, int(day)


def _times(text: str) -> Iterator[tuple[int, int]]:
    for hour, minute, half in _CLOCK.findall(text):
        if minute or half:
            of_half = int(hour) % _NOON if half else int(hour)
            yield of_half + (_NOON if half == "p" else 0), int(minute or 0)
