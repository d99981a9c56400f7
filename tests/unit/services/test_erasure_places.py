"""Proves that no sealed field of an event or a row is unknown to erasure."""

import types
from collections.abc import Iterator
from typing import get_args, get_origin, get_type_hints

import aios_defs.core.events.all  # noqa: F401  # fills the registry
from aios_defs.core.events.registry import known_types
from aios_defs.core.model import Model
from aios_defs.core.rows.all import ROWS
from aios_defs.core.sealed import BlobRef, Sealed
from aios_defs.services.erasure import places


def models(hint: object) -> Iterator[type]:
    """Yield the classes that an annotation names, however they are wrapped."""
    if get_origin(hint) is not None or isinstance(hint, types.UnionType):
        for one in get_args(hint):
            yield from models(one)
    elif isinstance(hint, type):
        yield hint


def sealed_fields(kind: type, prefix: str = "") -> Iterator[str]:
    """Yield the names of a class's sealed fields, with those of the models that it holds."""
    for name, hint in get_type_hints(kind).items():
        for one in models(hint):
            if issubclass(one, Sealed | BlobRef):
                yield prefix + name
            elif issubclass(one, Model) and one is not kind:
                yield from sealed_fields(one, f"{prefix}{name}.")


def test_every_sealed_field_of_an_event_says_whose_key_it_is_under() -> None:
    """A new field has to say how erasure finds its key."""
    found = {name: set(sealed_fields(kind)) for name, kind in known_types().items()}

    declared = {name: set(fields) for name, fields in places.EVENTS.items()}
    assert {name: fields for name, fields in found.items() if fields} == declared


def test_every_sealed_column_says_whose_key_it_is_under() -> None:
    """A new column has to as well; what a model in it holds counts as the column."""
    found = {row.TABLE: {one.partition(".")[0] for one in sealed_fields(row)} for row in ROWS}

    declared = {name: set(fields) for name, fields in places.ROWS.items()}
    assert {name: fields for name, fields in found.items() if fields} == declared
