"""Owns the audit of a build before it is served: suite, drift, verdict, card.

A verdict is told once its build serves, or is kept back: who dies in between leaves the former
verdict, which is still true of the former build.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.services.quality.telling import tell_verdict
from aios_defs.services.quality.verdict import Artifact, Measured, Verdict
from resources.home import Home
from resources.quality.drift import drift_expectations, measure
from resources.quality.great import Row, unmet
from resources.quality.suites import SUITES
from resources.quality.verdicts import Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build to look at: its rows as JSON, and the position of the ledger it was read at.

    `served` is the position of what serves until this one does; None where it serves already.
    """

    artifact: Artifact
    rows: Sequence[Row]
    position: int
    served: int | None = None


def audit(home: Home, build: Build) -> Verdict:
    """Return what a suite and the last sound build say of a build; nothing is told yet."""
    suite, former = SUITES[build.artifact], Verdicts(home.path).last(build.artifact)
    before = former.measured if former else Measured()
    broken = unmet(build.rows, suite.key, suite.columns, suite.expectations)
    expected = drift_expectations(before) if suite.tells_drift else ()
    drifted = unmet(build.rows, suite.key, suite.columns, expected) if expected else ()
    is_kept_back = bool(broken) and build.served is not None
    return Verdict(
        artifact=build.artifact,
        at=home.kernel.clock.now(),
        position=build.position,
        served=(build.served or 0) if is_kept_back else build.position,
        rows=len(build.rows),
        is_kept_back=is_kept_back,
        unmet=broken,
        drifted=drifted,
        measured=before if broken else measure(suite, build.rows),
    )


def settle(home: Home, verdict: Verdict) -> None:
    """Keep a verdict as the last one on its artifact; a bad one raises its card."""
    Verdicts(home.path).keep(verdict)
    tell_verdict(home.kernel, verdict)
