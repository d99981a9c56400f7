"""Owns the table at the end of a run that held a crash campaign, whichever process ran it.

Registered by tests/conftest.py: where tests are spread over processes, the one that prints loads no
conftest.py of a folder.
"""

import pytest

_LINES = pytest.StashKey[list[str]]()
_NAME = "crash"


def keep_lines(config: pytest.Config, lines: list[str]) -> None:
    """Keep the lines of a campaign for the end, also where another process prints them."""
    config.stash[_LINES] = lines
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[_NAME] = lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over what a process of tests kept."""
    lines = getattr(node, "workeroutput", {}).get(_NAME)
    config = getattr(node, "config", None)
    if lines and isinstance(config, pytest.Config):
        config.stash[_LINES] = lines


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table, its heading first."""
    heading, *lines = config.stash.get(_LINES, [""])
    if heading:
        terminalreporter.section(heading)
    for line in lines:
        terminalreporter.write_line(line)
