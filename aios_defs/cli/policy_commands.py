"""Owns the commands about policy: check, eval."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, emit_line, remark, say, shown_path

if TYPE_CHECKING:
    from aios_defs.core.connector import Operation
    from aios_defs.core.policy.rules import Mistake, RuleSet

group = typer.Typer(
    help="The rules of what may happen.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@group.command("check")
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Another file than business/policies.yaml."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check policies.yaml: every mistake at once, each with its line.

    Example:
      aios policy check
      aios policy check draft-policies.yaml
    """
    from aios_defs.core.policy.rules import check_rules

    path = file or _home() / "business" / "policies.yaml"
    mistakes = check_rules(_read(path))
    if as_json:
        emit({"file": str(path), "ok": not mistakes, "mistakes": [_shown(one) for one in mistakes]})
    elif not mistakes:
        say(f"{shown_path(path)}: no mistakes.")
    for one in () if as_json else mistakes:
        say(f"{shown_path(path)}:{one.line}: {one.message}")
    if mistakes:
        raise typer.Exit(1)


def _shown(mistake: "Mistake") -> dict[str, object]:
    return {"line": mistake.line, "message": mistake.message}


@group.command("eval")
def evaluate(
    policies: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another file than business/policies.yaml."),
    ] = None,
    *,
    as_json: Json = False,  # noqa: ARG001 - typer's way; it is JSON anyway
) -> None:
    """Judge actions that stdin describes, one JSON object a line; print one verdict a line.

    The engine is the one that judges real actions. A line is {"task": {"workflow", "intent",
    "operations", "participants"}, "action": {"operation", "arguments"}, "observed": [{"source",
    "trust", "label", "text"}]}. Works without a home too. A line that can't be judged prints an
    error in its place, and the exit code is 2 at the end.

    Example:
      aios policy eval --policies draft-policies.yaml < actions.jsonl
    """
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.policy_eval import evaluate_line

    world = _world(policies)
    worst = 0
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            emit_line(evaluate_line(line, world.rules, world.operations, world.workflows))
        except UsageInvalid as error:
            about = {"code": error.code, "message": error.message, "remedy": error.remedy}
            emit_line({"error": about})
            worst = error.exit_code
    raise typer.Exit(worst)


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What a verdict depends on besides the line itself."""

    rules: "RuleSet"
    operations: "Mapping[str, Operation]"
    workflows: Mapping[str, tuple[str, ...]]


def _world(policies: Path | None) -> _World:
    from aios_defs.core.policy.rules import RuleSet, load_rules
    from aios_defs.settings.business import load_business
    from resources.connectors.loader import load_connectors
    from resources.points import NoPoints

    given = load_rules(_read(policies)) if policies else None
    home = _home()
    if not (home / "business").is_dir():
        remark("There is no home here: the mail connector's own operations are used.")
        return _World(rules=given or RuleSet(), operations=_shipped(), workflows={})
    business = load_business(home / "business")
    connectors = load_connectors(business.connectors, home, points=NoPoints())
    operations = {
        one.name: one for each in connectors.values() for one in each.describe().operations
    }
    return _World(
        rules=given or load_rules(business.policy_text),
        operations={**_shipped(), **operations},
        workflows={one.name: one.operations for one in business.workflows},
    )


def _shipped() -> "Mapping[str, Operation]":
    from aios_defs.core.connector import Strategy
    from resources.connectors.mail.connector import send_operation

    shipped = send_operation(Strategy.NATURAL_KEY)
    return {shipped.name: shipped}


def _home() -> Path:
    from aios_defs.settings.environment import load_settings

    return load_settings().home


def _read(path: Path) -> str:
    from aios_defs.core.errors import UsageInvalid

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageInvalid(
            f"{shown_path(path)} can't be read ({type(error).__name__}).",
            remedy="Name a policy file; aios init writes one.",
        ) from error
