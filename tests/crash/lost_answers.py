"""Owns the outside that takes a letter and fails before it answers; nobody is killed here."""

from collections.abc import Sequence

from tests.crash.parts import Part

LOST = 3
"""How many answers are lost in each home."""


def lose_answers(part: Part, kinds: Sequence[str]) -> None:
    """Let each kind of server lose answers, then come to rest."""
    for kind in kinds:
        part.close(part.scene(kind, faults={"commit_then_fail": LOST}))
