"""Proves that homes made by past versions open, hold, replay and go on (tests/golden_home.py)."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aios_defs.core.errors import HomeNewer
from aios_defs.core.rows.tasks import DecisionRow
from aios_defs.services.flow import run_all
from aios_defs.services.inbox import inbox
from aios_defs.services.memory_changes import items_since
from aios_defs.services.replay import replay
from aios_defs.services.tables.memory import memory_table
from aios_defs.services.tables.workflows import workflow_table
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.connectors.mail.parse import KEY_FIELD
from resources.home import Home, World, open_home
from resources.quality.cold import ColdAudit
from resources.quality.great import unmet
from resources.quality.suites import SUITES
from resources.quality.verdicts import known_artifact
from resources.testing.fixed_clock import FixedClock
from tests.golden_home import FOLDER, unpack

HOMES = sorted(FOLDER.glob("*.tar.xz"))
LOOP = ("messages", "tickets", "replies", "outcomes")
MOST_BYTES = 400_000
KEY = re.compile(rb"(?im)^" + KEY_FIELD.encode() + rb": *(\S+)")


@pytest.fixture(params=HOMES, ids=lambda one: one.name.partition(".")[0])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a home as its version left it."""
    unpack(request.param, tmp_path)
    return tmp_path / "home"


@pytest.fixture
def home(path: Path) -> Iterator[Home]:
    """The home opened by today's code, a minute after its last event."""
    clock = FixedClock()
    one = open_home(load_settings({"AIOS_HOME": str(path)}), World(clock=clock))
    with one.ledger.view() as view:
        last = max(event.time for event in view.events())
    clock.advance(last + timedelta(minutes=1) - clock.now())
    yield one
    one.ledger.close()


def sent(home: Home) -> Counter[bytes]:
    """Return how often each message lies in the outbox."""
    return Counter(one.read_bytes() for one in (home.path / "mail/outbox/new").iterdir())


def test_a_home_of_a_past_version_goes_on(home: Home) -> None:
    """It is folded anew, verifies, replays, shows its cards, and its next run repeats nothing."""
    before = sent(home)
    cards = {str(one["id"]) for one in inbox(home.kernel)}

    with home.ledger.view() as view:
        decisions = view.column(DecisionRow, "id")
    replayed = Counter(replay(home.kernel, one).outcome for one in decisions)
    run_all(home.kernel, "support")

    report = verify_ledger(home.ledger, home.kernel.vault)
    after = sent(home)
    assert report.ok, report
    assert report.events > 500
    assert cards
    assert set(replayed) <= {"identical", "code_changed"}
    assert replayed.total() > 20
    assert before <= after
    assert set(after.values()) == {1}
    actions = [KEY.search(one) for one in after]
    assert len({one[1] for one in actions if one}) == len(after)


def test_its_memory_meets_all_that_is_expected(home: Home) -> None:
    """No suite refuses what an honest ledger says: a build that fails would not be served."""
    tables = [memory_table(home.kernel, name) for name in ("profiles", "interactions", "facts")]
    tables += [workflow_table(home.kernel, name) for name in LOOP]
    with home.ledger.view() as view:
        changes = items_since(home.kernel, view, after=0, upto=view.head().position)
        items = {one.item.id: one.item for _, some in changes for one in some}

    for table in tables:
        suite = SUITES[known_artifact(table.name)]
        rows = [row.to_json() for row in table.rows]
        assert unmet(rows, suite.key, suite.columns, suite.expectations) == ()
        assert rows
    assert ColdAudit(home).is_sound([*items.values()], 1)
    assert items


def test_a_home_of_a_newer_version_is_refused(path: Path) -> None:
    """Older code touches nothing of it, and says why."""
    connection = sqlite3.connect(path / "ledger.db")
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'projections'")
    changed = connection.total_changes
    connection.commit()
    connection.close()

    assert changed == 1
    with pytest.raises(HomeNewer, match="A newer AIOS wrote this home"):
        open_home(load_settings({"AIOS_HOME": str(path)}))


def test_a_golden_home_is_small() -> None:
    """There are some, and each stays under 400 kB."""
    assert len(HOMES) >= 2
    assert all(one.stat().st_size < MOST_BYTES for one in HOMES)
