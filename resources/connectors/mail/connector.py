"""Owns the mail connector: what it is, and how the protocol's verbs reach the account's ways.

Reading never moves or marks a mail. How a mail stays single depends on the way out (see outbound).
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
from resources.connectors.mail.outbound import Outgoing
from resources.connectors.mail.parse import is_key, parse_message
from resources.connectors.mail.ways import ways
from resources.points import NoPoints

_SEND = "mail.send"


class MailConnector:
    """One mail account."""

    def __init__(self, config: MailConfig, home: Path, *, points: Points | None = None) -> None:
        """Keep the configuration; opens nothing."""
        self.config = config
        self._home = home
        self.points = points or NoPoints()

    @classmethod
    def from_config(cls, name: str, config: JsonObject, home: Path) -> "MailConnector":
        """Build the account `name`; raises ConfigurationInvalid naming each wrong key."""
        return cls(read_mail_config(name, config), home)

    @property
    def points(self) -> Points:
        """The named points of a commit, which all begin with `mail.`."""
        return self._points

    @points.setter
    def points(self, points: Points) -> None:
        self._points = points
        self._ways = ways(self.config, self._home, points)

    def describe(self) -> Description:
        """Return the account: its address, its one operation, and whether it is all here."""
        return Description(
            account=self.config.address,
            schema_version=1,
            operations=(_operation(self._ways.out.strategy),),
            is_loopback=all(one.is_loopback for one in self.config.servers),
            place=self._ways.place,
        )

    def arguments_model(self, operation: str) -> type[MailArguments]:
        """Return the arguments of `mail.send`; raises KeyError for any other operation."""
        return {_SEND: MailArguments}[operation]

    def scan(self, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each mail of the inbox, then of the sent folder, whose ref is not known yet."""
        yield from self._ways.inbox.items("inbox", known)
        yield from self._ways.sent.items("sent", known)

    def count(self) -> int:
        """Return how many mails the inbox holds."""
        return self._ways.inbox.count()

    def parse(self, item: Item) -> ParsedMessage:
        """Understand a mail; raises InboundUnreadable with the reason and the remedy."""
        if not item.raw:
            raise self._without_bytes(item)
        return parse_message(item, self.config.authserv_id)

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Send one mail, at most once for its key; raises as the way out does."""
        return self._ways.out.commit(self._outgoing(request), fence)

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether the mail of that key was sent, as far as the way out can tell."""
        self.arguments_model(operation)
        return self._ways.out.find(key, message_id(key, self.config.address))

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
            sender=address,
            raw=compose(arguments, key=request.key, address=address, at=request.at),
            recipients=(*arguments.to, *arguments.cc, *arguments.bcc),
        )

    def _without_bytes(self, item: Item) -> InboundUnreadable:
        way = self._ways.inbox if item.folder == "inbox" else self._ways.sent
        reason = way.ailment(item.ref)
        return InboundUnreadable(
            f"The message {item.ref!r} {reason}.",
            remedy="Make it a readable file and give it another name: it is then taken in anew.",
            ref=item.ref,
            reason=reason,
        )


def _operation(strategy: Strategy) -> Operation:
    return Operation(
        name=_SEND,
        title="Send a mail",
        strategy=strategy,
        reversibility=Reversibility.IRREVERSIBLE,
        addresses_people=True,
        recipients=("to", "cc", "bcc"),
        content=("subject", "body"),
        blast_radius=MAX_RECIPIENTS,
    )


def _refused(message: str, request: CommitRequest) -> OutsideFailed:
    return OutsideFailed(
        message,
        remedy="Propose the action again with valid arguments.",
        retryable=False,
        operation=request.operation,
    )
