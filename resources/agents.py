"""Owns the agents that come with AIOS: each is imported when it is first asked for.

Most commands only look, and need none.
"""

import importlib
from collections.abc import Iterator, Mapping
from typing import cast

from aios_defs.core.decision import Agent

SHIPPED = {"support": "aios_defs.agents.support:SupportAgent"}
"""Name of an agent to its class."""


class ShippedAgents(Mapping[str, Agent]):
    """The shipped agents by name; one is made at its first use and kept."""

    def __init__(self) -> None:
        self._made: dict[str, Agent] = {}

    def __getitem__(self, name: str) -> Agent:
        """Return an agent; raises KeyError when none of that name is shipped."""
        if name not in self._made:
            module, _, cls = SHIPPED[name].partition(":")
            self._made[name] = cast("Agent", getattr(importlib.import_module(module), cls)())
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Return whether an agent of that name is shipped, without importing it."""
        return name in SHIPPED

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(SHIPPED)

    def __len__(self) -> int:
        """Return how many are shipped."""
        return len(SHIPPED)
