"""Owns the list of named points, read from the source, so that a new one is killed at unasked."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SERVICES = ROOT / "aios_defs" / "services"
MAIL = ROOT / "resources" / "connectors" / "mail"
FAKES = ROOT / "resources" / "testing"


def declared_points(folder: Path) -> set[str]:
    """Return the names that `reached` is called with under a folder.

    Raises:
        TypeError: a name is not written out, so the campaign could not know it.

    """
    return {_name(call, path) for path in sorted(folder.rglob("*.py")) for call in _calls(path)}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="reached")):
                yield node
            case _:
                pass


def _name(call: ast.Call, path: Path) -> str:
    argument = call.args[0] if call.args else None
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        raise TypeError(f"{path.name}:{call.lineno} does not write its point out")
    return argument.value
