"""Proves that a mirror killed between Dagster's storage and the ledger tells everything, once."""

import subprocess
import sys
from collections import Counter

import pytest
from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter

from aios_defs.services.approve import approve, reject
from aios_defs.services.commit import commit_action
from aios_defs.services.mirror import MirrorCursor, keep_cursor
from assets.reports.mirror import MIRROR, TAG_LANE, mirror_runs
from resources.dagster_instance import TAG_LEDGER_TO, open_instance
from tests.house.tree import ROOT
from tests.integration.desk import STRANGER, Desk, Mail
from tests.servers.database import home_environment

QUESTION = "How much is the blue widget?"
ASSETS = ("messages", "tickets", "replies", "outcomes")
KILLED_AT = (
    "mirror.observed*1",  # something under no run was told
    "mirror.observed*2",  # a run was begun
    "mirror.told*1",  # a run is whole, and not signed with its head
    "mirror.observed*2",
    "mirror.told*2",
    "mirror.keeping*1",  # all is told, and the cursor does not say so
)
Told = tuple[str, str, int]


def lived(desk: Desk) -> Desk:
    """Let three mails come: one is committed, one rejected, one waits; another is no work."""
    for number in range(3):
        desk.receive(Mail(text=QUESTION, sender=f"{number}-{STRANGER}"))
    first, second, _ = desk.actions()
    approve(desk.kernel, first.id, content_hash=first.content_hash)
    commit_action(desk.kernel, first.id, force=True)
    reject(desk.kernel, second.id, reason="not now")
    desk.receive(Mail(text=QUESTION, headers=(("List-Id", "<news.outside.example>"),)))
    return desk


def told(instance: DagsterInstance) -> Counter[Told]:
    """Return how often each event was told of each asset under each run."""
    found = Counter[Told]()
    for asset in ASSETS:
        for record in instance.fetch_observations(AssetKey(asset), limit=999).records:
            one = record.event_log_entry.asset_observation
            assert one is not None
            rows = one.metadata["events"].value.records  # type: ignore[union-attr]  # a table of ours
            found.update((record.run_id, asset, int(str(row.data["position"]))) for row in rows)
    return found


def signed(instance: DagsterInstance) -> dict[str, tuple[DagsterRunStatus, str]]:
    """Return how each mirrored run ended, and the position it is signed with."""
    runs = instance.get_runs(RunsFilter(tags={TAG_LANE: MIRROR}))
    return {run.run_id: (run.status, run.tags[TAG_LEDGER_TO]) for run in runs}


@pytest.mark.slow
def test_a_killed_mirror_tells_each_event_once(
    shown: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in turn at each place between the two databases, it shows what one left alone does."""
    for name, value in home_environment(shown.path).items():
        monkeypatch.setenv(name, value)  # Dagster's tables lie where the ledger lies
    lived(shown)
    command = [sys.executable, "-m", "tests.integration.dagster.dying_mirror", str(shown.path)]
    subprocess.run([*command, *KILLED_AT], cwd=ROOT, check=True)

    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
        found, heads = told(instance), signed(instance)
        instance.wipe()
        keep_cursor(shown.kernel, MirrorCursor())
        mirror_runs(shown.kernel, instance)

        assert set(found.values()) == {1}
        assert found == told(instance)
        assert heads == signed(instance)
        assert all(status is DagsterRunStatus.SUCCESS for status, _ in heads.values())
