"""Owns the card of a build that is not served, and when an artifact is left behind."""

from datetime import datetime, timedelta

from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice
from aios_defs.services.quality.verdict import Verdict

LATE = timedelta(hours=3)
"""How long what happened may be missing from an artifact; builds are hourly."""


def tell_verdict(kernel: Kernel, verdict: Verdict) -> None:
    """Raise the card of a build that is not as it must be; a good one ends it."""
    if verdict.is_sound:
        end_notices(kernel, "quality", verdict.artifact)
        return
    raise_notice(
        kernel,
        "quality",
        verdict.artifact,
        summary=what_is_wrong(verdict),
        remedy=remedy_of(verdict),
    )


def what_is_wrong(verdict: Verdict) -> str:
    """Return in a sentence what a build does not meet, and of how many rows."""
    first = verdict.unmet[0]
    rows = "" if not first.count else f" of {first.count} row{'s' * (first.count != 1)}"
    more = len(verdict.unmet) - 1
    others = f", and {more} more" if more else ""
    then = " The former one stays." if verdict.is_kept_back else ""
    return f"A build of {verdict.artifact} fails. Not so{rows}: {first.words}{others}.{then}"


def remedy_of(verdict: Verdict) -> str:
    """Return the commands that show the rows and make what they were read from anew."""
    return (
        f"See the rows: aios memory quality {verdict.artifact}. Then fold what the ledger says "
        "anew: aios memory quality --rebuild; the next build takes the card away."
    )


def missing_since(kernel: Kernel, served: int) -> datetime | None:
    """Return since when something is missing from what was built at a position; None for never."""
    with kernel.ledger.view() as view:
        first = next(iter(view.events(after=served, limit=1)), None)
    return first.time if first else None


def is_late(kernel: Kernel, served: int) -> bool:
    """Return whether what happened is missing for longer than it may."""
    since = missing_since(kernel, served)
    return since is not None and kernel.clock.now() - since > LATE
