"""Owns the list of event modules: importing it fills the registry."""

from aios_defs.core.events import (
    access,
    actions,
    commitments,
    copies,
    facts,
    imports,
    labels,
    memory,
    messages,
    profiles,
    sinks,
    system,
    tasks,
    telling,
)

__all__ = [
    "access",
    "actions",
    "commitments",
    "copies",
    "facts",
    "imports",
    "labels",
    "memory",
    "messages",
    "profiles",
    "sinks",
    "system",
    "tasks",
    "telling",
]
