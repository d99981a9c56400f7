"""Owns writing docs/reference/actions.md from the table of arrows.

`python -m tests.unit.core.action_page` writes the page anew.
"""

from aios_defs.core.actions import ARROWS, Arrow
from tests.house.tree import ROOT

_INTRODUCTION = """\
# The life of an action

Generated from `aios_defs/core/actions.py`, the one definition: the ledger refuses every event that
no arrow allows. `failed_retryable` is shown to people as `failed`; nothing happened outside.

Roles: `operator` (a person), `facade` (policy), `worker` (holds the lease), `sweep` (the clean-up).
"""


def written_page() -> str:
    """Return the page: a diagram of the states, then each event with its states and roles."""
    diagram = "\n".join(f"    {line}" for line in _diagram())
    rows = "\n".join(_row(arrow) for arrow in ARROWS)
    table = f"| event | from | to | by |\n|---|---|---|---|\n{rows}\n"
    return f"{_INTRODUCTION}\n```mermaid\nstateDiagram-v2\n{diagram}\n```\n\n{table}"


def _diagram() -> list[str]:
    return [
        f"{source or '[*]'} --> {arrow.target}: {arrow.event}"
        for arrow in ARROWS
        for source in arrow.sources
    ]


def _row(arrow: Arrow) -> str:
    sources = ", ".join(f"`{one}`" if one else "(new)" for one in arrow.sources)
    return f"| `{arrow.event}` | {sources} | `{arrow.target}` | {', '.join(arrow.by)} |"


if __name__ == "__main__":
    (ROOT / "docs/reference/actions.md").write_text(written_page(), encoding="utf-8")
