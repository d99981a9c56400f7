"""Owns how a verdict on a build is shown in Dagster: checks of its asset, by row ids only."""

from collections.abc import Sequence

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    MetadataValue,
    TableColumn,
    TableRecord,
    TableSchema,
)

from aios_defs.core.model import JsonObject
from aios_defs.services.quality.telling import LATE, is_late
from aios_defs.services.quality.verdict import Artifact, Unmet, Verdict
from assets.metadata import Metadata
from resources.home import Home
from resources.quality.suites import SUITES

EXPECTATIONS, DRIFT, FRESHNESS = "expectations", "drift", "freshness"
_SAYS = {
    EXPECTATIONS: "Great Expectations' suite on a new build, before it serves: one that fails does "
    "not replace the former one.",
    DRIFT: "The new build as a whole beside the last sound one: rows, shares, cells that are "
    "empty. A warning.",
    FRESHNESS: f"What happened is in it within {LATE.total_seconds() / 3600:g} hours.",
}


def specs(asset: Artifact) -> list[AssetCheckSpec]:
    """Return the checks of an asset that a verdict answers."""
    return [
        AssetCheckSpec(name, asset=asset, description=words)
        for name, words in _SAYS.items()
        if name != DRIFT or SUITES[asset].tells_drift
    ]


def results(home: Home, verdict: Verdict, origin: str | None) -> list[AssetCheckResult]:
    """Return the checks that a verdict answers; `origin` is the console's, which shows the rows."""
    console = f"{origin}/quality/{verdict.artifact}" if origin else None
    rows: Metadata = {"rows_in_console": MetadataValue.url(console)} if console else {}
    told: Metadata = {"ledger_to": verdict.position, "rows": verdict.rows, **rows}
    served: Metadata = {"served_ledger_to": verdict.served}
    drift = _result(
        verdict,
        DRIFT,
        told | _unmet(verdict.drifted),
        passed=not verdict.drifted,
        severity=AssetCheckSeverity.WARN,
    )
    return [
        _result(verdict, EXPECTATIONS, told | _unmet(verdict.unmet), passed=verdict.is_sound),
        *([drift] if SUITES[verdict.artifact].tells_drift else []),
        _result(verdict, FRESHNESS, served, passed=not is_late(home.kernel, verdict.served)),
    ]


def _result(
    verdict: Verdict,
    name: str,
    told: Metadata,
    *,
    passed: bool,
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=AssetKey(verdict.artifact),
        check_name=name,
        passed=passed,
        severity=severity,
        metadata=told,
    )


def _unmet(found: Sequence[Unmet]) -> Metadata:
    """Return what is not met, in words of ours, and the ids of the rows."""
    if not found:
        return {}
    records = [TableRecord({"expected": one.words, "rows": str(one.count)}) for one in found]
    ids: JsonObject = {one.words: [*one.ids] for one in found if one.ids}
    columns = [TableColumn("expected", "string"), TableColumn("rows", "string")]
    return {
        "unmet": MetadataValue.table(records=records, schema=TableSchema(columns=columns)),
        "row_ids": MetadataValue.json(ids),
    }
