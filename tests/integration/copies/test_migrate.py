"""Proves the migration: killed and resumed it is the same ledger, and the old one is not used."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import HomeMoved, LedgerBroken, MigrationUnfinished, OperatorError
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import Settings, load_settings
from resources.home import open_ledger
from resources.migration import Migrated, Migration
from resources.store.copying import Database, compare_events, compare_rows
from tests.house.tree import ROOT
from tests.integration.copies.kit import (
    OutsideDesk,
    RestoredDesk,
    backed_up,
    restored,
    settings_of,
)
from tests.integration.desk import Desk, Mail
from tests.servers.postgres import shared_server

EVENTS, KILLS = 5000, 5


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.db'}"
    return shared_server().fresh()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "home").begin()
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.receive(Mail(text="x" * 600_000, subject="Long"))
    return desk


def grow(desk: Desk, events: int) -> None:
    """Append that many events, a thousand in each unit."""
    for start in range(0, events, 1000):
        with desk.kernel.ledger.transaction(actor="operator") as tx:
            for number in range(start, min(start + 1000, events), 2):
                scope = f"workflow:w{number % 7}"
                for data in (OverridePaused(scope=scope), OverrideResumed(scope=scope)):
                    tx.append(Draft(stream=scope, data=data, correlation_id="home"))


def moved(path: Path, url: str) -> Settings:
    return load_settings({"AIOS_HOME": str(path), "AIOS_DATABASE_URL": url})


def migrate(settings: Settings, url: str) -> Migrated:
    return Migration.of(settings, url, silent).run()


def killed(path: Path, url: str) -> str:
    """Migrate in a process that is killed -9 at its first progress; returns what that was."""
    command = [sys.executable, "-m", "tests.integration.copies.migrating", str(path), url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline().strip()
        process.kill()
    return told


def assert_same(source_url: str, url: str) -> None:
    source, target = Database(source_url), Database(url)
    with source.reading() as ours, target.reading() as theirs:
        compare_events(ours, theirs)
        compare_rows(ours, theirs)
    source.close()
    target.close()


def test_a_migration_killed_five_times_ends_with_the_same_ledger(desk: Desk, url: str) -> None:
    """Each run goes on where the one before was killed, the last one within its final unit."""
    grow(desk, EVENTS)
    desk.home.ledger.close()

    told = [killed(desk.path, url) for _ in range(KILLS)]

    assert told[0].startswith("events 2000")
    assert told[-1].startswith("events verified")
    done = migrate(settings_of(desk.path), url)
    assert done.is_done
    assert done.copied == done.events > EVENTS
    assert_same(f"sqlite:///{desk.path / 'ledger.db'}", url)
    ledger, vault = open_ledger(moved(desk.path, url))
    assert verify_ledger(ledger, vault).ok
    ledger.close()


def test_the_old_database_is_kept_and_no_longer_opened(desk: Desk, url: str) -> None:
    """Whoever forgets the variable is told where the ledger is, without its password."""
    desk.home.ledger.close()
    migrate(settings_of(desk.path), url)

    with pytest.raises(HomeMoved) as caught:
        open_ledger(settings_of(desk.path))

    assert "never-in-a-log" not in str(caught.value)
    assert (desk.path / "ledger.db").stat().st_size > 0


def test_a_migration_there_and_back_is_the_same_ledger(
    desk: Desk, url: str, tmp_path: Path
) -> None:
    """What went into another database and into a file again did not change on the way."""
    desk.home.ledger.close()
    back = f"sqlite:///{tmp_path / 'back.db'}"

    migrate(settings_of(desk.path), url)
    migrate(moved(desk.path, url), back)

    assert_same(f"sqlite:///{desk.path / 'ledger.db'}", back)
    ledger, vault = open_ledger(moved(desk.path, back))
    assert verify_ledger(ledger, vault).ok
    ledger.close()
    with pytest.raises(HomeMoved):
        open_ledger(moved(desk.path, url))


def test_a_part_of_a_migration_is_not_opened(desk: Desk, url: str) -> None:
    """Until the copy is whole, the home goes on in the old database only."""
    grow(desk, EVENTS)
    killed(desk.path, url)

    with pytest.raises(MigrationUnfinished):
        open_ledger(moved(desk.path, url))
    desk.receive(Mail(text="How much is the blue widget?", identity="late@outside.test"))
    desk.home.ledger.close()
    migrate(settings_of(desk.path), url)

    assert_same(f"sqlite:///{desk.path / 'ledger.db'}", url)


def test_what_is_written_meanwhile_is_caught_up(desk: Desk, url: str) -> None:
    """Events that come while the bulk is copied are in the target as well."""
    grow(desk, EVENTS)
    writes: list[Callable[[], None]] = [lambda: grow(desk, 10)]

    def tell(_step: str, _done: int, _total: int) -> None:
        while writes:
            writes.pop()()

    Migration.of(settings_of(desk.path), url, tell).run()

    desk.home.ledger.close()
    assert_same(f"sqlite:///{desk.path / 'ledger.db'}", url)


def test_a_target_that_holds_something_else_is_refused(
    desk: Desk, url: str, tmp_path: Path
) -> None:
    """Neither another home's ledger nor a part of its copy is written over."""
    other = Desk(tmp_path / "other").begin()
    other.home.ledger.close()
    migrate(settings_of(other.path), url)
    desk.home.ledger.close()

    with pytest.raises(OperatorError, match="holds a ledger already"):
        migrate(settings_of(desk.path), url)

    open_ledger(settings_of(desk.path))[0].close()


def test_a_dry_run_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    """It counts what would be copied and makes no file."""
    url = f"sqlite:///{tmp_path / 'other.db'}"

    plan = Migration.of(settings_of(desk.path), url, silent).plan()

    assert plan.events > 0
    assert (plan.copied, plan.is_done) == (0, False)
    assert not (tmp_path / "other.db").exists()


def test_a_ledger_that_does_not_verify_is_not_moved(desk: Desk, tmp_path: Path) -> None:
    """A damaged seal is found in the copy, and the home stays where it is."""
    import sqlite3

    desk.home.ledger.close()
    with sqlite3.connect(desk.path / "ledger.db") as connection:
        connection.execute("DROP TRIGGER events_refuses_update")
        connection.execute("UPDATE events SET seal = zeroblob(32) WHERE position = 3")
    connection.close()

    with pytest.raises(LedgerBroken, match="does not verify"):
        migrate(settings_of(desk.path), f"sqlite:///{tmp_path / 'other.db'}")

    open_ledger(settings_of(desk.path))[0].close()


def test_a_home_on_postgresql_is_backed_up_and_restored(tmp_path: Path) -> None:
    """The file holds a logical copy of the ledger; the restored home keeps it in SQLite."""
    desk = OutsideDesk(tmp_path / "home")
    desk.begin()
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.home.ledger.close()
    url = shared_server().fresh()
    migrate(settings_of(desk.path), url)

    made = backed_up(desk.path, tmp_path / "b", settings=moved(desk.path, url))
    done = restored(tmp_path / "b", tmp_path / "new")

    assert done.position == made.position
    new = RestoredDesk(tmp_path / "new", clock=desk.clock)
    assert verify_ledger(new.home.ledger, new.kernel.vault).ok
    assert new.take()["task"] == 0
    assert len(new.sent()) == 1
