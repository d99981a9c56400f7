"""Proves that compounding is an asset of the refresh: counts and ids, the way to the charts."""

from dagster import AssetKey

from aios_defs.services.tables.compounding import FORM
from resources.artifacts import ArtifactStore
from resources.dagster_instance import open_instance
from tests.integration.dagster.runs import refresh_memory
from tests.integration.desk import KIM, Desk, Mail


def test_the_refresh_builds_compounding(shown: Desk) -> None:
    """The table is kept; the metadata has the sums and the facts used most, by id alone."""
    shown.receive(Mail(text="How much is the blue widget?"))

    assert refresh_memory(shown.home).is_success

    with open_instance(shown.path) as instance:
        event = instance.get_latest_materialization_event(AssetKey("compounding"))
    assert event is not None
    assert event.asset_materialization is not None
    told = event.asset_materialization.metadata
    (fact_id,) = shown.action().cited_facts
    assert told["rows"].value == ArtifactStore(shown.path / "lance").count(FORM) == 1
    assert (told["items"].value, told["answers_citing"].value) == (2, 1)
    assert f"| {fact_id} |  | 1 | 1 | 1 |" in str(told["facts_used_most"].value)
    assert not any(word in str(told) for word in (KIM, "price", "€40"))
