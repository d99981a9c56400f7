"""Owns the list of event modules: importing it fills the registry."""

from aios_defs.core.events import access, actions, memory, messages, system, tasks, telling

__all__ = ["access", "actions", "memory", "messages", "system", "tasks", "telling"]
