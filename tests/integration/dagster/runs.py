"""Owns running the jobs of the definitions in a test, with a home that is open already."""

from aios_defs.definitions import build
from assets.jobs import MEMORY_REFRESH
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import RunOrder, RunResult, run_here
from resources.home import Home


def refresh_memory(home: Home) -> RunResult:
    """Build the memory artifacts and run their checks."""
    with open_instance(home.path) as instance:
        job = build(lend(home)).resolve_job_def(MEMORY_REFRESH)
        return run_here(instance, RunOrder(job=job, tags={}, ops={}))


def check_results(home: Home, run_id: str) -> dict[str, dict[str, list[str]]]:
    """Return what each check of a run found, by asset; empty findings mean it passed."""
    with open_instance(home.path) as instance:
        entries = instance.all_logs(run_id)
    results = [
        entry.dagster_event.asset_check_evaluation_data
        for entry in entries
        if entry.dagster_event and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    for one in results:
        assert one.passed == (one.metadata["row_ids"].value == {})
    return {one.asset_key.to_user_string(): one.metadata["row_ids"].value for one in results}  # type: ignore[misc]  # JSON of ours
