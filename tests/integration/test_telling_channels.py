"""Proves which channels a home opens: those that operator.yaml asks for, and no others."""

from pathlib import Path

import pytest

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.services.deliveries import hindrance
from aios_defs.services.telling import send_test
from aios_defs.services.trust import begin_home
from resources.testing.ntfy_server import NtfyServer
from tests.integration.desk import FILES, Desk

NTFY = "\nnotify:\n  ntfy: {{url: '{url}', topic: pat}}\n"


def operator(text: str) -> dict[str, str]:
    return {"operator.yaml": FILES["operator.yaml"] + text}


def opened(folder: Path, text: str) -> Desk:
    desk = Desk(folder, files=operator(text))
    desk.open()
    return desk


def test_a_home_that_says_nothing_keeps_digests_only(desk: Desk) -> None:
    """Without `notify` there is the folder of digests and nothing else."""
    channels = desk.home.messengers.channels

    assert [one.channel for one in channels] == ["folder"]
    assert [one.takes("digest") for one in channels] == [True]
    assert [one.takes("urgent") for one in channels] == [False]


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [
        ("", {"test", "urgent", "digest"}),
        (", urgent: false", {"test", "digest"}),
        (", digest: false", {"test", "urgent"}),
    ],
)
def test_what_is_wanted_is_taken(tmp_path: Path, flags: str, kinds: set[str]) -> None:
    """`urgent` and `digest` say what goes by mail; a test always does."""
    desk = opened(tmp_path, f"\nnotify: {{mail: pat@private.example{flags}}}\n")

    (mail,) = [one for one in desk.home.messengers.channels if one.channel == "mail"]

    assert {one for one in ("test", "urgent", "digest") if mail.takes(one)} == kinds
    assert mail.connector == "mail"


@pytest.mark.parametrize(
    ("notify", "wrong"),
    [
        ("{mail: nobody}", "notify"),
        ("{ntfy: {url: 'http://ntfy.example', topic: pat}}", "https"),
        ("{ntfy: {url: 'https://user:secret@ntfy.example', topic: pat}}", "https"),
        ("{ntfy: {url: 'https://ntfy.example', topic: 'a/b'}}", "topic"),
        ("{ntfy: {url: 'https://ntfy.example', topic: a, token_env: AIOS_HOME}}", "AIOS_"),
        ("{digest_at: '24:00'}", "digest_at"),
        ("{connector: post}", "no connector `post`"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, notify: str, wrong: str) -> None:
    """A wrong address, server, topic, variable, time or connector is refused at start."""
    with pytest.raises(ConfigurationInvalid, match=wrong):
        opened(tmp_path, f"\nnotify: {notify}\n")


def test_mail_needs_a_connector_that_sends_it(tmp_path: Path) -> None:
    """Without one the home says so at start, not when something is urgent."""
    files = operator("\nnotify: {mail: pat@private.example}\n") | {
        "connectors.yaml": "",
        "catalog.yaml": "",
    }

    with pytest.raises(ConfigurationInvalid, match="no connector sends mail"):
        Desk(tmp_path, files=files).open()


def test_a_test_goes_over_every_channel(tmp_path: Path) -> None:
    """By ntfy it reaches the server; its answer is the channel's state."""
    with NtfyServer() as server:
        desk = Desk(tmp_path, files=operator(NTFY.format(url=server.url))).begin()

        outcome = send_test(desk.kernel, desk.home.messengers)

        (kept,) = server.kept["pat"]
    channels = outcome["channels"]
    assert isinstance(channels, list)
    assert [one["state"] for one in channels if isinstance(one, dict)] == ["told"]
    assert kept["title"] == "AIOS: a test"


def test_a_demo_tells_nobody_beyond_this_machine(tmp_path: Path) -> None:
    """A channel that leaves the machine is held in a demo home; one that stays is not."""
    text = NTFY.format(url="https://ntfy.example")
    desk = opened(tmp_path, text)
    begin_home(desk.kernel, is_demo=True, version="test")

    with desk.kernel.ledger.view() as view:
        held = {
            one.channel: hindrance(desk.kernel, view, one) for one in desk.home.messengers.channels
        }

    assert held == {"folder": None, "ntfy": "a demo tells nobody beyond this machine"}
