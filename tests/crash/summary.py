"""Owns the table at the end of a run that held a crash campaign, whichever processes ran it.

Registered by tests/conftest.py: where tests are spread over processes, the one that prints loads no
conftest.py of a folder.
"""

import json

import pytest

from tests.crash.tally import Tally, table, tally_of

_DONE = pytest.StashKey[list[Tally]]()
_NAME = "crash"


def keep_tallies(config: pytest.Config, tallies: list[Tally]) -> None:
    """Keep what a campaign found for the end, also where another process prints it."""
    config.stash[_DONE] = tallies
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[_NAME] = json.dumps([one.to_json() for one in tallies])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over what a process of tests kept."""
    kept, config = getattr(node, "workeroutput", {}).get(_NAME), getattr(node, "config", None)
    if kept and isinstance(config, pytest.Config):
        config.stash.setdefault(_DONE, []).extend(tally_of(one) for one in json.loads(kept))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table of the campaign."""
    tallies = config.stash.get(_DONE, [])
    if tallies:
        terminalreporter.section(f"crash campaign, CRASH_SEED={tallies[0].seed}")
        for line in table(tallies):
            terminalreporter.write_line(line)
