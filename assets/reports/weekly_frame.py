"""Owns the arithmetic of the weekly analysis, in pandas: a table for each week, a row a category.

A week is seven days from Monday, UTC. A ticket belongs to the week its first message was received
in. It comes back when its contact had another ticket in the seven days before.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aios_defs.core.envelope import Head
from aios_defs.services.tables.history import HistoryRecord
from aios_defs.services.tables.table import Form, Record, Table

NAME = "weekly_ticket_analysis"
ALL = "(all)"
"""The row that counts every category together."""
OUTCOMES = ("automatic", "approved", "by_operator", "not_needed", "dropped", "waiting")
ANSWERS = ("automatic", "approved", "by_operator")
_AGAIN = "7D"
_QUANTILES = {"response_p50_s": 0.5, "response_p90_s": 0.9, "response_p99_s": 0.99}
"""Each is a time that occurred: the next one above the quantile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRecord(Record):
    """One category in one week; the outcomes add up to `tickets`.

    `automatic_share` and the seconds from receipt to answer (`response_p50_s` and so on) are of the
    answered ones, None without any.
    """

    row_id: str
    week: str
    category: str
    tickets: int
    automatic: int
    approved: int
    by_operator: int
    not_needed: int
    dropped: int
    waiting: int
    automatic_share: float | None
    response_p50_s: float | None
    response_p90_s: float | None
    response_p99_s: float | None
    coming_back: int
    questions: int


def weekly_tables(
    history: Iterable[HistoryRecord], head: Head, weeks: Iterable[str]
) -> dict[str, Table]:
    """Return the table of each of these weeks, named by their Mondays; an empty one for no tickets.

    The rows are the categories by how many tickets they have, then the one of all.
    """
    rows = defaultdict[str, list[WeekRecord]](list)
    for row in _aggregated(history):
        rows[row.week].append(row)
    return {
        week: Table(
            form=Form(name=f"{NAME}/{week}", record=WeekRecord),
            rows=tuple(sorted(rows[week], key=_rank)),
            head=head,
        )
        for week in weeks
    }


def _rank(row: WeekRecord) -> tuple[bool, int, str]:
    return row.category == ALL, -row.tickets, row.category


def _aggregated(history: Iterable[HistoryRecord]) -> list[WeekRecord]:
    import pandas as pd

    tickets = pd.DataFrame([row.cells() for row in history])
    if tickets.empty:
        return []
    tickets["received_at"] = pd.to_datetime(tickets["received_at"], utc=True)
    tickets = tickets.sort_values(["received_at", "task_id"])
    days = pd.to_timedelta(tickets["received_at"].dt.day_of_week, unit="D")
    gaps = tickets.groupby("profile_id")["received_at"].diff()
    frame = tickets.assign(
        week=(tickets["received_at"] - days).dt.strftime("%Y-%m-%d"),
        is_back=gaps <= pd.Timedelta(_AGAIN),
        response_s=tickets["response_ms"].astype("float64") / 1000,
    )
    frame = pd.concat([frame, frame.assign(category=ALL)])
    groups = frame.groupby(["week", "category"])
    table = groups.agg(
        tickets=("task_id", "size"), coming_back=("is_back", "sum"), questions=("questions", "sum")
    )
    for name, share in _QUANTILES.items():
        table[name] = groups["response_s"].quantile(share, interpolation="higher")
    outcomes = pd.crosstab([frame["week"], frame["category"]], frame["outcome"])
    table = table.join(outcomes.reindex(columns=list(OUTCOMES), fill_value=0))
    return [_record(row) for row in table.reset_index().to_dict("records")]


def _record(row: Mapping[Hashable, Any]) -> WeekRecord:
    answered = sum(int(row[name]) for name in ANSWERS)
    return WeekRecord(
        row_id=f"{row['week']} {row['category']}",
        week=row["week"],
        category=row["category"],
        tickets=int(row["tickets"]),
        automatic=int(row["automatic"]),
        approved=int(row["approved"]),
        by_operator=int(row["by_operator"]),
        not_needed=int(row["not_needed"]),
        dropped=int(row["dropped"]),
        waiting=int(row["waiting"]),
        automatic_share=round(row["automatic"] / answered, 4) if answered else None,
        response_p50_s=_seconds(row["response_p50_s"]),
        response_p90_s=_seconds(row["response_p90_s"]),
        response_p99_s=_seconds(row["response_p99_s"]),
        coming_back=int(row["coming_back"]),
        questions=int(row["questions"]),
    )


def _seconds(found: float) -> float | None:
    return None if math.isnan(found) else round(found, 3)
