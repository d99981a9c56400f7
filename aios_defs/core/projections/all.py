"""Owns the list of reducer modules: importing it makes every event fold."""

from aios_defs.core.projections import (
    actions,
    commitments,
    copies,
    facts,
    house,
    imports,
    labels,
    memory,
    messages,
    profiles,
    sinks,
    tasks,
    telling,
)

__all__ = [
    "actions",
    "commitments",
    "copies",
    "facts",
    "house",
    "imports",
    "labels",
    "memory",
    "messages",
    "profiles",
    "sinks",
    "tasks",
    "telling",
]
