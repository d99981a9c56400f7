"""Owns what `aios doctor` and the health page say of artifacts: what is kept back, what is late."""

from collections.abc import Iterator

from aios_defs.services.doctor import Finding, well
from aios_defs.services.quality.telling import is_late, remedy_of, what_is_wrong
from resources.home import Home
from resources.quality.verdicts import Verdicts


def examine_quality(home: Home) -> Iterator[Finding]:
    """Yield a finding for each artifact that is not well, or one that all are."""
    verdicts = Verdicts(home.path).every()
    broken = [one for one in verdicts if not one.is_sound]
    late = [one for one in verdicts if one.is_sound and is_late(home.kernel, one.served)]
    for one in broken:
        yield Finding(
            name=f"artifact {one.artifact}",
            level="failure",
            message=what_is_wrong(one),
            remedy=remedy_of(one),
        )
    for one in late:
        yield Finding(
            name=f"artifact {one.artifact}",
            level="warning",
            message=f"What happened after position {one.served} is not in it for hours.",
            remedy="Let the hourly jobs run: aios up",
        )
    if verdicts and not broken and not late:
        yield well("artifacts", f"{len(verdicts)} artifacts were checked and serve what happened.")
