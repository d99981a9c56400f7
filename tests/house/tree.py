"""Owns the reading of our own source for the house rules: files, functions, classes, offenders."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("aios_defs", "assets", "resources", "sensors")
EVERYWHERE = (*PACKAGES, "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One Python file: its path from the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_init(self) -> bool:
        return self.path.endswith("__init__.py")

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, nested ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def imports(self) -> set[str]:
        """Return the dotted names of everything the file imports, anywhere in it."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {f"{node.module}.{one.name}" for one in node.names}
        return found

    def at(self, node: Function | ast.ClassDef | ast.ExceptHandler) -> str:
        """Return where a node stands, as an editor opens it."""
        name = "" if isinstance(node, ast.ExceptHandler) else f" {node.name}"
        return f"{self.path}:{node.lineno}{name}"


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the Python files under these folders, in order of path."""
    return tuple(
        Source(
            path=str(path.relative_to(ROOT)),
            text=text,
            tree=ast.parse(text, filename=str(path)),
        )
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
    )


def body_lines(function: Function) -> int:
    """Return how many lines a body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator] # parsed


def positional(function: Function, *, is_method: bool) -> int:
    """Return how many positional parameters a caller may pass."""
    count = len(function.args.posonlyargs) + len(function.args.args)
    return max(0, count - 1) if is_method else count


def methods(source: Source) -> set[int]:
    """Return the lines of functions that take self or cls first."""
    return {
        one.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, Function)
        and not any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in one.decorator_list)
    }


def names(node: ast.AST) -> set[str]:
    """Return every name and attribute that occurs in a piece of syntax."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)
    }


def held(rule: str, offenders: Iterable[str], exceptions: Iterable[str] = ()) -> None:
    """Assert that nobody offends but the listed exceptions, and that each of those still does.

    So a list of exceptions only shrinks: what was mended has to leave it.
    """
    found, allowed = set(offenders), set(exceptions)
    new, mended = sorted(found - allowed), sorted(allowed - found)
    assert not new, f"{rule}\n  " + "\n  ".join(new)
    assert not mended, "No exception any more, take it off the list:\n  " + "\n  ".join(mended)
