"""Proves that `aios login` gives ways in, lists them and ends them."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import find_session, log_in
from aios_defs.services.tokens import find_token
from aios_defs.settings.environment import load_settings
from resources.home import open_home
from tests.integration.desk import Desk
from tests.servers.database import home_environment

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def kernel(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """The home of the desk, opened as the command opens it: with the clock of the machine."""
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)
    return open_home(load_settings()).kernel


def run(capsys: Capture, *words: str, code: int = 0) -> Any:  # noqa: ANN401 - whatever it prints
    """Return what a command line prints as JSON."""
    assert main(["login", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def come_in(kernel: Kernel, capsys: Capture) -> str:
    """Return the cookie's secret of a session opened by the command's link."""
    link: str = run(capsys)["link"]
    return log_in(kernel, link.partition("token=")[2], agent="browser")


def test_the_link_lets_a_browser_in(kernel: Kernel, capsys: Capture) -> None:
    """What is printed is an address of the console with a secret that works once."""
    found = run(capsys)

    assert found["link"].startswith("http://127.0.0.1:3000/login?token=")
    assert found["is_served"] is False
    assert log_in(kernel, found["link"].partition("token=")[2], agent="browser")


def test_the_list_names_sessions_and_tokens_without_secrets(
    kernel: Kernel, capsys: Capture
) -> None:
    """Who lists them can end them, and can't come in by them."""
    secret = come_in(kernel, capsys)
    token = run(capsys, "--token", "form", "--for", "1d")["token"]

    found = run(capsys, "--list")

    assert [one["agent"] for one in found["sessions"]] == ["browser"]
    assert [one["name"] for one in found["tokens"]] == ["form"]
    assert secret not in json.dumps(found)
    assert token not in json.dumps(found)


def test_one_session_is_ended_by_the_end_of_its_id(kernel: Kernel, capsys: Capture) -> None:
    """The other one lasts."""
    first, second = come_in(kernel, capsys), come_in(kernel, capsys)
    row = find_session(kernel, first, kind="console")
    assert row is not None

    ended = run(capsys, "--end", row.id[-8:])

    assert ended == {"ended": "session", "id": row.id, "sessions": 1}
    assert find_session(kernel, first, kind="console") is None
    assert find_session(kernel, second, kind="console") is not None


def test_a_token_is_ended_by_its_name(kernel: Kernel, capsys: Capture) -> None:
    """It is worth nothing at once."""
    token = run(capsys, "--token", "form")["token"]
    assert find_token(kernel, token) is not None

    run(capsys, "--end", "form")

    assert find_token(kernel, token) is None


def test_all_ends_every_session_and_unused_link(kernel: Kernel, capsys: Capture) -> None:
    """After a lost laptop one word shuts everybody out."""
    secrets = [come_in(kernel, capsys) for _ in range(3)]
    unused = run(capsys)["link"]

    ended = run(capsys, "--end", "all")

    assert ended["sessions"] == 3
    assert not any(find_session(kernel, one, kind="console") for one in secrets)
    again = run(capsys, "--end", unused[-8:], code=1)
    assert again["error"]["code"] == "unknown_id"


def test_people_read_sentences(kernel: Kernel, capsys: Capture) -> None:
    """Without --json the link stands alone on stdout, and the list is a table."""
    main(["login"])
    link = capsys.readouterr().out.strip()
    log_in(kernel, link.partition("token=")[2], agent="Firefox")
    main(["login", "--token", "form"])
    main(["login", "--list"])
    main(["login", "--end", "all"])

    shown = capsys.readouterr().out
    assert "Firefox" in shown
    assert "form" in shown
    assert "Ended 1 session." in shown
