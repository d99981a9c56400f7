"""Proves that the layers of DESIGN §3 hold, and that each contract would notice a breach."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("aios_defs", "assets", "resources", "sensors")
HEAVY = ("dagster", "aios_defs.definitions", "pandas", "pyarrow", "lancedb", "great_expectations")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
DOWN = "Arrows point down only"
PURE = "Core, services and agents know no engine, driver, client or system"
AGENTS = "Agents import the core only"
CONNECTORS = "Connectors never import one another"
STORES = "Only the stores touch tables"

BREACHES = [
    (DOWN, "aios_defs/core/breach.py", "aios_defs.services"),
    (DOWN, "aios_defs/core/breach.py", "aios_defs.agents"),
    (DOWN, "aios_defs/services/breach.py", "aios_defs.settings"),
    (DOWN, "aios_defs/services/breach.py", "aios_defs.agents"),
    (DOWN, "aios_defs/settings/breach.py", "resources"),
    (DOWN, "resources/breach.py", "assets"),
    (DOWN, "assets/breach.py", "sensors"),
    (DOWN, "sensors/breach.py", "aios_defs.definitions"),
    (DOWN, "resources/connectors/breach.py", "aios_defs.cli"),
    (AGENTS, "aios_defs/agents/breach.py", "aios_defs.services"),
    (AGENTS, "aios_defs/agents/breach.py", "resources"),
    (CONNECTORS, "resources/connectors/breach.py", "resources.connectors.other"),
    (STORES, "assets/breach.py", "sqlalchemy"),
    (STORES, "resources/breach.py", "sqlite3"),
    (STORES, "resources/breach.py", "psycopg2"),
    (STORES, "resources/connectors/breach.py", "sqlalchemy.orm"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the packages and the contracts, to be broken."""
    for package in PACKAGES:
        for source in sorted((ROOT / package).rglob("*.py")):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def lint(tree: Path) -> str:
    """Return what the linter prints; its first words say whether it ran at all."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def loaded_by_the_cli(tree: Path) -> str:
    """Return which heavy modules a fresh process holds after importing the command."""
    code = f"import sys, aios_defs.cli.main; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_contract_holds_on_the_tree() -> None:
    """The packages as they are break no contract."""
    printed = lint(ROOT)

    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in printed, printed


@pytest.mark.parametrize(("contract", "path", "imported"), BREACHES)
def test_a_breach_is_named(tree: Path, contract: str, path: str, imported: str) -> None:
    """An import against a contract is reported under the contract's name."""
    if imported.startswith("resources.connectors."):
        write(tree / (imported.replace(".", "/") + ".py"), "")

    write(tree / path, f"import {imported}\n")
    printed = lint(tree)

    assert f"{contract} BROKEN" in printed, printed


@pytest.mark.parametrize("layer", ["core", "services", "agents"])
def test_each_forbidden_package_is_named(tree: Path, layer: str) -> None:
    """A pure layer that imports all the forbidden packages has each of them reported."""
    forbidden = next(one["forbidden_modules"] for one in CONTRACTS if one["name"] == PURE)

    write(tree / f"aios_defs/{layer}/breach.py", "".join(f"import {one}\n" for one in forbidden))
    printed = lint(tree)

    assert f"{PURE} BROKEN" in printed, printed
    missed = [one for one in forbidden if f"aios_defs.{layer}.breach -> {one}" not in printed]
    assert not missed, printed


def test_every_contract_is_broken_by_a_test() -> None:
    """No contract stands in pyproject.toml that no test of this module breaks."""
    broken = {contract for contract, _, _ in BREACHES} | {PURE}

    assert {one["name"] for one in CONTRACTS} == broken


def test_the_command_starts_without_dagster() -> None:
    """Importing the command loads neither Dagster nor the definitions nor a heavy library."""
    assert loaded_by_the_cli(ROOT) == ""


def test_a_command_that_starts_dagster_is_found(tree: Path) -> None:
    """The check before would notice a heavy import at the top of the command's module."""
    write(tree / "dagster.py", "")
    with (tree / "aios_defs/cli/main.py").open("a") as main:
        main.write("\nimport dagster\n")

    assert "dagster" in loaded_by_the_cli(tree)
