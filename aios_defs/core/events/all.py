"""Owns the list of event modules: importing it fills the registry."""

from aios_defs.core.events import actions, memory, messages, system, tasks

__all__ = ["actions", "memory", "messages", "system", "tasks"]
