"""Owns reading one connector's entry of connectors.yaml into its typed configuration."""

from typing import TypeVar

from pydantic import BaseModel

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from aios_defs.settings.documents import Document, validated

M = TypeVar("M", bound=BaseModel)

FILE = "connectors.yaml"


def read_entry(kind: type[M], name: str, config: JsonObject) -> M:
    """Return the entry `name` as `kind`.

    Raises:
        ConfigurationInvalid: naming every mistake; an unknown key with the nearest known one.

    """
    document = Document(name=f"{FILE}, {name}")
    entry = validated(kind, config, document)
    if entry is None:
        raise ConfigurationInvalid(
            "; ".join(str(mistake) for mistake in document.mistakes) + ".",
            remedy=f"Correct {FILE}; docs/reference/connectors.md lists the keys.",
            file=FILE,
            connector=name,
        )
    return entry
