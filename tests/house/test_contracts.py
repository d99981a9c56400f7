"""Proves that every port has a shipped fake and a contract suite, and every event a golden."""

import ast
import json
import re

from aios_defs.core.events import all as _every_event
from aios_defs.core.events.registry import known_types, parse_event
from tests.house.tree import ROOT, Source, held, names, sources

GOLDENS = ROOT / "tests/golden/events"

# Ports that are reached through another one and proven by its suite.
PART_OF = {"View": "Ledger", "Transaction": "Ledger", "LedgerAudit": "Ledger"}
PORT_MODULES = ("ports", "connector", "decision", "embedding", "memory_index")


def ports() -> list[str]:
    """Return the names of the protocols that stand on their own."""
    wanted = {f"aios_defs/core/{one}.py" for one in PORT_MODULES}
    return [
        node.name
        for one in sources("aios_defs/core")
        if one.path in wanted
        for node in one.tree.body
        if isinstance(node, ast.ClassDef) and any("Protocol" in names(base) for base in node.bases)
        if node.name not in PART_OF
    ]


def words(name: str) -> str:
    """Return a class name in the words of a module name: LanguageModel is language_model."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def classes(source: Source) -> set[str]:
    return {node.name for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)}


def test_every_port_ships_a_fake() -> None:
    """A class in resources/testing ends in the port's name: FixedClock fakes Clock."""
    fakes = {name for one in sources("resources/testing") for name in classes(one)}
    held(
        "Ports without a fake in resources/testing:",
        (port for port in ports() if not any(name.endswith(port) for name in fakes)),
    )


def test_every_port_has_a_contract_suite() -> None:
    """A module in tests/contract carries the port's name."""
    suites = [one.path.rpartition("/")[2] for one in sources("tests/contract") if not one.is_init]
    held(
        "Ports without a contract suite in tests/contract:",
        (port for port in ports() if not any(words(port) in suite for suite in suites)),
    )


def test_every_event_has_a_golden() -> None:
    """Each version of an event stands as JSON in tests/golden/events, never to be edited."""
    held(
        f"Events without a golden in {GOLDENS.relative_to(ROOT)} (<type>.json):",
        (name for name in known_types() if not (GOLDENS / f"{name}.json").exists()),
    )


def test_every_golden_is_read_by_the_registry() -> None:
    """A golden that no class can read would be an event we can no longer understand."""
    assert _every_event is not None
    unread: list[str] = []
    for golden in sorted(GOLDENS.glob("*.json")):
        kind = golden.stem
        content = json.loads(golden.read_text(encoding="utf-8"))
        data = content.get("data", content) if content.get("type", kind) == kind else content
        if parse_event(kind, data).type == "unknown":
            unread.append(golden.name)

    assert not unread
