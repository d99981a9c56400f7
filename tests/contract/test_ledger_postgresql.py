"""Proves what the ledger promises on PostgreSQL: refusals, homes apart, a server that goes."""

import re
from pathlib import Path
from typing import cast

import psycopg2
import pytest

from aios_defs.core.errors import (
    ConfigurationInvalid,
    HomeLocked,
    HomeNewer,
    KeyMissing,
    StorageFailed,
    UnknownId,
)
from aios_defs.core.rows.house import CursorRow, PauseRow
from aios_defs.services.verify import verify_ledger
from resources.store.dialects import dialect_of
from resources.store.ledger import SqlLedger, has_ledger
from resources.store.unit import SqlUnit
from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.vault import SqliteVault
from tests.contract.ledger_kit import Kit, paused
from tests.contract.postgresql_kit import at, pause, run
from tests.servers.postgres import shared_server

OTHERS = (
    "type, time, actor, subject, correlation_id, causation_id, run_id, data, prev_hash, hash, seal "
    "FROM aios.events WHERE position = 1"
)
GUARDS = {
    "aios_refuse",
    "aios_refuse_out_of_turn",
    "events_refuses_delete",
    "events_refuses_insert",
    "events_refuses_truncate",
    "events_refuses_update",
    "head_refuses_delete",
    "head_refuses_truncate",
}


TOOTHLESS = (
    "CREATE OR REPLACE FUNCTION aios.aios_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'"
)


@pytest.fixture
def url() -> str:
    return shared_server().fresh()


@pytest.fixture
def kit(url: str, tmp_path: Path) -> Kit:
    return at(url, tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE aios.events SET actor = 'someone'",
        "UPDATE aios.events SET actor = actor WHERE position = 9",
        "DELETE FROM aios.events",
        "TRUNCATE aios.events",
        "TRUNCATE aios.head CASCADE",
        "DELETE FROM aios.head",
        f"INSERT INTO aios.events SELECT 9, 'x', 'x', 1, {OTHERS}",
        f"INSERT INTO aios.events SELECT 1, 'x', 'x', 1, {OTHERS} ON CONFLICT DO NOTHING",
        "SET session_replication_role = replica; DELETE FROM aios.events",
    ],
)
def test_the_database_itself_refuses(kit: Kit, url: str, statement: str) -> None:
    """The tables' owner who edits, deletes, empties or inserts out of turn gets an error."""
    pause(kit)
    pause(kit)

    with pytest.raises(psycopg2.IntegrityError, match="append-only"):
        run(url, statement)

    assert verify_ledger(kit.ledger, kit.vault).ok


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("DROP TRIGGER events_refuses_update ON aios.events", {"events_refuses_update"}),
        ("ALTER TABLE aios.events DISABLE TRIGGER ALL", {n for n in GUARDS if "events_" in n}),
        (TOOTHLESS, {"aios_refuse"}),
        (
            "DROP FUNCTION aios.aios_refuse CASCADE",
            GUARDS - {"aios_refuse_out_of_turn", "events_refuses_insert"},
        ),
    ],
)
def test_guards_that_are_gone_are_named(
    kit: Kit, url: str, statement: str, missing: set[str]
) -> None:
    """A guard that was dropped, turned off or made toothless is found and named."""
    pause(kit)

    run(url, statement)

    with kit.ledger.audit() as audit:
        assert set(audit.missing_guards()) == missing


@pytest.mark.parametrize(
    ("tamper", "position"),
    [
        ("UPDATE aios.events SET actor = 'someone' WHERE position = 2", 2),
        ("UPDATE aios.events SET data = data || ' ' WHERE position = 2", 2),
        ("UPDATE aios.events SET seal = '' WHERE position = 2", 2),
        ("DELETE FROM aios.events WHERE position = 2", 2),
        ("DELETE FROM aios.events WHERE position = 3", 3),
        ("UPDATE aios.head SET position = 2", 4),
    ],
)
def test_who_takes_the_guards_off_is_found(kit: Kit, url: str, tamper: str, position: int) -> None:
    """Verifying names the first position that was changed behind the guards."""
    for _ in range(3):
        pause(kit)

    run(url, "ALTER TABLE aios.events DISABLE TRIGGER ALL", tamper)
    for name in sorted(one for one in GUARDS if one.startswith("events_")):
        run(url, f"ALTER TABLE aios.events ENABLE ALWAYS TRIGGER {name}")

    report = verify_ledger(kit.ledger, kit.vault)
    assert (report.ok, report.first_bad_position) == (False, position)


