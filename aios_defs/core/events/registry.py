"""Owns the registry of event types: which class reads which type, and how old versions are lifted.

Events are immutable. A change of shape is a new class with the next version and a pure upcaster
from the one before; the golden JSON of a version is never edited. A type that this AIOS does not
know is kept as it is (UnknownEvent), never dropped.
"""

from collections.abc import Callable
from typing import ClassVar, TypeVar

from aios_defs.core.model import JsonObject, Model

E = TypeVar("E", bound="EventData")


class EventData(Model):
    """What happened: the `data` of an envelope. `type` ends in the version (`.v1`)."""

    type: ClassVar[str] = ""


class UnknownEvent(EventData):
    """An event written by a newer or extended AIOS: kept word for word, folded into nothing."""

    type: ClassVar[str] = "unknown"
    original_type: str
    data: JsonObject


_CLASSES: dict[str, type[EventData]] = {}
_UPCASTERS: dict[str, Callable[[JsonObject], tuple[str, JsonObject]]] = {}


def event(type_name: str) -> Callable[[type[E]], type[E]]:
    """Register a class as the reader of an event type."""

    def register(cls: type[E]) -> type[E]:
        cls.type = type_name
        _CLASSES[type_name] = cls
        return cls

    return register


def upcaster(
    from_type: str,
) -> Callable[
    [Callable[[JsonObject], tuple[str, JsonObject]]],
    Callable[[JsonObject], tuple[str, JsonObject]],
]:
    """Register the pure function that lifts a type's data to the next version's (type, data)."""

    def register(
        lift: Callable[[JsonObject], tuple[str, JsonObject]],
    ) -> Callable[[JsonObject], tuple[str, JsonObject]]:
        _UPCASTERS[from_type] = lift
        return lift

    return register


def parse_event(type_name: str, data: JsonObject) -> EventData:
    """Return the typed event of stored data, lifted to the newest version.

    Raises:
        pydantic.ValidationError: the data does not have the shape of its type.

    """
    while type_name in _UPCASTERS:
        type_name, data = _UPCASTERS[type_name](data)
    cls = _CLASSES.get(type_name)
    if cls is None:
        return UnknownEvent(original_type=type_name, data=data)
    return cls.model_validate(data)


def known_types() -> dict[str, type[EventData]]:
    """Return every registered type with its class."""
    return dict(_CLASSES)
