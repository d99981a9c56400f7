"""Proves that every table moves along: what the log does not bring back is copied as it lies."""

import importlib
import pkgutil
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

from aios_defs.core import rows
from aios_defs.core.ports import Ledger
from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.row import Row
from aios_defs.settings.environment import load_settings
from resources.home import open_ledger
from resources.migration import Migration
from tests.integration.copies.kit import backed_up, restored, settings_of
from tests.integration.desk import Desk

OPERATIONAL = [kind for kind in ROWS if not kind.FOLDED]
PLAIN: dict[object, object] = {
    str: "x",
    int: 1,
    float: 1.0,
    bool: True,
    datetime: datetime(2031, 1, 1, tzinfo=UTC),
}


def filled(kind: type[Row]) -> Row:
    """Return a row with a plain value in each column, None or nothing where there is no plain."""
    hints = get_type_hints(kind)
    values = {one.name: _value(hints[one.name]) for one in fields(kind)}
    return kind(**values)


def _value(kind: object) -> object:
    if kind in PLAIN:
        return PLAIN[kind]
    return () if getattr(kind, "__origin__", None) is tuple else None


def fill(desk: Desk) -> None:
    """Put a row into each operational table, and a file into the journal of sending."""
    with desk.kernel.ledger.transaction(actor="operator") as tx:
        for kind in OPERATIONAL:
            tx.put(filled(kind))
    desk.home.ledger.close()
    journal = desk.path / "smtp" / "desk@widgets.example"
    journal.mkdir(parents=True)
    (journal / "key").write_text("sent")


def lacking(ledger: Ledger) -> list[str]:
    """Return the operational tables that lack what `fill` put there."""
    with ledger.view() as view:
        return [one.TABLE for one in OPERATIONAL if filled(one) not in view.select(one)]


def test_every_row_class_is_in_the_list() -> None:
    """A new class of rows that nobody lists would be copied by nobody."""
    for module in pkgutil.iter_modules(rows.__path__):
        importlib.import_module(f"{rows.__name__}.{module.name}")

    there = {one.TABLE for one in Row.__subclasses__() if one.__module__.startswith(rows.__name__)}

    assert there == {one.TABLE for one in ROWS}


def test_a_migration_carries_every_operational_table(desk: Desk, tmp_path: Path) -> None:
    """Cursors, references, counts of automatic answers and all others stand in the target."""
    fill(desk)
    url = f"sqlite:///{tmp_path / 'other.db'}"
    Migration.of(settings_of(desk.path), url, lambda *_: None).run()

    moved = load_settings({"AIOS_HOME": str(desk.path), "AIOS_DATABASE_URL": url})
    ledger, _ = open_ledger(moved)
    assert lacking(ledger) == []
    ledger.close()


def test_a_backup_carries_every_operational_table_and_the_journal(
    desk: Desk, tmp_path: Path
) -> None:
    """A restored home goes on where the old one was, what it sent by SMTP included."""
    fill(desk)
    backed_up(desk.path, tmp_path / "b")
    restored(tmp_path / "b", tmp_path / "new")

    ledger, _ = open_ledger(settings_of(tmp_path / "new"))
    assert lacking(ledger) == []
    ledger.close()
    assert (tmp_path / "new/smtp/desk@widgets.example/key").read_text() == "sent"
