"""Owns how the kills of the campaign are shared out over its parts."""

LEAST = 200
"""How many kills a run of the tests makes at least; `make crash` asks for a thousand."""

SHARES = {
    "maildir": 85,
    "fakes": 25,
    "verify-only": 25,
    "chance": 38,
    "chance-verify-only": 12,
    "approvals": 3,
    "committers": 3,
    "pauses": 6,
    "whole-runs": 3,
    "wire-points": 9,
    "wire-phases": 8,
}
"""The kills that each part owes when LEAST are asked for."""


def owed(part: str, kills: int) -> int:
    """Return how many kills a part owes of a campaign; 0 for a part that owes none."""
    return -(-SHARES.get(part, 0) * max(kills, LEAST) // LEAST)
