"""Proves that a message leaves at most once, wherever an attempt is stopped."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aios_defs.core.connector import CommitRequest
from aios_defs.core.errors import FenceLost, OutsideFailed, OutsideUncertain
from resources.connectors.mail.connector import MailConnector
from resources.testing.recording_points import RecordingPoints
from tests.unit.mail.messages import AT

KEY = "0123456789abcdef" * 4
POINTS = ["mail.staged", "mail.gated", "mail.delivered"]


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


def connector_at(home: Path, react: Callable[[str], None] | None = None) -> MailConnector:
    entry = {
        "kind": "mail",
        "address": "desk@shop.test",
        "receive": {"maildir": "inbox"},
        "send": {"maildir": "outbox"},
        "sent": {"maildir": "sent"},
    }
    connector = MailConnector.from_config("mail", entry, home)
    connector.points = RecordingPoints(react)
    return connector


def request_of(body: str = "Hello") -> CommitRequest:
    arguments = {"to": ["ann@customer.test"], "subject": "Hi", "body": body}
    return CommitRequest(operation="mail.send", key=KEY, arguments=arguments, at=AT)


def killed_at(home: Path, point: str) -> None:
    def react(reached: str) -> None:
        if reached == point:
            raise Killed

    with pytest.raises(Killed):
        connector_at(home, react).commit(request_of(), lambda: None)


def delivered(home: Path) -> list[Path]:
    return [*(home / "outbox/new").iterdir(), *(home / "outbox/cur").iterdir()]


def test_points_are_passed_in_order(tmp_path: Path) -> None:
    """A commit passes each named point once, in order."""
    connector = connector_at(tmp_path)

    connector.commit(request_of(), lambda: None)

    assert isinstance(connector.points, RecordingPoints)
    assert connector.points.reached_points == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_killed_attempt_is_completed_once(tmp_path: Path, point: str) -> None:
    """After a kill at any point, the look-up is conclusive and the next attempt sends one mail."""
    killed_at(tmp_path, point)

    answer = connector_at(tmp_path).find("mail.send", KEY).answer
    connector_at(tmp_path).commit(request_of(), lambda: None)

    assert answer == ("found" if point == "mail.delivered" else "absent")
    assert len(delivered(tmp_path)) == 1
    assert connector_at(tmp_path).find("mail.send", KEY).answer == "found"


def test_paused_attempt_sends_nothing_more(tmp_path: Path) -> None:
    """An attempt paused at the gate while another completes it adds no second mail."""

    def other_worker(point: str) -> None:
        if point == "mail.gated":
            connector_at(tmp_path).commit(request_of(), lambda: None)
            delivered(tmp_path)[0].unlink()

    receipt = connector_at(tmp_path, other_worker).commit(request_of(), lambda: None)

    assert delivered(tmp_path) == []
    assert receipt == connector_at(tmp_path).find("mail.send", KEY).receipt


def test_lost_fence_at_the_gate_sends_nothing(tmp_path: Path) -> None:
    """A lease lost between gate and delivery stops the mail; a later attempt completes it."""
    calls: list[int] = []

    def lost_at_second_call() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise FenceLost("The lease was taken over.", remedy="Leave it to the other worker.")

    with pytest.raises(FenceLost):
        connector_at(tmp_path).commit(request_of(), lost_at_second_call)

    finding = connector_at(tmp_path).find("mail.send", KEY)
    assert (finding.answer, finding.reason) == ("absent", "staged")
    assert delivered(tmp_path) == []


def test_attempt_past_its_fence_is_not_absent(tmp_path: Path) -> None:
    """While a live attempt may still deliver, a look-up says unknown; afterwards it knows."""
    answers: list[str] = []

    def asked() -> None:
        answers.append(connector_at(tmp_path).find("mail.send", KEY).answer)

    connector_at(tmp_path).commit(request_of(), asked)

    assert answers == ["absent", "unknown"]
    assert connector_at(tmp_path).find("mail.send", KEY).answer == "found"


def test_staged_message_with_other_content_is_refused(tmp_path: Path) -> None:
    """A staged mail is not completed by an attempt with another content."""
    killed_at(tmp_path, "mail.gated")

    with pytest.raises(OutsideFailed) as refused:
        connector_at(tmp_path).commit(request_of("Other"), lambda: None)

    assert refused.value.fields["retryable"] is False
    assert delivered(tmp_path) == []


def test_staged_message_keeps_its_first_date(tmp_path: Path) -> None:
    """The mail that a later attempt completes is the one that was staged."""
    killed_at(tmp_path, "mail.gated")
    later = request_of().model_copy(update={"at": AT.replace(year=2027)})

    connector_at(tmp_path).commit(later, lambda: None)

    assert b"Mar 2026" in delivered(tmp_path)[0].read_bytes()


def test_lost_fence_leaves_no_private_folder(tmp_path: Path) -> None:
    """A worker that lost its lease cleans up what it prepared."""

    def lost() -> None:
        raise FenceLost("The lease was taken over.", remedy="Leave it to the other worker.")

    with pytest.raises(FenceLost):
        connector_at(tmp_path).commit(request_of(), lost)

    assert list((tmp_path / "outbox/aios-op").iterdir()) == []


def test_abandoned_private_folder_is_swept(tmp_path: Path) -> None:
    """What a kill left behind long ago is deleted by a later commit; what is fresh is kept."""
    killed_at(tmp_path, "mail.staged")
    (old,) = (tmp_path / "outbox/aios-op").iterdir()
    os.utime(old, (0, 0))
    fresh = tmp_path / "outbox/aios-op/.fresh"
    fresh.mkdir()

    connector_at(tmp_path).commit(request_of(), lambda: None)

    assert not old.exists()
    assert fresh.exists()


def test_full_disk_before_the_gate_is_retryable(tmp_path: Path) -> None:
    """An outbox that can't be written fails before any effect, and may be tried again."""
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox/aios-op").write_text("in the way", encoding="utf-8")

    with pytest.raises((OutsideFailed, OutsideUncertain)) as failed:
        connector_at(tmp_path).commit(request_of(), lambda: None)

    assert isinstance(failed.value, OutsideFailed)
    assert failed.value.fields["retryable"] is True


