"""Owns telling a sender that only looks like someone whom the operator knows.

Letters of other scripts, digits for letters, doubled and joined letters and dashes make no
difference to a reader in a hurry (Unicode TS 39 calls what is left the skeleton), nor does one
letter more, less, other or swapped in a domain. The known addresses lie opened in the memory of
this process, by what they look like, so that a look-up costs the same however many there are. They
are listed once; from there on only what the committed log says of them is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aios_defs.core.decision import ContextPack, Question
from aios_defs.core.errors import AiosError
from aios_defs.core.folding import fold_text
from aios_defs.core.likeness import deletions, foreign_letters, is_one_off, readable_host, skeleton
from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.shelf import Opened

LOOKALIKE = "lookalike"
"""The sensitive sign of a sender whose address or name imitates one that is known."""
_TRUSTED = ("operator", "written_to")
_OPENED_AT_ONCE = 2000
_CHANGES = (
    "profile.created.v1",
    "profile.endorsed.v1",
    "profile.identified.v1",
    "profile.renamed.v1",
)
_ADDRESS = re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+\.\w+")
_LEAST_WORDS = 2
MAIL_HOSTS = frozenset(
    (
        *("aol.com", "email.com", "gmail.com", "gmx.at", "gmx.com", "gmx.de", "gmx.net"),
        *("hotmail.com", "icloud.com", "live.com", "mail.com", "mail.de", "mail.ru"),
        *("outlook.com", "ymail.com", "yahoo.com", "web.de", "proton.me"),
    )
)
"""Where everybody may have an address: near one another by their names alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Whom a sender would be taken for, and how that is said; `known` is their address."""

    known: str
    words: str


def looks_like(kernel: Kernel, view: View, address: str, name: str = "") -> Likeness | None:
    """Return whom an unknown address, with its display name, would be taken for, or None."""
    if _is_known(kernel, view, address):
        return None
    book = _book(kernel)
    return _by_address(book, address) or _by_name(book, address, name)


def warned(kernel: Kernel, view: View, question: Question, pack: ContextPack) -> Question:
    """Return a question about such a sender that says first whom they would be taken for."""
    last = next(reversed(pack.of_kind("message")), None)
    sender, name = (
        (str(last.data.get(one) or "") for one in ("from", "from_name")) if last else ("", "")
    )
    found = looks_like(kernel, view, sender, name)
    return (
        question.model_copy(update={"text": f"{found.words} {question.text}"})
        if found
        else question
    )


def _by_address(book: Opened, address: str) -> Likeness | None:
    known = book.skeletons.get(skeleton(address)) or _near_host(book, address)
    if known is None or known == address:
        return None
    host = address.rpartition("@")[2]
    foreign = foreign_letters(readable_host(address))
    how = f": it has a {foreign} letter" if foreign else ""
    shown = readable_host(address) if readable_host(host) != host else address
    return Likeness(
        known=known, words=f"{shown} looks like {known}, which you know, but is not{how}."
    )


def _near_host(book: Opened, address: str) -> str | None:
    """Return an address at a known host that this one's host imitates, or None."""
    host = address.rpartition("@")[2]
    if host in book.hosts or host in MAIL_HOSTS:
        return None
    twin = book.host_skeletons.get(skeleton(f"@{host}.x"))
    near = (known for key in deletions(host) for known in book.near.get(key, ()))
    found = twin or next((known for known in near if is_one_off(host, known)), None)
    return book.hosts.get(found) if found else None


def _by_name(book: Opened, address: str, name: str) -> Likeness | None:
    written = _ADDRESS.search(name)
    if written is not None and _host(written[0].lower()) != _host(address):
        words = f"It calls itself {written[0]}, but it is {address}."
        return Likeness(known=written[0].lower(), words=words)
    known = book.names.get(_folded(name))
    if known is None:
        return None
    words = f"It has the name of someone you know at {known}, but it is {address}."
    return Likeness(known=known, words=words)


def _host(address: str) -> str:
    return address.rpartition("@")[2]


def _folded(name: str) -> str:
    """Return a name as it is compared; empty for one too short to be anybody's in particular."""
    words = fold_text(name).split()
    return " ".join(sorted(words)) if len(words) >= _LEAST_WORDS else ""


def _is_known(kernel: Kernel, view: View, address: str) -> bool:
    identity = view.get(IdentityRow, kernel.address_hash(address))
    return identity is not None and identity.basis in _TRUSTED


def _book(kernel: Kernel) -> Opened:
    """Return the known addresses; a few thousand new ones are opened at a time.

    A unit of work that is open may come to nothing, so it is read beside it.
    """
    with kernel.ledger.view() as view:
        kernel.shelf.drop_refolded(view)
        book = kernel.shelf.opened
        book.drop_erased(view)
        for row in _changed(view, book) if book.is_listed else _listed(kernel, view, book):
            if row.basis in _TRUSTED and row.kind == "address":
                _enter(book, *_read(kernel, view, row))
    return book


def _listed(kernel: Kernel, view: View, book: Opened) -> list[IdentityRow]:
    """Return the next part of the known addresses; the log is followed from where it began."""
    if not book.listed_to:
        book.followed = view.head().position
        for connector in kernel.connectors.values():
            _enter(book, connector.describe().account.lower(), "")
    rows = [
        row
        for basis in _TRUSTED
        for row in view.select(
            IdentityRow,
            basis=basis,
            lookup__gt=book.listed_to,
            order="lookup",
            limit=_OPENED_AT_ONCE,
        )
    ]
    rows = sorted(rows, key=lambda row: row.lookup)[:_OPENED_AT_ONCE]
    book.is_listed = len(rows) < _OPENED_AT_ONCE
    book.listed_to = rows[-1].lookup if rows else book.listed_to
    return rows


def _changed(view: View, book: Opened) -> Iterator[IdentityRow]:
    """Yield the addresses of whom the log says something new that may make them known."""
    events = list(view.events(after=book.followed, types=_CHANGES, limit=_OPENED_AT_ONCE))
    is_rest = len(events) < _OPENED_AT_ONCE
    book.followed = view.head().position if is_rest else events[-1].position
    for event in events:
        if event.data.get("origin") != "inbound":
            yield from view.select(IdentityRow, profile_id=str(event.data["profile_id"]))


def _enter(book: Opened, address: str, name: str) -> None:
    if not address:
        return
    host = _host(address)
    book.skeletons[skeleton(address)] = address
    if host not in book.hosts:
        book.hosts[host] = address
        if host not in MAIL_HOSTS:
            book.host_skeletons[skeleton(f"@{host}.x")] = host
            for key in deletions(host):
                book.near.setdefault(key, []).append(host)
    if _folded(name):
        book.names[_folded(name)] = address


def _read(kernel: Kernel, view: View, row: IdentityRow) -> tuple[str, str]:
    """Return an address and the name it goes by; both empty when they were erased."""
    profile = view.get(ProfileRow, row.profile_id)
    try:
        return kernel.vault.open(row.value), kernel.vault.open(profile.name) if profile else ""
    except AiosError:
        return "", ""
