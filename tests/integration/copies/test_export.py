"""Proves the export of the ledger: every event, sealed unless asked otherwise, and its manifest."""

import hashlib
import json
from pathlib import Path

import pytest

from aios_defs.core.envelope import Envelope, envelope_hash
from aios_defs.core.events.messages import MessageReceived
from aios_defs.core.model import parse_rfc3339
from aios_defs.services.export import export_lines
from tests.e2e.shell import Shell
from tests.integration.desk import Desk, Mail


@pytest.fixture
def full(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "home").begin()
    desk.receive(Mail(text="How much is the blue widget?", subject="A very personal line"))
    return desk


def exported(desk: Desk, **options: int | bool) -> list[str]:
    with desk.kernel.ledger.view() as view:
        return list(export_lines(view, desk.kernel.vault, **options))  # pyright: ignore[reportArgumentType] - by name


def test_every_event_stands_on_a_line_that_proves_itself(full: Desk) -> None:
    """Each hash can be taken anew from its line, and the manifest covers all lines."""
    *lines, last = exported(full)

    events = [json.loads(one) for one in lines]
    for one in events:
        assert envelope_hash(Envelope(**{**one, "time": parse_rfc3339(one["time"])})) == one["hash"]
    manifest = json.loads(last)["manifest"]
    assert manifest["events"] == len(events) == manifest["head_position"]
    assert manifest["head_hash"] == events[-1]["hash"]
    assert manifest["digest"] == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_personal_text_stays_sealed_unless_asked(full: Desk) -> None:
    """By default no word of a mail stands in the export; `plain` opens it."""
    assert "A very personal line" not in "".join(exported(full))
    assert "A very personal line" in "".join(exported(full, is_plain=True))


def test_what_was_erased_says_by_which_event(full: Desk) -> None:
    """A destroyed key leaves the name of its erasure, not an error."""
    with full.kernel.ledger.view() as view:
        (event,) = view.events(types=[MessageReceived.type])
    heading = MessageReceived.model_validate(event.data).heading
    assert heading is not None
    full.kernel.vault.destroy(heading.subject_ref, "erasure-1")

    assert '{"erased": "erasure-1"}' in "".join(exported(full, is_plain=True))


def test_a_range_is_what_was_asked_for(full: Desk) -> None:
    """`after` is left out, `upto` is the last."""
    *lines, last = exported(full, after=2, upto=4)

    assert [json.loads(one)["position"] for one in lines] == [3, 4]
    assert json.loads(last)["manifest"]["events"] == 2


def test_the_command_writes_a_file_of_the_owner_only(full: Desk, tmp_path: Path) -> None:
    """With --json it prints the manifest, and nobody else can read the file."""
    full.home.ledger.close()

    ran = Shell(home=full.path).run("ledger", "export", str(tmp_path / "out"), "--json")

    assert ran.code == 0, ran.out
    lines = (tmp_path / "out").read_text().splitlines()
    assert ran.json["events"] == len(lines) - 1
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_the_command_streams_lines_to_a_pipe(full: Desk) -> None:
    """Without a file each line is JSON, the manifest last."""
    full.home.ledger.close()

    ran = Shell(home=full.path).run("ledger", "export", "--after", "2", "--json")

    assert ran.code == 0
    lines = [json.loads(one) for one in ran.out.splitlines()]
    assert lines[0]["position"] == 3
    assert lines[-1]["manifest"]["after"] == 2
