"""Proves that the table of faults names every test of faults, and no other."""

import ast
import re

from tests.house.tree import ROOT, held, sources

TABLE = (ROOT / "docs/reference/faults.md").read_text(encoding="utf-8")
FOLDER = "tests/integration/faults/"
ROW = re.compile(r"`([\w/]+\.py::test_\w+)` \|")


def written() -> set[str]:
    """Return the tests that the table names, each with its path."""
    found = ROW.findall(TABLE)
    return {one if one.startswith("tests/") else FOLDER + one for one in found}


def there() -> set[str]:
    """Return the tests of faults that there are."""
    return {
        f"{one.path}::{node.name}"
        for one in sources("tests")
        if one.path.startswith((FOLDER, "tests/e2e/test_killed_at_once"))
        for node in one.functions()
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_the_table_and_the_tests_name_each_other() -> None:
    """Each fault has its test, and each test its row in docs/reference/faults.md."""
    held("Not in docs/reference/faults.md:", there() - written())
    held("In docs/reference/faults.md without a test:", written() - there())
