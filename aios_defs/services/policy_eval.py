"""Owns `aios policy eval`: one question to policy as a line of JSON, one verdict as JSON.

The verdict is the façade's own (`core.policy.engine.evaluate`). A line can only describe: whatever
a task, an argument or an observed text claims beyond the named fields is ignored. Labels fail
closed: a missing or unknown `label` is `local`, a missing or unknown `trust` is `third_party`.
"""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import ValidationError

from aios_defs.core.connector import Operation
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.request import Observed, PolicyRequest, TaskView
from aios_defs.core.policy.rules import RuleSet

_REMEDY = 'Write one line as {"task": {…}, "action": {"operation", "arguments"}, "observed": […]}.'
_LEVELS = {level.value: level for level in Level}
_TRUSTS = {trust.value: trust for trust in Trust}


def evaluate_line(
    line: str,
    rules: RuleSet,
    operations: Mapping[str, Operation],
    workflows: Mapping[str, tuple[str, ...]],
) -> JsonObject:
    """Judge the action that a line of JSON describes, as if on a certified, shareable connector.

    Args:
        line: `{"task": {"workflow", "intent", "operations"?, "participants"}, "action":
            {"operation", "arguments"}, "observed": [{"source", "trust", "label", "text"}]}`.
        rules: the rules in force.
        operations: the declared operations by name; any other is judged as unknown.
        workflows: the operations in scope by workflow, for a task that names none.

    Returns:
        `{"effect", "rule", "reasons", "risk", "risk_parts"}`.

    Raises:
        UsageInvalid: the line is no such question; the message says what is wrong in it.

    """
    question = _parsed(line)
    task = _object(question, "task")
    action = _object(question, "action")
    name = _text(action, "operation", "action")
    if not name:
        raise _unusable("action.operation is missing")
    try:
        request = PolicyRequest(
            task=_task(task, workflows),
            operation_name=name,
            operation=operations.get(name),
            arguments=cast("JsonObject", _object(action, "arguments")),
            observed=tuple(_observed(question)),
        )
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"][:1])
        raise _unusable(f"{place} holds a value that is no plain JSON text") from None
    return _written(evaluate(rules, request).model_dump(mode="json", exclude={"snapshot"}))


def _written(verdict: JsonObject) -> JsonObject:
    risk = cast("JsonObject", verdict["risk"])
    return {
        "effect": verdict["effect"],
        "rule": verdict["rule"],
        "reasons": verdict["reasons"],
        "risk": risk["score"],
        "risk_parts": risk["parts"],
    }


def _parsed(line: str) -> dict[str, object]:
    try:
        question: object = json.loads(line, parse_constant=_refused)
        json.dumps(question, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text
    except (ValueError, RecursionError) as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else "a value is no JSON"
        raise _unusable(f"it is no JSON: {problem}") from None
    if not isinstance(question, dict):
        raise _unusable("it must be an object")
    return cast("dict[str, object]", question)


def _refused(name: str) -> object:
    raise ValueError(name)


def _object(holder: dict[str, object], key: str) -> dict[str, object]:
    value = holder.get(key, {} if key == "arguments" else None)
    if not isinstance(value, dict):
        raise _unusable(f"{key} must be an object")
    return cast("dict[str, object]", value)


def _text(holder: dict[str, object], key: str, where: str) -> str:
    value = holder.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _unusable(f"{where}.{key} must be a text")
    return value


def _texts(holder: dict[str, object], key: str) -> tuple[str, ...] | None:
    value = holder.get(key)
    if value is None:
        return None
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = tuple(item for item in items if isinstance(item, str))
    if len(texts) < len(items):
        raise _unusable(f"task.{key} must be a list of texts")
    return texts


def _task(task: dict[str, object], workflows: Mapping[str, tuple[str, ...]]) -> TaskView:
    workflow = _text(task, "workflow", "task")
    operations = _texts(task, "operations")
    return TaskView(
        workflow=workflow,
        intent=_text(task, "intent", "task"),
        operations=workflows.get(workflow, ()) if operations is None else operations,
        participants=_texts(task, "participants") or (),
    )


def _observed(question: dict[str, object]) -> list[Observed]:
    items = question.get("observed")
    if items is None:
        return []
    if not isinstance(items, list):
        raise _unusable("observed must be a list")
    return [_one_observed(item) for item in cast("list[object]", items)]


def _one_observed(item: object) -> Observed:
    if not isinstance(item, dict):
        raise _unusable("each observed item must be an object")
    fields = cast("dict[str, object]", item)
    text = fields.get("text", "")
    return Observed(
        source=str(fields.get("source", "")),
        trust=_TRUSTS.get(str(fields.get("trust")), Trust.THIRD_PARTY),
        level=_LEVELS.get(str(fields.get("label")), Level.LOCAL),
        text=text if isinstance(text, str) else json.dumps(text, ensure_ascii=False),
    )


def _unusable(problem: str) -> UsageInvalid:
    return UsageInvalid(f"The line can't be judged: {problem}.", remedy=_REMEDY)
