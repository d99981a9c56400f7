"""Owns sinks: what in an action's arguments decides where something goes, and to whom.

Declared operations name their sinks; an argument that an operation does not declare, and each
argument of an unknown operation, is a sink too unless its name is evidently that of free text. An
address, link or account number inside free text is a sink as well: a reader follows it. What an
argument is called never makes it trusted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aios_defs.core.connector import Operation
from aios_defs.core.model import JsonObject, JsonScalar, JsonValue
from aios_defs.core.policy.embedded import embedded_sinks, is_link

_CONTENT = frozenset(
    (
        *("body", "content", "contents", "text", "subject", "message", "description", "title"),
        *("comment", "note", "notes", "caption", "summary", "html", "reply"),
    )
)
_RECIPIENT = frozenset(
    (
        *(
            "recipient",
            "recipients",
            "to",
            "cc",
            "bcc",
            "email",
            "emails",
            "participants",
            "attendees",
        ),
        *("invitees", "user", "users", "channel", "channels", "payee", "payees", "iban", "phone"),
    )
)
_HEADERS = frozenset(("in_reply_to", "references", "message_id", "thread_id", "automatic"))
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"'|]+@[^\s@<>()\[\],;:\"'|]+\.[^\s@<>()\[\],;:\"'|]+")
_NAMED = re.compile(r"[^<>@]*<([^<>]+)>")
_HANDLE = re.compile(r"[@#+]?[^@\x00-\x1f\x7f]*\w[^@\x00-\x1f\x7f]*")
_ADDRESSEE = frozenset(("recipient", "recipients", "to"))
_ACCOUNT = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One scalar in the arguments: its top argument, its nearest key and its value."""

    argument: str
    key: str
    value: JsonScalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinks:
    """The arguments of one action by what they are; every tuple in argument order.

    `recipients` are bare addresses or handles, `amounts` money of declared arguments, `others` what
    no declaration covers, `embedded` the addresses, links and accounts inside free text. `invalid`
    counts recipients that are no address. `texts` are all values and undeclared names that could
    carry private text, a recipient's own address excepted.
    """

    recipients: tuple[str, ...] = ()
    payees: tuple[Leaf, ...] = ()
    links: tuple[Leaf, ...] = ()
    amounts: tuple[Leaf, ...] = ()
    others: tuple[Leaf, ...] = ()
    embedded: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    invalid: int = 0


def bare_address(text: str) -> str | None:
    """Return the address of one recipient, without name and in lower case; None when it has none.

    Only ASCII addresses change case: other letters do not fold alike everywhere.
    """
    if not text.isprintable():
        return None
    named = _NAMED.fullmatch(text.strip())
    address = (named[1] if named else text).strip()
    if not _ADDRESS.fullmatch(address) or address.count("@") > 1:
        return None
    return address.lower() if address.isascii() else address


def account(text: str) -> str | None:
    """Return an account number (IBAN form) without spaces and in upper case, or None."""
    compact = re.sub(r"[\s-]", "", text).upper()
    return compact if _ACCOUNT.fullmatch(compact) else None


def leaves(arguments: JsonObject) -> Iterator[Leaf]:
    """Yield each scalar of the arguments in their order, at any depth, and inner keys as values."""
    for argument, top in arguments.items():
        stack: list[tuple[str, JsonValue]] = [(argument, top)]
        while stack:
            key, value = stack.pop()
            if isinstance(value, dict):
                stack.extend(reversed(list(value.items())))
                named = (inner for inner in value if _names_sink(inner))
                yield from (Leaf(argument=argument, key=key, value=inner) for inner in named)
            elif isinstance(value, list):
                stack.extend((key, item) for item in reversed(value))
            else:
                yield Leaf(argument=argument, key=key, value=value)


def classify(operation: Operation | None, arguments: JsonObject) -> Sinks:
    """Sort the arguments of an action by what they decide; pure and total."""
    found = _Sorting(operation)
    found.expect_addressee(arguments)
    for leaf in leaves(arguments):
        found.add(leaf)
    found.add_names(arguments)
    return found.sinks()


def _names_sink(text: str) -> bool:
    return "@" in text or is_link(text) or account(text) is not None


def _last_word(name: str) -> str:
    words = _WORD.findall(name)
    return words[-1].lower() if words else ""


