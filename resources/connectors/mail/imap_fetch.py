"""Owns fetching messages by IMAP: in bounded batches, without a mark on any of them (BODY.PEEK).

Sizes come first. A message beyond the parser's limit is not pulled into memory: its beginning is
kept below a line that says so (`X-AIOS-Cut`), and goes to quarantine. A message that the server
lists and does not hand out is kept without bytes. One that is gone meanwhile is skipped.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_mark import FolderName
from resources.connectors.mail.imap_session import FolderState, ImapSession
from resources.connectors.mail.limits import MAX_MESSAGE_BYTES

CUT_FIELD = b"X-AIOS-Cut: "
HEAD_BYTES = 64 * 1024
LISTED = 5_000
"""How many UIDs one question may bring."""
DESCRIBED = 200
BATCH_BYTES = 4 * 1024 * 1024
_BREAKS = 3
"""How often a connection may break at one message, asked for alone, until it is left out."""
_UNIX_EPOCH = datetime.fromtimestamp(0, UTC)
_WITHIN_SECOND = timedelta(microseconds=999_999)


class Fetched(NamedTuple):
    """A message of a folder: its UID, when it was stored, and its bytes."""

    uid: int
    stored_at: datetime
    raw: bytes


class _Described(NamedTuple):
    uid: int
    size: int
    stored_at: datetime


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Reads one folder over one line."""

    line: ImapLine
    name: FolderName
    _breaks: Counter[int] = field(default_factory=Counter[int], init=False)

    def listed(self, first: Callable[[FolderState], int]) -> tuple[FolderState, Sequence[int]]:
        """Return the folder and the UIDs from `first(folder)` on, ascending.

        From the newest down, piece by piece: a message that another program deletes meanwhile
        moves the others down, so that one is met twice and none is missed.
        """
        with self.line.session() as session:
            state = session.examine(self.name.folder)
            low, found = first(state), set[int]()
            if state.uidnext and low >= state.uidnext:
                return state, ()
            for top in range(state.exists, 0, -LISTED):
                piece = self._searched(session, f"{max(1, top - LISTED + 1)}:{top}", low)
                found.update(piece)
                if len(piece) < min(LISTED, top):
                    break
        return state, array("L", sorted(found))

    def batches(
        self, uidvalidity: int, uids: Sequence[int], known: Callable[[int], bool]
    ) -> Iterator[tuple[list[Fetched], int]]:
        """Yield what is not known, in batches, each with the UID below which all was met."""
        for begin in range(0, len(uids), DESCRIBED):
            piece = uids[begin : begin + DESCRIBED]
            fresh = [uid for uid in piece if not known(uid)]
            for group in self._groups(self._described(uidvalidity, fresh)):
                yield self._fetched(uidvalidity, group), group[-1].uid + 1
            yield [], piece[-1] + 1

    def _searched(self, session: ImapSession, sequence: str, low: int) -> list[int]:
        with session.asking():
            found = session.client.search([sequence, "UID", f"{low}:*"])
        return [uid for uid in found if uid >= low]

    def _described(self, uidvalidity: int, uids: Sequence[int]) -> list[_Described]:
        if not uids:
            return []
        answers = self._asked(uidvalidity, uids, "RFC822.SIZE", "INTERNALDATE")
        return [_description(uid, answers.get(uid, {})) for uid in uids]

    def _groups(self, messages: Sequence[_Described]) -> Iterator[list[_Described]]:
        """Put small messages together; a large one, and one that broke the line, stands alone."""
        group: list[_Described] = []
        for one in messages:
            is_alone = one.size > BATCH_BYTES or one.uid in self._breaks
            held = sum(other.size for other in group)
            if group and (is_alone or held + one.size > BATCH_BYTES):
                yield group
                group = []
            group.append(one)
            if is_alone:
                yield group
                group = []
        if group:
            yield group

    def _fetched(self, uidvalidity: int, group: list[_Described]) -> list[Fetched]:
        if len(group) == 1:
            return self._alone(uidvalidity, group[0])
        try:
            answers = self._bodies(uidvalidity, group)
        except OutsideFailed as error:
            if error.fields.get("reason") != "protocol":
                self._breaks.update(one.uid for one in group)
                raise
            answers = {}
        found: list[Fetched] = []
        for one in group:
            raw = answers.get(one.uid)
            if raw is None:
                found += self._alone(uidvalidity, one)
            else:
                found.append(Fetched(one.uid, one.stored_at, raw))
        return found

    def _alone(self, uidvalidity: int, one: _Described) -> list[Fetched]:
        """Return one message, none when it is gone, or one without bytes when it is withheld."""
        raw = None
        if self._breaks[one.uid] <= _BREAKS:
            try:
                raw = self._bodies(uidvalidity, [one]).get(one.uid)
            except OutsideFailed as error:
                if error.fields.get("reason") != "protocol":
                    self._breaks[one.uid] += 1
                    raise
        if raw is None and not self._is_there(uidvalidity, one.uid):
            return []
        del self._breaks[one.uid]
        return [Fetched(one.uid, one.stored_at, raw or b"")]

    def _bodies(self, uidvalidity: int, group: Sequence[_Described]) -> dict[int, bytes]:
        is_cut = group[0].size > MAX_MESSAGE_BYTES
        most = HEAD_BYTES if is_cut else MAX_MESSAGE_BYTES + 1
        uids = [one.uid for one in group]
        answers = self._asked(uidvalidity, uids, f"BODY.PEEK[]<0.{most}>")
        bodies = {uid: _body(answers[uid]) for uid in uids if uid in answers}
        top = b"%b%d of %d bytes\r\n" % (CUT_FIELD, HEAD_BYTES, group[0].size) if is_cut else b""
        return {uid: top + raw for uid, raw in bodies.items() if raw is not None}

    def _is_there(self, uidvalidity: int, uid: int) -> bool:
        with self.line.session() as session:
            self._again(session, uidvalidity)
            with session.asking():
                return uid in session.client.search(["UID", str(uid)])

    def _asked(
        self, uidvalidity: int, uids: Sequence[int], *what: str
    ) -> dict[int, dict[bytes, Any]]:
        with self.line.session() as session:
            self._again(session, uidvalidity)
            with session.asking():
                return session.client.fetch(list(uids), what)

    def _again(self, session: ImapSession, uidvalidity: int) -> None:
        """Select the folder, unless it is; raises OutsideFailed if all names changed meanwhile."""
        if session.examined == (self.name.folder, uidvalidity):
            return
        if session.examine(self.name.folder).uidvalidity != uidvalidity:
            raise OutsideFailed(
                f"The folder {self.name.folder!r} was made anew while it was read.",
                remedy="The next look reads it from its beginning.",
                retryable=True,
                reason="protocol",
            )


def _description(uid: int, answer: dict[bytes, Any]) -> _Described:
    size, at = answer.get(b"RFC822.SIZE"), answer.get(b"INTERNALDATE")
    return _Described(uid, size if isinstance(size, int) else 0, _instant(at))


def _instant(at: object) -> datetime:
    """Return the last instant that a date in seconds can mean: a new mail must not look old."""
    try:
        return at.astimezone(UTC) + _WITHIN_SECOND if isinstance(at, datetime) else _UNIX_EPOCH
    except (ValueError, OverflowError):
        return _UNIX_EPOCH


def _body(answer: dict[bytes, Any]) -> bytes | None:
    found = (value for key, value in answer.items() if key.startswith(b"BODY["))
    return next((value for value in found if isinstance(value, bytes)), None)
