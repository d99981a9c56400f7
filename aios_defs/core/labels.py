"""Owns labels: who may see a value (level, audience) and how far it is believed (trust).

Labels join on derivation and never weaken: the level takes the stricter, trust the lower, taint
stays. Only an operator's act on an exact content lowers one.
"""

from enum import StrEnum

from aios_defs.core.model import Model


class Level(StrEnum):
    """How far a value may travel; the order of strictness is local, shareable, public."""

    LOCAL = "local"
    SHAREABLE = "shareable"
    PUBLIC = "public"


class Trust(StrEnum):
    """Where a value came from; third-party content is tainted, and so is what derives from it."""

    OPERATOR = "operator"
    FIRST_PARTY = "first_party"
    THIRD_PARTY = "third_party"


_LEVELS = (Level.LOCAL, Level.SHAREABLE, Level.PUBLIC)
_TRUSTS = (Trust.THIRD_PARTY, Trust.FIRST_PARTY, Trust.OPERATOR)


def stricter_level(*levels: Level) -> Level:
    """Return the strictest of the levels; public when there is none."""
    return min(levels, key=_LEVELS.index, default=Level.PUBLIC)


def lower_trust(*trusts: Trust) -> Trust:
    """Return the least believed of the trusts; operator when there is none."""
    return min(trusts, key=_TRUSTS.index, default=Trust.OPERATOR)


def known_level(name: str) -> Level:
    """Return the level of that name; the strictest for a name that is none."""
    return Level(name) if name in _LEVELS else Level.LOCAL


class Label(Model):
    """The label of one value: its level, the subjects it is about, and its trust."""

    level: Level = Level.LOCAL
    audience: tuple[str, ...] = ()
    trust: Trust = Trust.THIRD_PARTY

    @property
    def is_tainted(self) -> bool:
        """Return whether the value derives from third-party content."""
        return self.trust is Trust.THIRD_PARTY

    def join(self, other: "Label") -> "Label":
        """Return the label of something derived from both values."""
        return Label(
            level=stricter_level(self.level, other.level),
            audience=tuple(sorted({*self.audience, *other.audience})),
            trust=lower_trust(self.trust, other.trust),
        )


class Destination(Model):
    """Where text goes to be embedded or read by an agent, and the strictest level it may have."""

    name: str
    clearance: Level = Level.PUBLIC

    def admits(self, level: Level) -> bool:
        """Return whether text of this level may go there."""
        return stricter_level(level, self.clearance) is self.clearance
