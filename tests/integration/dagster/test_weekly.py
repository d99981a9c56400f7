"""Proves the weekly analysis: by hand for one week, and that its weeks add up to the whole."""

import pickle
from collections import Counter
from datetime import UTC, datetime, timedelta

from dagster import AssetKey, AssetRecordsFilter, DagsterInstance
from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.envelope import Head
from aios_defs.definitions import build
from aios_defs.services.approve import approve
from aios_defs.services.tables.history import HistoryRecord, ticket_history
from assets.jobs import WEEKLY_ANALYSIS
from assets.reports.weekly import weeks
from assets.reports.weekly_frame import ALL, OUTCOMES, WeekRecord, weekly_tables
from resources.artifacts import ArtifactStore
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import RunOrder, run_here
from tests.integration.desk import KIM, STRANGER, Desk, Mail

HEAD = Head(position=7, hash="f" * 64)
MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
QUESTION = "How much is the blue widget?"


def ticket(number: int, **what: object) -> HistoryRecord:
    """Return a ticket of the first week that was answered at once, unless said otherwise."""
    usual = {
        "task_id": f"task-{number}",
        "workflow": "support",
        "category": "price",
        "outcome": "automatic",
        "profile_id": f"profile-{number}",
        "received_at": MONDAY,
        "response_ms": 1000 * number,
        "questions": 0,
    }
    return HistoryRecord(**{**usual, **what})  # type: ignore[arg-type]  # fields of ours


def rows_of(tickets: list[HistoryRecord], week: str) -> dict[str, WeekRecord]:
    """Return the rows of a week by category."""
    table = weekly_tables(tickets, HEAD, [week])[week]
    return {row.category: row for row in table.rows if isinstance(row, WeekRecord)}


def test_a_week_is_counted_as_by_hand() -> None:
    """Six tickets of two categories, one of another week: each number can be checked on paper."""
    tickets = [
        ticket(1),
        ticket(2, outcome="approved"),
        ticket(3, outcome="by_operator", received_at=MONDAY + timedelta(days=6, hours=23)),
        ticket(4, outcome="waiting", response_ms=None, questions=2),
        ticket(5, category="thanks", outcome="not_needed", response_ms=None),
        ticket(6, profile_id="profile-1", received_at=MONDAY + timedelta(days=5)),
        ticket(7, received_at=MONDAY + timedelta(days=7)),
    ]

    rows = rows_of(tickets, "2026-02-02")

    assert list(rows) == ["price", "thanks", ALL]
    assert rows["price"] == WeekRecord(
        row_id="2026-02-02 price",
        week="2026-02-02",
        category="price",
        tickets=5,
        automatic=2,
        approved=1,
        by_operator=1,
        not_needed=0,
        dropped=0,
        waiting=1,
        automatic_share=0.5,
        response_p50_s=3.0,
        response_p90_s=6.0,
        response_p99_s=6.0,
        coming_back=1,
        questions=2,
    )
    assert rows["thanks"].automatic_share is None
    assert rows["thanks"].response_p50_s is None
    assert rows[ALL].tickets == 6


def test_who_comes_back_is_known_across_weeks() -> None:
    """A contact of last Sunday comes back on Monday; one of eight days ago does not."""
    tickets = [
        ticket(1, received_at=MONDAY - timedelta(hours=2)),
        ticket(2, profile_id="profile-1"),
        ticket(3, received_at=MONDAY - timedelta(days=8)),
        ticket(4, profile_id="profile-3"),
    ]

    assert rows_of(tickets, "2026-02-02")[ALL].coming_back == 1


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40 * 24),
            st.sampled_from(("price", "thanks", "unclear")),
            st.sampled_from(OUTCOMES),
            st.integers(1, 4),
        ),
        max_size=30,
    )
)
def test_the_weeks_add_up_to_the_whole(drawn: list[tuple[int, str, str, int]]) -> None:
    """Over all weeks and categories nothing is lost or counted twice."""
    tickets = [
        ticket(
            number,
            received_at=MONDAY + timedelta(hours=hours),
            category=category,
            outcome=outcome,
            profile_id=f"profile-{who}",
        )
        for number, (hours, category, outcome, who) in enumerate(drawn)
    ]
    names = [f"{MONDAY + timedelta(days=7 * week):%Y-%m-%d}" for week in range(6)]

    tables = weekly_tables(tickets, HEAD, names)

    rows = [row for table in tables.values() for row in table.rows if isinstance(row, WeekRecord)]
    parts = [row for row in rows if row.category != ALL]
    totals = [row for row in rows if row.category == ALL]
    assert sum(row.tickets for row in parts) == sum(row.tickets for row in totals) == len(tickets)
    for name in OUTCOMES:
        count = sum(one.outcome == name for one in tickets)
        assert sum(getattr(row, name) for row in parts) == count
    assert all(sum(getattr(row, name) for name in OUTCOMES) == row.tickets for row in rows)


