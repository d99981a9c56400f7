"""Owns `aios metrics`: what was done, how long it took, what failed and what waits, over time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo
_BAR = 20
_LENGTHS = (
    ("decision_ms", "message to decision"),
    ("operator_ms", "question to your answer"),
    ("approved_ms", "approval to commit"),
    ("commit_ms", "due to commit"),
)
_COLUMNS = (
    ("messages_received", "received"),
    ("decisions_made", "decided"),
    ("approvals_requested", "asked"),
    ("actions_committed", "done"),
)


def metrics(
    workflow: Annotated[str, typer.Option(metavar="NAME", help="Of this workflow only.")] = "",
    agent: Annotated[str, typer.Option(metavar="NAME", help="Of this agent only.")] = "",
    connector: Annotated[str, typer.Option(metavar="NAME", help="Of this connector only.")] = "",
    since: Annotated[str, typer.Option(metavar="SPAN", help="How far back: 24h, 7d.")] = "7d",
    *,
    as_json: Json = False,
) -> None:
    """Show what was done over time: throughput, waiting, failures, and how long it took.

    Counted from the ledger; docs/reference/metrics.md says what each number means.

    Example:
      aios metrics
      aios metrics --workflow support --since 24h
    """
    from zoneinfo import ZoneInfo

    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.services import metrics_view

    kernel = open_session().kernel
    scope = metrics_view.Scope(
        since=parse_span(since), workflow=workflow, agent=agent, connector=connector
    )
    found: dict[str, Any] = metrics_view.metrics(kernel, scope)
    if as_json:
        emit(found)
        return
    _print_series(found, ZoneInfo(kernel.business.operator.time_zone))
    _print_lengths(found["lengths"])
    say(f"{found['waiting']} questions wait for you now.")


def _print_series(found: Mapping[str, Any], zone: "ZoneInfo") -> None:
    from aios_defs.core.model import parse_rfc3339

    form = "%a %H:%M" if found["step"] == "hour" else "%Y-%m-%d"
    series = [one for one in found["series"] if _is_busy(one)] or found["series"][-1:]
    most = max(one["totals"]["decisions_made"] for one in series)
    rows = [
        (
            f"{parse_rfc3339(one['at']).astimezone(zone):{form}}",
            *(str(one["totals"][name]) for name, _ in _COLUMNS),
            str(one["failures"]),
            str(one["waiting"]),
            bar(one["totals"]["decisions_made"], most),
        )
        for one in series
    ]
    names = (found["step"], *(label for _, label in _COLUMNS), "failed", "waiting", "decided")
    print_table(names, rows)


def _is_busy(one: Mapping[str, Any]) -> bool:
    return bool(any(one["totals"].values()) or one["failures"])


def _print_lengths(lengths: Mapping[str, Any]) -> None:
    print_table(("how long", "half within", "95 % within", "counted"), _length_rows(lengths))


def _length_rows(lengths: Mapping[str, Any]) -> Sequence[tuple[str, str, str, str]]:
    return [
        (
            label,
            _words(lengths[name]["count"], lengths[name]["p50_ms"]),
            _words(lengths[name]["count"], lengths[name]["p95_ms"]),
            str(lengths[name]["count"]),
        )
        for name, label in _LENGTHS
    ]


def _words(count: int, length_ms: int | None) -> str:
    from aios_defs.core.metrics import length_words

    if not count:
        return "-"
    return "more than 7 d" if length_ms is None else length_words(length_ms)


def bar(value: int, most: int) -> str:
    """Return a value as a bar of blocks, the longest 20 wide; nothing for 0."""
    return "█" * max(1, round(_BAR * value / most)) if value and most else ""
