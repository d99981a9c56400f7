"""Proves the house rules of docs and style on our own source: sizes, names, headers, edges.

Each rule is one test whose message lists who offends. An exception is a line in a list here, and
`held` makes it leave the list as soon as it is mended.
"""

import ast
import re

from tests.house.tree import (
    EVERYWHERE,
    PACKAGES,
    ROOT,
    Function,
    Source,
    body_lines,
    held,
    methods,
    names,
    positional,
    sources,
)

MAX_FILE, MAX_BODY, MAX_PARAMETERS, MAX_GLUE = 300, 40, 5, 15
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}

# Files that may catch whatever comes and go on, because foreign code or a failing store stands
# behind them: they record it and report it. Each such handler says why beside its `noqa`.
EDGES = {
    "aios_defs/cli/edge.py",
    "aios_defs/core/policy/conditions.py",
    "aios_defs/gateway/lane_trouble.py",
    "aios_defs/gateway/lane_work.py",
    "aios_defs/gateway/start_child.py",
    "aios_defs/services/commit.py",
    "resources/store/session.py",
}

# Modules that may use names that Dagster keeps private, each with the test that watches them: one
# runs a job under our run id, one serves Dagster's pages. No public name does either.
ADAPTERS = {
    "resources/dagster_runs.py": "tests/contract/test_dagster_private.py",
    "resources/dagster_web.py": "tests/contract/test_dagster_web.py",
}

DAGSTER_DECORATORS = {
    "asset", "multi_asset", "asset_check", "multi_asset_check", "op", "graph", "graph_asset", "job",
    "sensor", "asset_sensor", "multi_asset_sensor", "run_status_sensor", "run_failure_sensor",
    "schedule", "definitions", "hook", "success_hook", "failure_hook",
}  # fmt: skip


def code() -> list[Source]:
    return [one for one in sources(*EVERYWHERE) if not one.is_init]


def shipped() -> list[Source]:
    return [one for one in sources(*PACKAGES) if not one.is_init]


def uses_dagster(source: Source) -> bool:
    return any(one.split(".")[0] == "dagster" for one in source.imports())


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = {"BaseException"} if handler.type is None else names(handler.type)
    raises = any(isinstance(one, ast.Raise) for one in ast.walk(handler))
    return bool(caught & {"Exception", "BaseException"}) and not raises


def is_dagster_body(function: Function) -> bool:
    return any(names(one) & DAGSTER_DECORATORS for one in function.decorator_list)


def test_no_file_is_longer_than_300_lines() -> None:
    """A file that nears the limit splits by concept into a package of the same name."""
    held(
        f"Files beyond {MAX_FILE} lines:",
        (
            f"{one.path} ({one.text.count(chr(10))})"
            for one in sources(*EVERYWHERE)
            if one.text.count("\n") > MAX_FILE
        ),
    )


def test_no_function_body_is_longer_than_40_lines() -> None:
    """A body, docstring not counted, fits a screen."""
    held(
        f"Bodies beyond {MAX_BODY} lines:",
        (
            f"{one.at(function)} ({body_lines(function)})"
            for one in code()
            for function in one.functions()
            if body_lines(function) > MAX_BODY
        ),
    )


def test_no_function_takes_more_than_five_positional_parameters() -> None:
    """What goes beyond five is keyword-only; only a test's fixtures may be more."""
    held(
        f"Functions with more than {MAX_PARAMETERS} positional parameters:",
        (
            one.at(function)
            for one in code()
            for function in one.functions()
            if not function.name.startswith("test_")
            and positional(function, is_method=function.lineno in methods(one)) > MAX_PARAMETERS
        ),
    )


def test_no_module_has_a_vague_name() -> None:
    """A module is named by the noun it owns, never by being useful."""
    held(
        "Modules or folders with a vague name:",
        (
            one.path
            for one in sources(*EVERYWHERE)
            if VAGUE & set(re.split(r"[/_.]", one.path.removesuffix(".py")))
        ),
    )


def test_every_init_is_empty() -> None:
    """There is one import path to everything, so a package's own file stays empty."""
    held("Not empty:", (one.path for one in sources(*EVERYWHERE) if one.is_init and one.text))