def test_the_history_tells_how_each_ticket_ended(desk: Desk) -> None:
    """Answered by a rule, after an approval, not at all: as the ledger holds it."""
    desk.receive(Mail(text=QUESTION, sender=KIM, identity="first@outside.example"))
    desk.receive(Mail(text=QUESTION, sender=STRANGER))
    desk.receive(Mail(text="How much is the green widget?", sender="more@elsewhere.example"))
    action = next(one for one in desk.actions() if one.approval_id)
    desk.wait(minutes=5)
    approve(desk.kernel, action.id, content_hash=action.content_hash)
    desk.wait(minutes=1)
    desk.turn()

    rows = [row for row in ticket_history(desk.kernel).rows if isinstance(row, HistoryRecord)]

    assert [row.outcome for row in rows] == ["automatic", "approved", "waiting"]
    assert [row.response_ms for row in rows] == [0, 360_000, None]
    assert Counter(row.category for row in rows) == {"price": 3}
    assert [row.questions for row in rows] == [0, 0, 1]


def analyse(desk: Desk, instance: DagsterInstance, **span: str) -> str:
    """Build a span of weeks in one run, as a backfill does; returns the run's id."""
    tags = {f"dagster/asset_partition_range_{end}": week for end, week in span.items()}
    job = build(lend(desk.home)).resolve_job_def(WEEKLY_ANALYSIS)
    result = run_here(instance, RunOrder(job=job, tags=tags, ops={}))
    assert result.is_success, result.failed
    return result.run_id


def test_a_span_of_weeks_is_built_in_one_run(past: Desk) -> None:
    """Each week has its own materialisation with its own numbers; an empty one keeps no file."""
    past.receive(Mail(text=QUESTION))

    with open_instance(past.path) as instance:
        run_id = analyse(past, instance, start="2025-04-21", end="2025-05-05")

        key = AssetKey("weekly_ticket_analysis")
        records = instance.fetch_materializations(AssetRecordsFilter(key), limit=9).records
    told = {one.partition_key: one.asset_materialization for one in records}
    assert {one.run_id for one in records} == {run_id}
    tickets = {week: one.metadata["tickets"].value for week, one in told.items() if one}
    assert tickets == {"2025-04-21": 0, "2025-04-28": 0, "2025-05-05": 1}
    folder = past.path / "lance/workflows/weekly_ticket_analysis"
    assert [one.name for one in folder.iterdir()] == ["2025-05-05.parquet"]


def test_what_the_weeks_say_holds_no_personal_text(past: Desk) -> None:
    """Neither the metadata nor the kept table names a person or quotes a mail."""
    past.receive(Mail(text=QUESTION, sender=STRANGER))
    with open_instance(past.path) as instance:
        run_id = analyse(past, instance, start="2025-05-05", end="2025-05-05")
        logs = pickle.dumps([one.to_json() for one in instance.all_logs(run_id)])
    table = weekly_tables(
        [row for row in ticket_history(past.kernel).rows if isinstance(row, HistoryRecord)],
        HEAD,
        ["2025-05-05"],
    )["2025-05-05"]
    kept = str(ArtifactStore(past.path / "lance").read(table.form)).encode()

    assert kept.count(b"price") == 2
    for text in (QUESTION, STRANGER, STRANGER.partition("@")[0] + "@"):
        assert text.encode() not in logs + kept


def test_the_weeks_begin_on_mondays_and_reach_to_now() -> None:
    """Past weeks of any business can be built, and the running one."""
    names = weeks.get_partition_keys(current_time=datetime(2031, 5, 6, tzinfo=UTC))

    assert names[0] == "2020-01-06"
    assert names[-1] == "2031-05-05"
