"""Owns the mail connector: what it is, and how the protocol's verbs reach the account's ways.

Reading never moves or marks a mail. How a mail stays single depends on the way out (see outbound).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
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
from aios_defs.core.resuming import Listener, Mark
from resources.connectors.mail.arguments import MAX_RECIPIENTS, MailArguments
from resources.connectors.mail.compose import compose, content_digest, message_id
from resources.connectors.mail.configuration import MailConfig, read_mail_config
from resources.connectors.mail.imap_fetch import CUT_FIELD
from resources.connectors.mail.imap_folder import ImapFolder
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_listener import ImapListener
from resources.connectors.mail.limits import MAX_MESSAGE_BYTES
from resources.connectors.mail.looking import Folders, has_news, items_from
from resources.connectors.mail.outbound import Outgoing
from resources.connectors.mail.parse import is_key, parse_message
from resources.connectors.mail.ways import ways
from resources.points import NoPoints

_SEND = "mail.send"
_UNREADABLE_FILE = "Make it a readable file and give it another name: it is then taken in anew."
_UNREADABLE_THERE = "Open it in your mail program, and answer it there if it is genuine."


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
            operations=(send_operation(self._ways.out.strategy),),
            is_loopback=all(one.is_loopback for one in self.config.servers),
            place=self._ways.place,
        )

    @property
    def _folders(self) -> Folders:
        return (("inbox", self._ways.inbox), ("sent", self._ways.sent))

    def arguments_model(self, operation: str) -> type[MailArguments]:
        """Return the arguments of `mail.send`; raises KeyError for any other operation."""
        return {_SEND: MailArguments}[operation]

    def scan(self, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each mail of the inbox, then of the sent folder, whose ref is not known yet."""
        self._ways.out.catch_up()
        yield from self._ways.inbox.items("inbox", known)
        yield from self._ways.sent.items("sent", known)

    def scan_from(self, mark: str, known: Callable[[str], bool]) -> Iterator[Item | Mark]:
        """Yield each mail beyond the mark; see core.resuming.Resumable."""
        self._ways.out.catch_up()
        return items_from(self._folders, mark, known)

    def has_news(self, mark: str, known: Callable[[str], bool]) -> bool:
        """Return whether there may be a mail beyond the mark; cheap."""
        return has_news(self._folders, mark, known)

    def listener(self) -> Listener | None:
        """Return what hears of news in the inbox, or None when it can only be asked."""
        receive, inbox = self.config.receive.imap, self._ways.inbox
        if receive is None or not receive.idle or not isinstance(inbox, ImapFolder):
            return None
        return ImapListener(inbox.line, receive.folder, inbox.look_soon)

    def imap_line(self) -> ImapLine | None:
        """Return the line to the account's IMAP server, or None where none is read."""
        lines = (way.line for _, way in self._folders if isinstance(way, ImapFolder))
        return next(lines, None)

    def close(self) -> None:
        """Close the connections that are kept to servers; the next use opens them anew."""
        for _, way in self._folders:
            if isinstance(way, ImapFolder):
                way.line.close()

    def count(self) -> int:
        """Return how many mails the inbox holds."""
        return self._ways.inbox.count()

    def parse(self, item: Item) -> ParsedMessage:
        """Understand a mail; raises InboundUnreadable with the reason and the remedy."""
        if not item.raw:
            raise self._without_bytes(item)
        if item.raw.startswith(CUT_FIELD):
            raise _too_large(item)
        return parse_message(item, self.config.authserv_id)

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Send one mail, at most once for its key; raises as the way out does."""
        return self._ways.out.commit(self._outgoing(request), fence)

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether the mail of that key was sent, as far as the way out can tell."""
        self.arguments_model(operation)
        return self._ways.out.find(key, message_id(key, self.config.address))

    def old_keys(self, before: datetime) -> Iterator[str]:
        """Yield the keys that the journal of sending holds since before that instant."""
        yield from self._ways.journal.old_keys(before) if self._ways.journal else ()

    def forget(self, key: str) -> None:
        """Drop a key from the journal of sending, unless its mail is still to be filed."""
        if self._ways.journal is not None:
            self._ways.journal.forget(key)

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
        way = dict(self._folders)[item.folder]
        reason = way.ailment(item.ref)
        return InboundUnreadable(
            f"The message {item.ref!r} {reason}.",
            remedy=_UNREADABLE_THERE if isinstance(way, ImapFolder) else _UNREADABLE_FILE,
            ref=item.ref,
            reason=reason,
        )


def send_operation(strategy: Strategy) -> Operation:
    """Return `mail.send` as an account with that strategy has it."""
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


def _too_large(item: Item) -> InboundUnreadable:
    reason = f"is larger than {MAX_MESSAGE_BYTES >> 20} MiB, so only its beginning was fetched"
    return InboundUnreadable(
        f"The message {item.ref!r} {reason}.",
        remedy=_UNREADABLE_THERE,
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
