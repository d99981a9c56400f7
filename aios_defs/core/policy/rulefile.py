"""Owns reading policies.yaml node by node: each mistake has its line, none hides another.

Nothing is constructed from YAML tags: the file is composed to nodes, and only plain scalars,
sequences and mappings of the known words are taken.
"""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from aios_defs.core.policy.conditions import mistakes_in
from aios_defs.core.policy.request import Effect
from aios_defs.core.policy.rules import Mistake, Rule

if TYPE_CHECKING:
    from yaml import MarkedYAMLError, Node

_VERSION = "1"
_FILE_KEYS = ("version", "rules")
_RULE_KEYS = ("id", "action", "when", "effect", "undo", "why")
_REQUIRED = ("id", "action", "effect")
_EFFECTS = tuple(effect.value for effect in Effect)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_ACTION = re.compile(r"[A-Za-z0-9_*?\[\]-][A-Za-z0-9_.*?\[\]-]*")
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RESERVED = frozenset(("default",))


def read_rules(text: str) -> tuple[tuple[Rule, ...], list[Mistake]]:
    """Return the rules that are whole and every mistake, in the order of lines."""
    reading = _Reading()
    rules = reading.file(text)
    mistakes = {(one.line, one.message): one for one in reading.mistakes}
    return rules, sorted(mistakes.values(), key=lambda one: one.line)


class _Reading:
    """Reads one file, gathering mistakes."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._lines: dict[str, int] = {}

    def file(self, text: str) -> tuple[Rule, ...]:
        """Return the rules of a file's text; what is wrong is collected beside."""
        root = self._composed(text)
        if root is None:
            return ()
        fields = self._fields(root, _FILE_KEYS, "the file")
        if fields is None:
            return ()
        self._check_version(root, fields.get("version"))
        return tuple(self._rules(root, fields.get("rules")))

    def _composed(self, text: str) -> "Node | None":
        import yaml

        try:
            compose: Callable[..., Node | None] = yaml.compose  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
            root = compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            self.mistakes.append(_syntax_mistake(error))
            return None
        except (yaml.YAMLError, RecursionError):
            self.mistakes.append(Mistake(line=1, message="the file is no YAML"))
            return None
        if root is None:
            self._say(1, "the file is empty; write `version: 1` and `rules: []`")
        return root

    def _check_version(self, root: "Node", node: "Node | None") -> None:
        if node is None:
            self._say(_line(root), "version is missing; write `version: 1`")
        elif node.value != _VERSION:
            self._say(_line(node), f"version must be 1{_quoted(node)}")

    def _rules(self, root: "Node", node: "Node | None") -> Iterable[Rule]:
        from yaml import SequenceNode

        if node is None:
            self._say(_line(root), "rules is missing; write `rules: []` for none")
        elif not isinstance(node, SequenceNode):
            self._say(_line(node), "rules must be a list")
        else:
            for item in node.value:
                rule = self._rule(item)
                if rule is not None:
                    yield rule

    def _rule(self, node: "Node") -> Rule | None:
        before = len(self.mistakes)
        fields = self._fields(node, _RULE_KEYS, "a rule")
        if fields is None:
            return None
        for key in _REQUIRED:
            if key not in fields:
                self._say(_line(node), f"the rule has no {key}")
        words = {key: self._word(key, value) for key, value in fields.items()}
        values = {key: word for key, word in words.items() if word is not None}
        self._check(values, {key: _line(value) for key, value in fields.items()})
        if len(self.mistakes) > before:
            return None
        undo = values.pop("undo", None)
        return Rule.model_validate({**values, "undo_seconds": _seconds(undo) if undo else None})

    def _word(self, key: str, node: "Node") -> str | None:
        from yaml import ScalarNode

        if isinstance(node, ScalarNode) and str(node.value).strip() and not _is_null(node):
            return str(node.value).strip()
        self._say(_line(node), f"{key} must be a text")
        return None

    def _check(self, values: dict[str, str], lines: dict[str, int]) -> None:
        checks = (
            ("id", self._wrong_id),
            ("action", _wrong_action),
            ("effect", _wrong_effect),
            ("undo", _wrong_duration),
            ("when", mistakes_in),
        )
        for key, wrong in checks:
            for message in wrong(values[key]) if key in values else ():
                self._say(lines[key], message)
        self._lines.setdefault(values.get("id", ""), lines.get("id", 0))
        effect = values.get("effect")
        if "undo" in values and effect in _EFFECTS and effect != Effect.ALLOW_AFTER:
            self._say(lines["undo"], f"undo belongs to allow_after, not to {effect}")

    def _wrong_id(self, value: str) -> list[str]:
        if not _ID.fullmatch(value) or value in _RESERVED:
            return [
                f"id {value!r} must be letters, digits, '-', '_' or '.', and not a reserved word"
            ]
        if value in self._lines:
            return [f"id {value!r} is already used in line {self._lines[value]}"]
        return []

    def _fields(self, node: "Node", known: tuple[str, ...], what: str) -> "dict[str, Node] | None":
        from yaml import MappingNode

        if not isinstance(node, MappingNode):
            self._say(_line(node), f"{what} must be a mapping of {', '.join(known)}")
            return None
        fields: dict[str, Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key not in known:
                self._say(_line(key_node), f"unknown key {key!r}{_nearest(key, known)}")
            elif key in fields:
                self._say(_line(key_node), f"{key} stands twice in {what}")
            fields.setdefault(key, value)
        return {key: value for key, value in fields.items() if key in known}

    def _say(self, line: int, message: str) -> None:
        self.mistakes.append(Mistake(line=line, message=message))


def _syntax_mistake(error: "MarkedYAMLError") -> Mistake:
    mark = error.problem_mark or error.context_mark
    hint = '; quote a lone star: "*"' if "alias" in str(error.context) else ""
    problem = f"{error.problem or 'the file is no YAML'}"
    return Mistake(line=mark.line + 1 if mark else 1, message=f"{problem}{hint}")


def _line(node: "Node") -> int:
    return node.start_mark.line + 1


def _is_null(node: "Node") -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def _quoted(node: "Node") -> str:
    return f", not {node.value!r}" if isinstance(node.value, str) else ""


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def _wrong_action(value: str) -> list[str]:
    if _ACTION.fullmatch(value):
        return []
    return [f"action {value!r} must be the name of an operation, a glob such as 'mail.*', or '*'"]


def _wrong_effect(value: str) -> list[str]:
    return [] if value in _EFFECTS else [f"unknown effect {value!r}{_nearest(value, _EFFECTS)}"]


def _wrong_duration(value: str) -> list[str]:
    if _DURATION.fullmatch(value):
        return []
    return [f"undo {value!r} must be a number and a unit, such as 0s, 10s, 5m, 2h or 1d"]


def _seconds(value: str) -> int:
    found = _DURATION.fullmatch(value)
    return int(found[1]) * _SECONDS[found[2]] if found else 0