def test_broken_gate_is_uncertain(tmp_path: Path) -> None:
    """A gate whose record can't be read is neither success nor failure."""
    connector_at(tmp_path).commit(request_of(), lambda: None)
    (tmp_path / "outbox/aios-op" / KEY / "keep").write_text("{", encoding="utf-8")

    with pytest.raises(OutsideUncertain):
        connector_at(tmp_path).commit(request_of(), lambda: None)


@pytest.mark.parametrize(
    "place", ["outbox/new/aios-{key}", "outbox/cur/aios-{key}:2,S", "sent/cur/7:2,S"]
)
def test_mail_is_found_without_its_gate(tmp_path: Path, place: str) -> None:
    """A mail whose gate was deleted by hand is found in the outbox or the sent mail, not resent."""
    connector_at(tmp_path).commit(request_of(), lambda: None)
    target = tmp_path / place.format(key=KEY)
    target.parent.mkdir(parents=True, exist_ok=True)
    delivered(tmp_path)[0].rename(target)
    gate = tmp_path / "outbox/aios-op" / KEY
    (gate / "keep").unlink()
    gate.rmdir()

    answer = connector_at(tmp_path).find("mail.send", KEY).answer
    connector_at(tmp_path).commit(request_of(), lambda: None)

    assert answer == "found"
    assert [one for one in delivered(tmp_path) if one != target] == []


@pytest.mark.parametrize("key", ["", "short", "../" * 10, "a/b" * 10, "k" * 129, "\u00fc" * 20])
def test_key_that_names_no_file_is_refused(tmp_path: Path, key: str) -> None:
    """A key that could leave its folder has no effect and is never found."""
    connector = connector_at(tmp_path)

    with pytest.raises(OutsideFailed):
        connector.commit(request_of().model_copy(update={"key": key}), lambda: None)

    assert connector.find("mail.send", key).answer == "absent"


def test_blind_recipients_stay_out_of_the_mail(tmp_path: Path) -> None:
    """Bcc is in the envelope beside the gate, and not in the mail."""
    request = request_of().model_copy(
        update={"arguments": {**request_of().arguments, "bcc": ["eve@hidden.test"]}}
    )

    connector_at(tmp_path).commit(request, lambda: None)

    assert b"hidden.test" not in delivered(tmp_path)[0].read_bytes()
    assert "eve@hidden.test" in (tmp_path / "outbox/aios-op" / KEY / "keep").read_text("utf-8")
