"""Owns the making of the tables, their versions, and the rebuild of the rows from the log."""

from pydantic import ValidationError
from sqlalchemy import Table, bindparam, delete
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from aios_defs.core.audit import head_seal_content
from aios_defs.core.envelope import ZERO_HASH, Envelope, Head
from aios_defs.core.errors import (
    AiosError,
    HomeNewer,
    KeyMissing,
    LedgerBroken,
    MigrationUnfinished,
)
from aios_defs.core.events.registry import parse_event
from aios_defs.core.ports import Vault
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.all import ROWS, VERSION
from aios_defs.core.rows.row import Row
from resources.store.dialects import Dialect
from resources.store.pending import Pending
from resources.store.rows import FoldedRows, PendingView
from resources.store.tables import FOLDS, LOG, shape_of, table_of
from resources.store.view import SqlView, Store

MIGRATING = "migrating"
"""What the log says of itself while it is a copy under way: where it is copied from."""

FORMAT = 1
"""The version of the log's own tables."""

_BATCH = 500


class Schema:
    """The tables of one home, at the versions this program knows."""

    def __init__(self, store: Store, dialect: Dialect) -> None:
        self._store = store
        self._dialect = dialect
        self._session = store.session
        self._texts = store.statements

    def is_current(self, vault: Vault) -> bool:
        """Return whether the tables exist as this program knows them.

        Raises:
            HomeNewer: a newer program made them.
            KeyMissing: they are those of a home with other keys.
            MigrationUnfinished: they are a copy that is not whole.

        """
        meta = self._meta()
        _refuse_newer(meta)
        _refuse_unfinished(meta)
        if meta.get("keys", _name_of(vault)) != _name_of(vault):
            raise KeyMissing(
                "This database holds the ledger of another home: other keys wrote it.",
                remedy="Give this home a database, or a schema (?schema=NAME), of its own; "
                "or bring back the keys.db that belongs to this ledger.",
            )
        return meta.items() >= _expected().items()

    def prepare(self, vault: Vault) -> None:
        """Make the tables, or bring the rows to this program's version; within a transaction."""
        if not self._has_log():
            self._create(vault)
        elif not self.is_current(vault):
            self.rebuild()

    def rebuild(self) -> int:
        """Fold the log into the rows anew; returns how many events.

        Tables of the same shape are emptied, not made anew: a reading that began before goes on
        seeing the old rows, where a new table would be empty to it.
        """
        meta = self._meta()
        is_same_shape = meta.get("shape") == shape_of(ROWS)
        for kind in ROWS:
            if is_same_shape:
                self._empty(kind)
            else:
                self._renew(kind)
        self._make_guards()
        self._keep_versions()
        self._session.run(self._texts.set_meta, (FOLDS, str(_number(meta.get(FOLDS, "0")) + 1)))
        return self._fold()

    def _has_log(self) -> bool:
        return bool(self._session.rows(self._dialect.table_columns, ("meta",)))

    def _meta(self) -> dict[str, str]:
        return dict(self._session.rows(self._texts.meta)) if self._has_log() else {}

    def _create(self, vault: Vault) -> None:
        for statement in self._dialect.preparations:
            self._session.run(statement)
        for table in LOG.sorted_tables:
            self._create_table(table)
        for kind in ROWS:
            self._create_table(table_of(kind))
        self._make_guards()
        self._keep_versions()
        self._session.run(self._texts.set_meta, ("keys", _name_of(vault)))
        head = Head(position=0, hash=ZERO_HASH)
        mac = bytes.fromhex(vault.mac(head_seal_content(head)))
        self._session.run(self._texts.insert_head, (1, 0, bytes.fromhex(ZERO_HASH), mac))

    def _create_table(self, table: Table) -> None:
        self._session.run(self._texts.text(CreateTable(table, if_not_exists=True)))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            self._session.run(self._texts.text(CreateIndex(index, if_not_exists=True)))

    def _make_guards(self) -> None:
        for statement in self._dialect.guards:
            self._session.run(statement)

    def _keep_versions(self) -> None:
        self._session.many(self._texts.set_meta, list(_expected().items()))

    def _empty(self, kind: type[Row]) -> None:
        if self._columns_found(kind) != [column.name for column in table_of(kind).columns]:
            self._renew(kind)  # somebody dropped or changed it
            return
        self._create_table(table_of(kind))  # an index that is gone comes back
        if kind.FOLDED:
            self._session.run(self._texts.text(delete(table_of(kind))))

    def _columns_found(self, kind: type[Row]) -> list[str]:
        return [row[0] for row in self._session.rows(self._dialect.table_columns, (kind.TABLE,))]

    def _renew(self, kind: type[Row]) -> None:
        table = table_of(kind)
        found = self._columns_found(kind)
        if not kind.FOLDED and found == [column.name for column in table.columns]:
            return
        common = [] if kind.FOLDED else [one.name for one in table.columns if one.name in found]
        names = ", ".join(f'"{name}"' for name in common)
        kept = self._session.rows(f'SELECT {names} FROM "{kind.TABLE}"') if common else []  # noqa: S608 - our own names
        self._session.run(self._texts.text(DropTable(table, if_exists=True)))
        self._create_table(table)
        if kept:
            into = table.insert().values({name: bindparam(name) for name in common})
            self._session.many(self._texts.text(into), kept)

    def _fold(self) -> int:
        view = SqlView(self._store)
        pending = Pending(self._session, self._texts, {})
        rows = FoldedRows(PendingView(self._store, pending))
        folded = 0
        for envelope in view.events():
            _refold(envelope, rows)
            folded += 1
            if folded % _BATCH == 0:
                pending.flush()
                pending.forget()
        pending.flush()
        return folded


def _refold(envelope: Envelope, rows: FoldedRows) -> None:
    try:
        fold(envelope, parse_event(envelope.type, envelope.data), rows)
    except (ValidationError, AiosError, KeyError) as error:
        raise LedgerBroken(
            f"The event at position {envelope.position} does not fold ({type(error).__name__}).",
            remedy="Run `aios ledger verify`; if it holds, update AIOS.",
            position=envelope.position,
        ) from error


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise LedgerBroken(
            "The ledger's record of its own version can't be read.",
            remedy="Restore ledger.db from a backup.",
        ) from error


def _name_of(vault: Vault) -> str:
    """Return what names a home's keys without telling anything about them."""
    return vault.mac(b"the keys of this home")


def _expected() -> dict[str, str]:
    return {"format": str(FORMAT), "projections": str(VERSION), "shape": shape_of(ROWS)}


def _refuse_unfinished(meta: dict[str, str]) -> None:
    if MIGRATING in meta:
        raise MigrationUnfinished(
            "This database holds a migration that did not come to its end.",
            remedy="Use the old database and run `aios migrate --to` again: it goes on.",
        )


def _refuse_newer(meta: dict[str, str]) -> None:
    for name, known in (("format", FORMAT), ("projections", VERSION)):
        found = _number(meta.get(name, "0"))
        if found > known:
            raise HomeNewer(
                f"A newer AIOS wrote this home: its {name} are of version {found}, "
                f"this one knows {known}.",
                remedy="Update AIOS, or restore the backup from before the update.",
                found=found,
                known=known,
            )
