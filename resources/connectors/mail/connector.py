"""Owns the mail connector on Maildir folders: what it is, and how the protocol's verbs reach it.

Reading never moves or marks a mail. Sending goes through the gate (see gate), so it is single for
its key and looked up conclusively (strategy `natural_key`).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from aios_defs.core.connector import (
    CommitRequest,
    Description,
    Finding,
    Item,
    Operation,
    ParsedMessage,
    Receipt,
    Reversibility,
    Strategy,
)
from aios_defs.core.errors import InboundUnreadable, OutsideFailed
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from resources.connectors.mail.arguments import MAX_RECIPIENTS, MailArguments
from resources.connectors.mail.compose import compose, content_digest, message_id
from resources.connectors.mail.configuration import MailConfig, read_mail_config
from resources.connectors.mail.gate import Gate
from resources.connectors.mail.maildir import Maildir
from resources.connectors.mail.outbox import Outbox, Outgoing
from resources.connectors.mail.parse import is_key, parse_message
from resources.points import NoPoints

SEND = Operation(
    name="mail.send",
    title="Send a mail",
    strategy=Strategy.NATURAL_KEY,
    reversibility=Reversibility.IRREVERSIBLE,
    addresses_people=True,
    recipients=("to", "cc", "bcc"),
    content=("subject", "body"),
    blast_radius=MAX_RECIPIENTS,
)


class MailConnector:
    """One mail account kept in Maildir folders."""

    def __init__(self, config: MailConfig, home: Path, *, points: Points | None = None) -> None:
        """Keep the configuration; opens nothing."""
        self.config = config
        self._inbox = Maildir(path=home / config.receive.maildir)
        self._sent = Maildir(path=home / config.sent.maildir)
        self._out = Maildir(path=home / config.send.maildir)
        self.points = points or NoPoints()

    @classmethod
    def from_config(cls, name: str, config: JsonObject, home: Path) -> "MailConnector":
        """Build the account `name`; raises ConfigurationInvalid naming each wrong key."""
        return cls(read_mail_config(name, config), home)

    @property
    def points(self) -> Points:
        """The named points of a commit: `mail.staged`, `mail.gated`, `mail.delivered`."""
        return self._points

    @points.setter
    def points(self, points: Points) -> None:
        self._points = points
        gate = Gate(path=self._out.path, points=points)
        self._outbox = Outbox(maildir=self._out, sent=self._sent, gate=gate)

    def describe(self) -> Description:
        """Return the account: its address and its one operation; nothing leaves this machine."""
        return Description(
            account=self.config.address,
            schema_version=1,
            operations=(SEND,),
            is_loopback=True,
            place=f"{self._out.path.absolute()}\n{self._sent.path.absolute()}",
        )

    def arguments_model(self, operation: str) -> type[MailArguments]:
        """Return the arguments of `mail.send`; raises KeyError for any other operation."""
        return {SEND.name: MailArguments}[operation]

    def scan(self, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each mail of the inbox, then of the sent folder, whose ref is not known yet."""
        yield from self._inbox.items("inbox", known)
        yield from self._sent.items("sent", known)

    def count(self) -> int:
        """Return how many mails the inbox holds."""
        return len(self._inbox.names())

    def parse(self, item: Item) -> ParsedMessage:
        """Understand a mail; raises InboundUnreadable with the reason and the remedy."""
        if not item.raw:
            raise self._without_bytes(item)
        return parse_message(item, self.config.authserv_id)

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Put one mail into the outbox, at most once for its key, and read it back."""
        outgoing = self._outgoing(request)
        self._outbox.commit(outgoing, fence)
        return outgoing.receipt

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether the mail of that key is in the outbox, was taken from it, or was sent.

        Both are conclusive; a staged mail is `absent`, and a commit completes it. `unknown` is only
        what can't be read, or stands between a live attempt's fence and its delivery.
        """
        self.arguments_model(operation)
        return self._outbox.find(key, message_id(key, self.config.address))

    def compensate(self, request: CommitRequest, receipt: Receipt) -> Receipt:
        """Refuse: a mail can't be taken back."""
        raise OutsideFailed(
            f"The mail {receipt.outside_ref!r} can't be taken back.",
            remedy="Send a correction in the same thread.",
            retryable=False,
            key=request.key,
        )

    def _outgoing(self, request: CommitRequest) -> Outgoing:
        address = self.config.address
        try:
            arguments = self.arguments_model(request.operation).model_validate(request.arguments)
        except (ValidationError, KeyError) as error:
            raise _refused("The operation or its arguments are not valid.", request) from error
        if not is_key(request.key):
            raise _refused("The key has a form that can't name a file.", request)
        return Outgoing(
            key=request.key,
            message_id=message_id(request.key, address),
            digest=content_digest(arguments, key=request.key, address=address),
            raw=compose(arguments, key=request.key, address=address, at=request.at),
            recipients=(*arguments.to, *arguments.cc, *arguments.bcc),
        )

    def _without_bytes(self, item: Item) -> InboundUnreadable:
        maildir = self._inbox if item.folder == "inbox" else self._sent
        reason = maildir.ailment(item.ref)
        return InboundUnreadable(
            f"The message {item.ref!r} {reason}.",
            remedy="Make it a readable file and give it another name: it is then taken in anew.",
            ref=item.ref,
            reason=reason,
        )


def _refused(message: str, request: CommitRequest) -> OutsideFailed:
    return OutsideFailed(
        message,
        remedy="Propose the action again with valid arguments.",
        retryable=False,
        operation=request.operation,
    )