def test_every_folder_of_modules_is_a_package() -> None:
    """No folder with Python files lacks its __init__.py."""
    folders = {(ROOT / one.path).parent for one in sources(*EVERYWHERE)}
    held(
        "Folders without __init__.py:",
        (str(one.relative_to(ROOT)) for one in folders if not (one / "__init__.py").exists()),
    )


def test_every_module_says_what_it_owns() -> None:
    """The first line of a module is a sentence."""
    held(
        "Modules without a header:",
        (one.path for one in code() if not _is_sentence(ast.get_docstring(one.tree))),
    )


def test_every_test_states_its_fact() -> None:
    """Each test has a docstring that is a sentence."""
    held(
        "Tests without a sentence:",
        (
            one.at(function)
            for one in sources("tests")
            for function in one.functions()
            if function.name.startswith("test_") and not _is_sentence(ast.get_docstring(function))
        ),
    )


def test_everything_public_in_the_core_is_documented() -> None:
    """Each public class, function and method of the core has a docstring."""
    held(
        "Public and undocumented:",
        (
            one.at(node)
            for one in sources("aios_defs/core")
            for node in _public(one.tree)
            if ast.get_docstring(node) is None
        ),
    )


def test_modules_with_dagster_keep_their_annotations() -> None:
    """Dagster reads annotations at run time, which postponed or guarded ones break."""
    held(
        "Postponed annotations or TYPE_CHECKING beside Dagster:",
        (
            one.path
            for one in code()
            if uses_dagster(one) or one.path.startswith(("assets/", "sensors/"))
            if {"__future__.annotations", "typing.TYPE_CHECKING"} & one.imports()
        ),
    )


def test_a_dagster_body_is_glue() -> None:
    """What Dagster decorates calls a typed service in at most 15 lines."""
    held(
        f"Dagster bodies beyond {MAX_GLUE} lines:",
        (
            f"{one.at(function)} ({body_lines(function)})"
            for one in shipped()
            if uses_dagster(one)
            for function in one.functions()
            if is_dagster_body(function) and body_lines(function) > MAX_GLUE
        ),
    )


def test_only_named_adapters_touch_what_dagster_keeps_private() -> None:
    """Names under dagster._ are used in the adapters listed, each watched by a contract test."""
    private = {
        one.path
        for one in shipped()
        if any(re.match(r"dagster(_\w+)?\._", name) for name in one.imports())
    }

    held("Private Dagster names outside their adapters:", private, ADAPTERS)
    held(
        "Adapters without their contract test:",
        (test for test in ADAPTERS.values() if not (ROOT / test).exists()),
    )


def test_only_edges_catch_everything() -> None:
    """A broad except that does not raise again stands only in a file listed as an edge."""
    broad = {
        one.path
        for one in shipped()
        for node in ast.walk(one.tree)
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    }

    held("Broad except outside the edges:", broad, EDGES)


def test_errors_stand_in_one_tree() -> None:
    """No class outside aios_defs/core/errors.py derives from one of ours."""
    home = "aios_defs/core/errors.py"
    tree = next(one.tree for one in shipped() if one.path == home)
    ours = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    held(
        f"Errors declared outside {home}:",
        (
            one.at(node)
            for one in shipped()
            if one.path != home
            for node in ast.walk(one.tree)
            if isinstance(node, ast.ClassDef) and any(names(base) & ours for base in node.bases)
        ),
    )


def test_every_suppression_has_its_reason() -> None:
    """A rule that is switched off on a line says why behind it."""
    bare = re.compile(r"#\s*(noqa(:\s*[A-Z0-9, ]+)?|(type|pyright):\s*ignore(\[[^]]*\])?)\s*$")
    held(
        "Suppressions without a reason (write `# noqa: X  # why`):",
        (
            f"{one.path}:{number}"
            for one in code()
            for number, line in enumerate(one.text.splitlines(), 1)
            if bare.search(line)
        ),
    )


def _is_sentence(text: str | None) -> bool:
    first = (text or "").strip().split("\n\n")[0].strip()
    return bool(first) and first[-1] in ".:?"


def _public(tree: ast.Module) -> list[Function | ast.ClassDef]:
    top = [one for one in tree.body if isinstance(one, Function | ast.ClassDef)]
    inner = [
        member
        for one in top
        if isinstance(one, ast.ClassDef)
        for member in one.body
        if isinstance(member, Function | ast.ClassDef)
    ]
    return [one for one in (*top, *inner) if not one.name.startswith("_")]
