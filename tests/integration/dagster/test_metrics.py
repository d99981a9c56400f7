"""Proves that the metrics are an asset: the ledger's counts, as a table and in the metadata."""

from dagster import AssetKey

from aios_defs.services.metrics import read_counts
from aios_defs.services.tables.metrics import FORM, metrics_table
from resources.artifacts import ArtifactStore
from resources.dagster_instance import open_instance
from tests.integration.dagster.runs import refresh_memory
from tests.integration.desk import STRANGER, Desk, Mail


def test_the_table_holds_every_count(desk: Desk) -> None:
    """Each count of the metrics is one row, whoever kept it before."""
    desk.receive(Mail(text="How much is the blue widget?"))

    rows = [row.cells() for row in metrics_table(desk.kernel).rows]

    counted = read_counts(desk.kernel)
    assert {(one["metric"], one["le_ms"], one["value"]) for one in rows} == {
        (cell.metric, cell.le_ms, value) for cell, value in counted.items() if value
    }
    assert len({one["row_id"] for one in rows}) == len(rows)


def test_the_refresh_builds_the_metrics(shown: Desk) -> None:
    """The hourly refresh keeps the table and tells the last week in numbers alone."""
    shown.receive(Mail(text="How much is the blue widget?", sender=STRANGER))

    assert refresh_memory(shown.home).is_success

    with open_instance(shown.path) as instance:
        event = instance.get_latest_materialization_event(AssetKey("metrics"))
    assert event is not None
    assert event.asset_materialization is not None
    told = event.asset_materialization.metadata
    kept = ArtifactStore(shown.path / "lance").count(FORM)
    assert told["rows"].value == kept > 0
    assert told["waiting"].value == 1
    assert "| messages_received | 1 |" in str(told["last_7_days"].value)
    assert STRANGER not in str(told)
