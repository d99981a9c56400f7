"""Owns loading the connectors that connectors.yaml names; importing this module loads none.

`kind` is a short name of ours or `package.module:Class` of the operator's own, which is looked for
wherever Python looks, then in the home's business folder, then in the folder the command runs in.
"""

import importlib
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from aios_defs.core.connector import Connector
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from aios_defs.settings.nearest import suggestion
from resources.connector_entry import FILE

KINDS = {"mail": "resources.connectors.mail.connector:MailConnector"}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_VERBS = (
    "from_config",
    "describe",
    "arguments_model",
    "scan",
    "count",
    "parse",
    "commit",
    "find",
    "compensate",
)


def load_connectors(
    entries: Mapping[str, JsonObject], home: Path, *, points: Points
) -> dict[str, Connector]:
    """Build each entry's connector, by name in the order of the file; opens nothing.

    A connector with an attribute `points` is given ours, so that a crash test can stop inside it.

    Raises:
        ConfigurationInvalid: naming every mistake of every entry.

    """
    _look_also_in(home / "business", Path.cwd())
    loaded: dict[str, Connector] = {}
    mistakes: list[str] = []
    for name, config in entries.items():
        try:
            loaded[name] = _load(name, config, home)
        except ConfigurationInvalid as error:
            mistakes.append(error.message)
            continue
        if hasattr(loaded[name], "points"):
            setattr(loaded[name], "points", points)  # noqa: B010 - not part of the protocol
    if mistakes:
        raise _invalid("\n".join(mistakes))
    return loaded


def _look_also_in(*folders: Path) -> None:
    """Let Python find the operator's own modules there, after everything else."""
    sys.path.extend(str(one) for one in folders if str(one) not in sys.path)


def _load(name: str, config: JsonObject, home: Path) -> Connector:
    if not _NAME.fullmatch(name):
        raise _invalid(f"{FILE}: the name {name!r} is not made of a-z, 0-9, - and _.")
    kind = _connector_class(name, config.get("kind"))
    try:
        return kind.from_config(name, config, home)
    except ConfigurationInvalid:
        raise
    except Exception as error:  # the edge: an operator's own class may raise anything
        raise _invalid(f"{FILE}, {name}: {kind.__name__} raised {error!r}.") from error


def _connector_class(name: str, kind: object) -> type[Connector]:
    target = KINDS.get(kind, kind) if isinstance(kind, str) else None
    if not isinstance(target, str) or not _CLASS.fullmatch(target):
        known = [*KINDS, "package.module:Class"]
        hint = suggestion(str(kind), known) if kind else f"; known: {', '.join(known)}"
        raise _invalid(f"{FILE}, {name}: {kind!r} is no kind of connector{hint}.")
    module, _, attribute = target.partition(":")
    try:
        found: object = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # the edge: importing runs code that is not ours
        raise _invalid(f"{FILE}, {name}: {target!r} can't be imported: {error!r}.") from error
    missing = [verb for verb in _VERBS if not callable(getattr(found, verb, None))]
    if not isinstance(found, type) or missing:
        lacks = ", ".join(missing) or "a class"
        raise _invalid(f"{FILE}, {name}: {target!r} is no connector; it lacks {lacks}.")
    return cast("type[Connector]", found)


def _invalid(message: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        message,
        remedy=f"Correct {FILE}; docs/reference/connectors.md lists the kinds and their keys.",
        file=FILE,
    )
