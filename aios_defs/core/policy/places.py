"""Owns where a rule stands in policies.yaml: its first line and its own text."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from aios_defs.core.model import Model

if TYPE_CHECKING:
    from yaml import Node


class Place(Model):
    """The lines of one rule: the first, from 1, and the text without what surrounds it."""

    line: int
    text: str


def place_of(text: str, rule_id: str) -> Place | None:
    """Return where a rule stands in the text of policies.yaml; None when it holds no such rule."""
    for node, names in _rules(text):
        if names.get("id") == rule_id:
            start, end = node.start_mark, node.end_mark
            lines = text.split("\n")[start.line : end.line + 1]
            return Place(line=start.line + 1, text=_own(lines, start.column, end.column))
    return None


def _rules(text: str) -> "Iterator[tuple[Node, dict[str, str]]]":
    import yaml

    compose: Callable[..., Node | None] = yaml.compose  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
    try:
        root = compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            for node in value.value:
                if isinstance(node, yaml.MappingNode):
                    yield node, {str(one.value): str(other.value) for one, other in node.value}


def _own(lines: list[str], column: int, end: int) -> str:
    """Return a rule's lines without their indent, and without what follows the rule."""
    last = lines.pop()[:end]
    cut = (line[column:] if not line[:column].strip(" -") else line for line in (*lines, last))
    kept = list(cut)
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith("#")):
        kept.pop()
    return "\n".join(kept)
