"""Owns the public protocol of connectors: adapters to outside systems.

An operator may name one of their own as `package.module:Class` in connectors.yaml, so this module
is a contract: its contract suite is tests/contract/connectors.py and its fakes ship in
resources/testing. A connector never sees the ledger, policy or another connector.

What every connector promises:
- `commit` performs the effect at most once for one key, calls `fence` right before the effect
  leaves the process, and reads back what it wrote before it returns.
- `commit` raises OutsideFailed only if it knows that nothing happened, and OutsideUncertain (or
  anything else) if it does not know.
- `find` answers without any effect.
- `scan` yields every item that the store holds, in any order, and never moves or marks one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel

from aios_defs.core.labels import Level
from aios_defs.core.model import JsonObject, Model


class Strategy(StrEnum):
    """How an operation keeps an effect single (DESIGN §6)."""

    PRECONDITION = "precondition"
    SERVER_KEY = "server_key"
    NATURAL_KEY = "natural_key"
    VERIFY_ONLY = "verify_only"
    NONE = "none"


class Reversibility(StrEnum):
    """What undo can do after the commit."""

    REVERSIBLE = "reversible"
    CORRECTABLE = "correctable"
    IRREVERSIBLE = "irreversible"


class Operation(Model):
    """One typed operation of a connector.

    `title` says in the imperative what it does, for people: `Send a mail`; empty shows the name.
    `recipients`, `payees`, `links` and `amounts` name the arguments that hold sinks (people,
    payees, addresses on the net) and money; `content` those that hold free text. An argument in
    none of them is treated as a sink when its value did not come from the operator.
    `addresses_people` operations are denied without a recipient. `cost_minor` is the price of one
    call in minor units of the operator's currency, None when unknown. `blast_radius` counts the
    people or records that one call can reach at most, None when unbounded.
    """

    name: str
    title: str = ""
    version: int = 1
    effect: Literal["read", "write"] = "write"
    strategy: Strategy
    reversibility: Reversibility = Reversibility.IRREVERSIBLE
    compensation: str | None = None
    addresses_people: bool = False
    recipients: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    cost_minor: int | None = 0
    blast_radius: int | None = 1


class Description(Model):
    """What a connector is: its account (the address or login), its operations and its clearance.

    `schema_version` changes with the shape of its items or arguments. `is_loopback` says that
    nothing it does leaves this machine; the demo home refuses the others. `place` changes when its
    effects go somewhere else (another folder or host), where looking one up would prove nothing.
    """

    account: str
    schema_version: int
    operations: tuple[Operation, ...]
    clearance: Level = Level.SHAREABLE
    is_loopback: bool = False
    place: str = ""

    def operation(self, name: str) -> Operation | None:
        """Return the operation of that name (`mail.send`), or None."""
        return next((item for item in self.operations if item.name == name), None)


class Item(Model):
    """One raw item of an outside store, as bytes that nothing has interpreted yet.

    `ref` names it in its store for good (for a Maildir: folder and unique name without flags).
    `folder` is `inbox`, or `sent` for what the operator sent from elsewhere. `stored_at` is when
    the store received it.
    """

    ref: str
    folder: Literal["inbox", "sent"]
    stored_at: datetime
    raw: bytes


class CommitRequest(Model):
    """One authorised effect: what to do, under which key.

    `key` is stable over every attempt of one action; `arguments` were validated by
    `arguments_model`; `at` is the instant of the attempt's `action.started`.
    """

    operation: str
    key: str
    arguments: JsonObject
    at: datetime


class Receipt(Model):
    """What a commit or a look-up found outside, after reading it back.

    `outside_ref` names the effect outside (a Message-ID, a file, a URL). `detail` holds further
    facts without personal text.
    """

    outside_ref: str
    detail: JsonObject = {}


class Finding(Model):
    """The answer of `find`: found (with its receipt), absent (conclusive), or unknown.

    `ask_again` says that an unknown may settle by itself (an attempt is still under way, the store
    is out of reach): the action stays uncertain and is asked about later, instead of being parked.
    """

    answer: Literal["found", "absent", "unknown"]
    receipt: Receipt | None = None
    reason: str = ""
    ask_again: bool = False


class ParsedMessage(Model):
    """One item understood: a message from or to someone, with what the rules of mail say of it.

    Addresses are lower-cased and without display name; `text` is plain text made from whatever body
    there was; `automatic` names why it must never be answered automatically (`list`, `bounce`,
    `auto_reply`, `null_sender`), else None. `authenticated` tells what the trusted receiver's
    Authentication-Results say of the From address: pass, fail, or none. `own_key` is the key in
    X-AIOS-Op when the message is one of ours. `signs` says why a person must look at it: something
    in it could not be read, or binds more than words (`encryption`, `unread_content`,
    `missing_text`, `invitation`); `text` then ends with a note in brackets that says it in words.
    `confidential` is what its sender asked for.
    """

    message_id: str
    references: tuple[str, ...] = ()
    sender: str
    sender_name: str = ""
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    is_html: bool = False
    automatic: Literal["list", "bounce", "auto_reply", "null_sender"] | None = None
    authenticated: Literal["pass", "fail", "none"] = "none"
    own_key: str | None = None
    attachments: tuple["Attachment", ...] = ()
    signs: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


class Attachment(Model):
    """One attachment: its name as sent, its declared type and its decoded bytes."""

    name: str
    content_type: str
    content: bytes


class Connector(Protocol):
    """An adapter to one account of one outside system; built by `from_config`."""

    @classmethod
    def from_config(cls, name: str, config: JsonObject, home: Path) -> "Connector":
        """Build the connector from its entry in connectors.yaml.

        Relative paths are under `home`. Raises ConfigurationInvalid naming each wrong key. Opens
        nothing: the first use does.
        """
        ...

    def describe(self) -> Description:
        """Return what the connector is; constant for one configuration."""
        ...

    def arguments_model(self, operation: str) -> type[BaseModel]:
        """Return the pydantic model of an operation's arguments; raises KeyError if unknown."""
        ...

    def scan(self, known: Callable[[str], bool]) -> Iterable[Item]:
        """Yield each stored item whose `ref` is not known yet.

        Raises:
            OutsideFailed: the store can't be reached.

        """
        ...

    def count(self) -> int:
        """Return how many items the inbox holds, by the store's own count."""
        ...

    def parse(self, item: Item) -> ParsedMessage:
        """Understand an item; raises InboundUnreadable with the reason and the remedy."""
        ...

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Perform one effect at most once for its key, and read it back.

        `fence` raises FenceLost when another worker took over; call it right before the effect.

        Raises:
            OutsideFailed: nothing happened; the field `retryable` says whether to try again.
            OutsideUncertain: it may have happened.
            FenceLost: nothing happened, and another worker has the action.

        """
        ...

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether the effect of that key exists outside; has no effect itself."""
        ...

    def compensate(self, request: CommitRequest, receipt: Receipt) -> Receipt:
        """Undo a committed effect; raises OutsideFailed when the operation has no compensation."""
        ...


def recipients_of(operation: Operation, arguments: JsonObject) -> Sequence[str]:
    """Return the addresses in an operation's recipient arguments, in order."""
    declared = operation.model_copy(update={"payees": (), "links": ()})
    return sinks(declared, arguments)


def sinks(operation: Operation, arguments: JsonObject) -> Sequence[str]:
    """Return the values of an operation's sink arguments (people, payees, links) in order."""
    values: list[str] = []
    for name in (*operation.recipients, *operation.payees, *operation.links):
        value = arguments.get(name)
        values.extend(str(one) for one in (value if isinstance(value, list) else [value]) if one)
    return values
