"""Owns what of the health of the house asks for the operator's attention, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from aios_defs.services.connector_health import WRITING

Found = tuple[str, str, str]
"""What it is, what is wrong in words, and the part of the page that tells more."""


def attention_of(told: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what is not well in what console/health.py tells."""
    checked = told["verification"]
    if checked and checked["result"] and not checked["result"]["ok"]:
        yield "ledger", checked["result"]["finding"], "ledger"
    yield from _connectors(told["connectors"]["list"])
    for one in told["processes"]["list"]:
        if one["is_failing"]:
            yield f"process {one['name']}", "It ended again and again.", "processes"
    yield from _lane(told["lane"])
    yield from _findings((told["findings"]["result"] or {}).get("findings", []))


def _connectors(connectors: list[Mapping[str, Any]]) -> Iterator[Found]:
    for one in connectors:
        if one["error"]:
            yield f"connector {one['name']}", one["error"], "connectors"
        elif one["standing"] not in WRITING:
            words = f"It may not write ({one['standing']}): what it would write is drafted."
            yield f"connector {one['name']}", words, "connectors"


def _lane(lane: Mapping[str, Any]) -> Iterator[Found]:
    if lane["state"] != "working":
        yield "lane", f"The lane that decides and commits is {lane['state']}.", "lane"
    mirror = lane.get("mirror") or {}
    if mirror.get("state") in ("degraded", "stopped"):
        yield "mirror", f"Telling Dagster what happened is {mirror['state']}.", "lane"


def _findings(findings: list[Mapping[str, Any]]) -> Iterator[Found]:
    for one in findings:
        if one["level"] != "ok" and not one["name"].startswith("connector "):
            yield one["name"], one["message"], "findings"