def test_another_writer_is_waited_for(url: str, tmp_path: Path) -> None:
    """Behind another process's write lock the wait ends with HomeLocked; nothing is written."""
    kit, other = at(url, tmp_path, wait_seconds=0.05), at(url, tmp_path, "other")

    with other.ledger.transaction(actor="operator"), pytest.raises(HomeLocked):
        pause(kit)

    assert pause(kit) == 1


def test_homes_in_schemas_of_their_own_do_not_mix(url: str, tmp_path: Path) -> None:
    """Two homes in one database hold their own events, and neither waits for the other."""
    one, two = (at(f"{url}?schema={name}", tmp_path, name) for name in ("first", "second"))

    with one.ledger.transaction(actor="operator") as unit:
        unit.append(paused("one"))
        assert pause(two, "two") == 1

    with two.ledger.view() as view:
        assert [row.scope for row in view.select(PauseRow)] == ["two"]


def test_a_database_of_other_keys_is_refused(kit: Kit, url: str, tmp_path: Path) -> None:
    """A home that is pointed at another home's database does not open it."""
    pause(kit)

    with pytest.raises(KeyMissing, match="another home"):
        SqlLedger.open(
            url,
            vault=SqliteVault.at(tmp_path / "keys.db"),
            clock=FixedClock(),
            ids=FixedIds(),
            blob_dir=tmp_path / "blobs",
        )


def test_a_newer_home_is_refused_politely(kit: Kit, url: str, tmp_path: Path) -> None:
    """A ledger that a newer AIOS wrote is not touched; the error says to update."""
    pause(kit)
    run(url, "UPDATE aios.meta SET value = '900' WHERE name = 'projections'")

    with pytest.raises(HomeNewer, match="Update AIOS"):
        at(url, tmp_path)


def test_tables_of_another_shape_are_made_anew(kit: Kit, url: str, tmp_path: Path) -> None:
    """Where columns changed, folded tables are made anew and operational rows carried over."""
    pause(kit, "kept")
    with kit.ledger.transaction(actor="operator") as unit:
        unit.put(CursorRow(name="mail", value="7"))
    run(
        url,
        "UPDATE aios.meta SET value = 'another' WHERE name = 'shape'",
        "ALTER TABLE aios.pauses DROP COLUMN reason",
        "ALTER TABLE aios.cursors ADD COLUMN colour TEXT",
    )

    again = at(url, tmp_path)

    with again.ledger.view() as view:
        assert [row.reason for row in view.select(PauseRow)] == ["a walk"]
        assert view.select(CursorRow) == [CursorRow(name="mail", value="7")]


def test_a_failed_statement_keeps_nothing(kit: Kit) -> None:
    """Who goes on after a refused statement is told that nothing was kept: no silent rollback."""
    with pytest.raises(StorageFailed), kit.ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        unit.append(paused())
        with pytest.raises(psycopg2.Error):
            cast(SqlUnit, unit)._session.run("SELECT 1 / 0")

    with kit.ledger.view() as view:
        assert view.head().position == 0


def test_a_name_with_a_nul_is_nowhere(kit: Kit) -> None:
    """Looking for an id with a NUL character says that there is none, and the next unit works."""
    with kit.ledger.view() as view, pytest.raises(UnknownId):
        view.get(PauseRow, "a\0b")

    assert pause(kit) == 1


def test_there_is_no_ledger_before_the_first_opening(url: str, tmp_path: Path) -> None:
    """An empty database holds no ledger, and asking makes none."""
    before = [has_ledger(url) for _ in range(2)]
    at(url, tmp_path)

    assert (before, has_ledger(url)) == ([False, False], True)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://host/db?schema=a%20b",
        "postgresql://host/db?schema=pg_x",
        "postgresql://u:secret@host:port/db",
    ],
)
def test_a_url_that_names_no_place_is_refused(url: str) -> None:
    """A URL without a database, with an odd schema or port is a configuration mistake."""
    with pytest.raises(ConfigurationInvalid) as caught:
        dialect_of(url, 1.0)

    assert "secret" not in str(caught.value)


def test_the_database_says_what_it_is(kit: Kit) -> None:
    """The doctor's words name the version, the schema and how many connections are in use."""
    said = cast(SqlLedger, kit.ledger).describe()

    assert re.fullmatch(r"PostgreSQL 18\.\d+, schema aios; \d+ of 400 connections in use", said)
