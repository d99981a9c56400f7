"""Owns the scenes of the campaign: a home with its business, its mail and what stands outside."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from aios_defs.core.model import JsonObject
from resources.home import make_home
from resources.testing.connector_server import FakeServer

OUTSIDE = "outside"
"""The name of the one connector."""
WORKFLOW = "letters"
MAIL = "mail"
"""The kind that is our own Maildir connector; every other kind is the class of a shipped fake."""

_KEY = re.compile(rb"^X-AIOS-Op: *([\w-]+)\r?$", re.MULTILINE)
_LETTER = (
    "From: Person {0} <{1}>\nTo: {2}\nSubject: Letter {0}\n"
    "Message-ID: <letter{0}@customer.test>\n\nWhen is the collection day?\n"
)
_CATEGORY = {
    "name": "collection",
    "words": ["collection day"],
    "examples": ["When is the collection day?", "Which day is the collection?"],
    "template": "collection",
}
_POLICY = {
    "version": 1,
    "rules": [
        {
            "id": "letters-go-out",
            "action": "*",
            "when": "action.recipient_count < 9",
            "effect": "allow",
        }
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One home: `mails` letters wait in it; `asks` means that each answer needs an approval.

    The last `late` of the letters do not wait: who plays the outside delivers them.
    `faults` are those of FakeConfig. `agent` is the postman, or `support` for a run of the command,
    which knows the shipped agents only.
    """

    home: Path
    kind: str = MAIL
    mails: int = 6
    late: int = 0
    asks: bool = False
    faults: dict[str, int] = field(default_factory=dict[str, int])
    agent: str = "postman"

    @property
    def operation(self) -> str:
        """The one operation of its connector."""
        return "mail.send" if self.kind == MAIL else "fake.send"

    @property
    def server(self) -> FakeServer:
        """What stands outside, where the connector is a fake."""
        return FakeServer(self.home / "server")

    def entry(self) -> JsonObject:
        """Return the connector's entry of connectors.yaml."""
        if self.kind != MAIL:
            kind = f"resources.testing.connectors:{self.kind}"
            return {"kind": kind, "path": "server", "since": "2020-01-01T00:00:00Z", **self.faults}
        places = {"receive": "inbox", "send": "outbox", "sent": "sent"}
        return {
            "kind": MAIL,
            "address": self.desk,
            "since": "2020-01-01T00:00:00Z",
            **{key: {"maildir": f"mail/{name}"} for key, name in places.items()},
        }

    @property
    def desk(self) -> str:
        """The address that letters come to."""
        return "desk@shop.test"

    def person(self, number: int) -> str:
        """The address of who writes a letter."""
        return f"person{number}@customer.test"

    def deliver(self, number: int) -> None:
        """Let a letter arrive, as the outside does."""
        raw = self.letter(number)
        if self.kind != MAIL:
            self.server.deliver(raw)
            return
        folder = self.home / "mail/inbox/new"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{1_700_000_000 + number}.letter.host").write_bytes(raw)

    def letter(self, number: int) -> bytes:
        """Return the letter of one person."""
        return _LETTER.format(number, self.person(number), self.desk).encode("ascii")

    def may_be_parked(self, key: str) -> bool:
        """Return whether a letter went out, or was on its way as far as the server can tell."""
        return bool(self.effects()[key]) if self.kind == MAIL else self.server.is_taking(key)

    def effects(self) -> Counter[str]:
        """Count the effects outside by key, without asking the connector."""
        if self.kind != MAIL:
            return Counter(str(line["key"]) for line in self.server.effects())
        return Counter(key_of(path) for path in self.letters())

    def letters(self) -> Iterator[Path]:
        """Yield every letter in the outbox, wherever a mail program moved it."""
        for sub in ("new", "cur", "away"):
            yield from sorted((self.home / "mail/outbox" / sub).glob("*"))

    def consume(self, sub: str) -> None:
        """Take the letters out of `new`, as a mail program does: to `cur`, or away for good."""
        outbox = self.home / "mail/outbox"
        (outbox / sub).mkdir(parents=True, exist_ok=True)
        for letter in sorted((outbox / "new").glob("*")):
            letter.rename(outbox / sub / f"{letter.name}:2,S")


def make(scene: Scene) -> Scene:
    """Make the home of a scene and deliver its letters; returns the scene."""
    make_home(scene.home)
    _write_business(scene)
    for number in range(scene.mails - scene.late):
        scene.deliver(number)
    return scene


def _write_business(scene: Scene) -> None:
    operator = {"name": "An Operator", "business": "A Shop", "signature": "An Operator"}
    workflow = {
        "name": WORKFLOW,
        "intent": "Answer letters.",
        "agent": scene.agent,
        "connector": OUTSIDE,
        "operations": [scene.operation],
        "undo_seconds": 0,
        "categories": [_CATEGORY],
    }
    people = [f"Person {one},{scene.person(one)}" for one in range(scene.mails)]
    files = {
        "operator.yaml": yaml.safe_dump(operator),
        "catalog.yaml": yaml.safe_dump({"workflows": [workflow]}),
        "connectors.yaml": yaml.safe_dump({OUTSIDE: scene.entry()}),
        "policies.yaml": yaml.safe_dump({"version": 1, "rules": []} if scene.asks else _POLICY),
        "contacts.csv": "\n".join(["name,address", *people, ""]),
        "templates/collection.txt": "It is on Monday.\n\n{{ operator.signature }}\n",
    }
    (scene.home / "business/templates").mkdir(mode=0o700)
    for name, text in files.items():
        (scene.home / "business" / name).write_text(text, encoding="utf-8")


def key_of(path: Path) -> str:
    """Return the key that a letter carries; a text that says so where it carries none."""
    return key_in(path.read_bytes()) or f"no key in {path.name}"


def key_in(raw: bytes) -> str | None:
    """Return the key that a mail carries in its head."""
    found = _KEY.search(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    return found[1].decode("ascii") if found else None
