"""Owns the raw mail of a generated business, class by class, and the operator's own sent mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from random import Random  # noqa: TID251 - handed in, seeded
from typing import Protocol

from tests.generated_languages import Tongue

_LINES = SMTP.clone(linesep="\n", max_line_length=200)
_BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
_BEFORE = datetime(2025, 6, 1, 7, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody made up: name, address, and a street that mails mention."""

    name: str
    address: str
    street: str


class Cast(Protocol):
    """Who takes part: the owner, the known, the strangers, and what is for sale."""

    @property
    def owner(self) -> Person: ...
    @property
    def contacts(self) -> tuple[Person, ...]: ...
    @property
    def strangers(self) -> tuple[Person, ...]: ...
    @property
    def prices(self) -> dict[str, str]: ...


@dataclass(slots=True, kw_only=True)
class Writer:
    """Builds messages with rising dates and ids."""

    tongue: Tongue
    owner: Person
    number: int = 0

    def message(self, sender: Person, text: str, subject: str = "", **more: str) -> EmailMessage:
        """Return a plain message; `more` are further header fields, `_` for `-`."""
        self.number += 1
        found = EmailMessage(policy=_LINES)
        found["From"] = formataddr((sender.name, sender.address))
        found["To"] = self.owner.address
        found["Subject"] = subject or f"{self.number}"
        found["Date"] = format_datetime(_BEGIN + timedelta(hours=5 * self.number))
        found["Message-ID"] = f"<{self.number}.{sender.address}>"
        for name, value in more.items():
            del found[name.replace("_", "-")]
            found[name.replace("_", "-")] = value
        body = f"{text}\n\n{sender.name}\n{sender.street}\n"
        found.set_content(body, charset=self._charset(body), cte="quoted-printable")
        return found

    def _charset(self, body: str) -> str:
        try:
            body.encode(self.tongue.charset)
        except UnicodeEncodeError:
            return "utf-8"
        return self.tongue.charset if self.number % 2 else "utf-8"


def write_mail(source: Path, tongue: Tongue, chance: Random, *, cast: Cast) -> list[str]:
    """Write `mail/` and `sent/` of a set; returns the class of each mail in the inbox."""
    writer = Writer(tongue=tongue, owner=cast.owner)
    kinds: list[str] = []
    for folder in ("mail", "sent"):
        (source / folder).mkdir(parents=True)
    for kind, raw in _all(writer, chance, cast):
        name = f"{len(kinds) + 1:03d}-{kind}"
        (source / "mail" / f"{name}.eml").write_bytes(raw)
        kinds.append(kind)
    raw = _own_reply(writer, cast)
    (source / "sent" / "001-own-reply.eml").write_bytes(raw)
    return kinds


def _all(writer: Writer, chance: Random, cast: Cast) -> Iterator[tuple[str, bytes]]:
    yield from _ordinary(writer, chance, cast)
    yield from _delicate(writer, cast)
    yield from _automatic(writer, cast)
    yield from _odd(writer, cast)


def _ordinary(writer: Writer, chance: Random, cast: Cast) -> Iterator[tuple[str, bytes]]:
    tongue = writer.tongue
    asking = [
        writer.message(person, chance.choice(tongue.price_asked).format(product.split()[0]))
        for person, product in zip(cast.contacts, cast.prices, strict=False)
    ]
    yield from (("known_price", one.as_bytes()) for one in asking)
    yield "duplicate", asking[-1].as_bytes()
    for person in cast.contacts[:2]:
        yield "known_hours", writer.message(person, chance.choice(tongue.hours_asked)).as_bytes()
    for person, product in zip(cast.strangers[:2], cast.prices, strict=False):
        text = tongue.price_asked[0].format(product.split()[0])
        yield "stranger_price", writer.message(person, text).as_bytes()
    yield "thanks", writer.message(cast.contacts[2], tongue.thanks_said).as_bytes()
    yield "unclear", writer.message(cast.contacts[3], tongue.unclear).as_bytes()
    asked = writer.message(cast.contacts[4], tongue.hours_asked[0], Message_ID=_phoned(cast))
    yield "answered_by_hand", asked.as_bytes()
    html = writer.message(cast.contacts[1], "")
    html.set_content(f"<p>{tongue.hours_asked[0]}</p><!-- {tongue.injection} -->", subtype="html")
    yield "html", html.as_bytes()


def _delicate(writer: Writer, cast: Cast) -> Iterator[tuple[str, bytes]]:
    tongue = writer.tongue
    texts = {
        "refund": tongue.refund,
        "legal": tongue.legal,
        "angry": tongue.angry,
        "bank_change": tongue.bank,
        "injection": tongue.injection,
    }
    for index, (kind, text) in enumerate(texts.items()):
        person = cast.contacts[index % len(cast.contacts)]
        yield kind, writer.message(person, text).as_bytes()
    named = writer.message(cast.strangers[0], tongue.price_asked[0].format(next(iter(cast.prices))))
    named.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    named.set_boundary("=_part")
    yield "stranger_price", named.as_bytes()


def _automatic(writer: Writer, cast: Cast) -> Iterator[tuple[str, bytes]]:
    text, sender = writer.tongue.automatic, cast.contacts[0]
    away = writer.message(sender, text, Auto_Submitted="auto-replied")
    yield "auto_reply", away.as_bytes()
    listed = writer.message(cast.strangers[1], text, List_Id="<l.lists.example>")
    yield "list", listed.as_bytes()
    daemon = Person(name="MAILER-DAEMON", address="mailer-daemon@mx.example", street="")
    yield "bounce", writer.message(daemon, text, Return_Path="<>").as_bytes()


def _odd(writer: Writer, cast: Cast) -> Iterator[tuple[str, bytes]]:
    tongue, known = writer.tongue, cast.contacts[0]
    lost = writer.message(known, tongue.unclear)
    del lost["From"]
    yield "no_from", lost.as_bytes()
    old = writer.message(known, tongue.unclear, Date=format_datetime(_BEFORE))
    yield "before_since", old.as_bytes()
    nul = writer.message(cast.contacts[3], tongue.unclear).as_bytes()
    yield "nul", nul.replace(b"\n\n", b"\n\n\x00", 1)
    bare = writer.message(cast.strangers[2], tongue.unclear)
    del bare["Message-ID"]
    yield "no_message_id", bare.as_bytes()
    same = writer.message(cast.strangers[3], tongue.unclear, Message_ID=_phoned(cast))
    yield "same_id_other_bytes", same.as_bytes()


def _phoned(cast: Cast) -> str:
    return f"<asked.{cast.contacts[4].address}>"


def _own_reply(writer: Writer, cast: Cast) -> bytes:
    reply = writer.message(cast.owner, "OK", To=cast.contacts[4].address, In_Reply_To=_phoned(cast))
    return reply.as_bytes()
