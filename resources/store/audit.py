"""Owns the raw reading of the log: rows as they lie in the database, whatever stands in them."""

from collections.abc import Iterator, Sequence

from aios_defs.core.audit import SealedHead, StoredEvent
from resources.store.dialects import Dialect
from resources.store.session import Session
from resources.store.statements import Statements
from resources.store.stored_events import to_audited


class SqlStoredLog:
    """One consistent reading of the raw log."""

    def __init__(self, session: Session, statements: Statements, dialect: Dialect) -> None:
        self._session = session
        self._statements = statements
        self._dialect = dialect

    def count(self) -> int:
        """Return how many events there are."""
        found = self._session.row(self._statements.count_events)
        return found[0] if found else 0

    def head(self) -> SealedHead | None:
        """Return the stored head, or None when it is gone or can't be read."""
        found = self._session.row(self._statements.head)
        if found is None or not isinstance(found[0], int):
            return None
        if not isinstance(found[1], bytes) or not isinstance(found[2], bytes):
            return None
        return SealedHead(position=found[0], hash=found[1].hex(), mac=found[2].hex())

    def events(self) -> Iterator[StoredEvent]:
        """Yield every row in order of position, streamed."""
        for row in self._session.streamed(self._statements.all_events):
            yield to_audited(row)

    def missing_guards(self) -> Sequence[str]:
        """Return the names of the database's own refusals that are gone or were changed."""
        found = dict(self._session.rows(self._dialect.guard_texts))
        return sorted(
            name for name, text in self._dialect.guards_found.items() if found.get(name) != text
        )
