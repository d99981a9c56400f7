"""Owns running the jobs of the definitions in a test, with a home that is open already."""

from typing import Any

from dagster import AssetCheckEvaluation
from sqlalchemy import text

from aios_defs.core.rows.house import NoticeRow
from aios_defs.definitions import build
from assets.jobs import MEMORY_REFRESH
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import RunOrder, RunResult, run_here
from resources.home import Home
from tests.integration.desk import Desk


def refresh_memory(home: Home) -> RunResult:
    """Build the memory artifacts and run their checks."""
    with open_instance(home.path) as instance:
        job = build(lend(home)).resolve_job_def(MEMORY_REFRESH)
        return run_here(instance, RunOrder(job=job, tags={}, ops={}))


def check_results(home: Home, run_id: str) -> dict[str, dict[str, list[str]]]:
    """Return what each comparison with the ledger found, by asset; empty findings: it passed."""
    found = {
        one.asset_key.to_user_string(): one
        for one in evaluations(home, run_id)
        if one.check_name.endswith("_match_ledger")
    }
    for one in found.values():
        assert one.passed == (row_ids(one) == {})
    return {name: row_ids(one) for name, one in found.items()}


def evaluations(home: Home, run_id: str) -> list[AssetCheckEvaluation]:
    """Return what the checks of a run said, in their order."""
    with open_instance(home.path) as instance:
        entries = instance.all_logs(run_id)
    return [
        entry.dagster_event.asset_check_evaluation_data
        for entry in entries
        if entry.dagster_event and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]


def failed_checks(home: Home, run_id: str) -> dict[str, AssetCheckEvaluation]:
    """Return the checks of a run that did not pass, by `<asset>.<check>`."""
    return {
        f"{one.asset_key.to_user_string()}.{one.check_name}": one
        for one in evaluations(home, run_id)
        if not one.passed
    }


def row_ids(one: AssetCheckEvaluation) -> dict[str, list[str]]:
    """Return the ids of the rows that a check names, by what they do not meet."""
    found: Any = one.metadata["row_ids"].value
    return {str(words): [str(row) for row in rows] for words, rows in found.items()}


def plant(desk: Desk, statement: str, **values: str) -> None:
    """Change rows of the database as no event does."""
    with desk.home.ledger._engine.begin() as connection:
        connection.execute(text(statement), values)


def cards(desk: Desk) -> list[NoticeRow]:
    """Return the open cards about builds."""
    with desk.kernel.ledger.view() as view:
        return [row for row in view.select(NoticeRow, state="open") if row.kind == "quality"]