class _Sorting:
    """Sorts leaves one by one."""

    def __init__(self, operation: Operation | None) -> None:
        self._operation = operation
        self._kinds = _declared(operation)
        self._found: dict[str, list[Leaf]] = {}
        self._recipients: list[str] = []
        self._embedded: list[str] = []
        self._texts: list[str] = []
        self._invalid = 0
        self._is_addressed = False

    def add(self, leaf: Leaf) -> None:
        """Sort one leaf by what it decides."""
        if leaf.value is None or leaf.value is False:
            return
        kind = self._kind(leaf)
        if kind == "recipients":
            self._is_addressed |= leaf.argument in self._kinds
            self._add_recipients(leaf)
            return
        if kind == "header":
            self._texts.append(_written(leaf.value))
            return
        self._texts.extend(() if _is_own_address(kind, leaf) else [_written(leaf.value)])
        if kind == "content":
            self._embedded.extend(embedded_sinks(_written(leaf.value)))
        elif leaf.value != "":
            self._found.setdefault(kind, []).append(leaf)

    def _add_recipients(self, leaf: Leaf) -> None:
        text = _written(leaf.value)
        for part in _parts(text):
            address = bare_address(part)
            if address is None:
                self._texts.append(part)
                is_handle = _HANDLE.fullmatch(part) and not self._is_mail
                self._invalid += 0 if is_handle else 1
            elif part.strip().lower() != address.lower():
                self._texts.append(part)
            self._recipients.extend(filter(None, [address or part]))

    def expect_addressee(self, arguments: JsonObject) -> None:
        """Count an addressee that an unknown operation names and leaves empty."""
        if self._operation is None:
            empty = [name for name, value in arguments.items() if value in ("", [], None)]
            self._invalid += sum(_last_word(name) in _ADDRESSEE for name in empty)

    def add_names(self, arguments: JsonObject) -> None:
        """Take the names that nothing declares for text: they leave as well."""
        stack: list[JsonValue] = [arguments]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                self._texts.extend(name for name in value if name not in self._kinds)
            if isinstance(value, dict | list):
                stack.extend(value.values() if isinstance(value, dict) else value)

    @property
    def _is_unaddressed(self) -> bool:
        """Tell whether no declared recipient is named; one in another argument is no substitute."""
        operation = self._operation
        expects = operation is not None and operation.addresses_people and operation.recipients
        return bool(expects) and not self._is_addressed

    @property
    def _is_mail(self) -> bool:
        return self._operation is not None and self._operation.name.startswith("mail.")

    def _kind(self, leaf: Leaf) -> str:
        kind = self._kinds.get(leaf.argument)
        if leaf.argument in _HEADERS and self._operation and kind in {None, "content"}:
            return "header"
        return kind or self._guessed(leaf)

    def _guessed(self, leaf: Leaf) -> str:
        is_text = isinstance(leaf.value, str)
        if is_text and _last_word(leaf.key) in _CONTENT:
            return "content"
        if is_text and "@" in str(leaf.value) and bare_address(str(leaf.value)) is not None:
            return "recipients"
        if self._operation is None and is_text and _last_word(leaf.key) in _RECIPIENT:
            return "payees" if account(str(leaf.value)) else "recipients"
        return "links" if is_text and is_link(str(leaf.value).strip()) else "others"

    def sinks(self) -> Sinks:
        """Return what was sorted so far."""
        return Sinks(
            recipients=tuple(dict.fromkeys(self._recipients)),
            payees=tuple(self._found.get("payees", ())),
            links=tuple(self._found.get("links", ())),
            amounts=tuple(self._found.get("amounts", ())),
            others=tuple(self._found.get("others", ())),
            embedded=tuple(dict.fromkeys(self._embedded)),
            texts=tuple(self._texts),
            invalid=self._invalid + self._is_unaddressed,
        )


def _declared(operation: Operation | None) -> dict[str, str]:
    if operation is None:
        return {}
    kinds = ("content", "amounts", "links", "payees", "recipients")
    return {name: kind for kind in kinds for name in getattr(operation, kind)}


def _is_own_address(kind: str, leaf: Leaf) -> bool:
    return kind == "payees" and account(_written(leaf.value)) is not None


def _written(value: JsonScalar) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _parts(text: str) -> Iterable[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()] or [""]
