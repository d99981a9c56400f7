"""Proves digests: one a day in the operator's time zone, what they say, and the head they keep."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.events.telling import DigestMade
from aios_defs.services.approve import approve
from aios_defs.services.deliveries import Messengers
from aios_defs.services.digest import make_daily_digest, make_digest, next_digest_at, read_digest
from aios_defs.services.pause import pause
from aios_defs.services.sweep import clean_up, commit_due
from aios_defs.services.telling import send_digest, show_digest, tell_due
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.anchors import known_heads
from resources.home import open_ledger
from resources.testing.fixed_clock import FixedClock
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.desk import ASK_FIRST, FILES, Desk, Mail
from tests.servers.database import home_environment, on_sqlite

MAILED = "\nnotify:\n  mail: pat@private.example\n"


def desk_in(folder: Path, zone: str, at: str, start: datetime) -> Desk:
    """Return a desk in a time zone with a digest time, begun at an instant."""
    operator = f"{FILES['operator.yaml']}time_zone: {zone}\nnotify:\n  digest_at: '{at}'\n"
    return Desk(folder, clock=FixedClock(start), files={"operator.yaml": operator}).begin()


def made(desk: Desk) -> list[DigestMade]:
    return [DigestMade.model_validate(one.data) for one in desk.events("digest.made")]


def walk(desk: Desk, hours: int) -> list[str]:
    """Let hours pass in quarters, asking each time; returns the days of the digests made."""
    for _ in range(hours * 4):
        desk.wait(minutes=15)
        make_daily_digest(desk.kernel)
    return [one.day for one in made(desk)]


@pytest.mark.parametrize(
    ("start", "days"),
    [
        (datetime(2031, 3, 29, 12, tzinfo=UTC), ["2031-03-30", "2031-03-31"]),  # 02:30 is left out
        (datetime(2031, 10, 25, 12, tzinfo=UTC), ["2031-10-26", "2031-10-27"]),  # it comes twice
    ],
)
def test_each_day_has_one_across_daylight_saving(
    tmp_path: Path, start: datetime, days: list[str]
) -> None:
    """At half past two, on the night the clocks change, there is one digest: not none, not two."""
    desk = desk_in(tmp_path, "Europe/Berlin", "02:30", start)

    found = walk(desk, 44)

    assert found == days


def test_a_new_home_has_its_first_digest_the_next_day(tmp_path: Path) -> None:
    """A home begun after the time of day waits; one that slept for days makes one on wake."""
    desk = desk_in(tmp_path, "UTC", "07:30", datetime(2031, 3, 4, 9, tzinfo=UTC))
    first = make_daily_digest(desk.kernel)
    expected = next_digest_at(desk.kernel)
    desk.wait(days=5)

    found = [make_daily_digest(desk.kernel) for _ in range(3)]

    assert first is None
    assert expected == datetime(2031, 3, 5, 7, 30, tzinfo=UTC)
    assert [one.day for one in made(desk)] == ["2031-03-09"]
    assert found[1:] == [None, None]


def test_another_process_makes_no_second_one(tmp_path: Path) -> None:
    """Whoever comes second finds the day's digest made."""
    desk = desk_in(tmp_path, "UTC", "07:30", datetime(2031, 3, 4, 7, tzinfo=UTC))
    desk.wait(hours=1)
    other = Desk.__new__(Desk)
    other.path, other.clock, other.points, other.agents = tmp_path, desk.clock, desk.points, None
    other.open()

    found = [make_daily_digest(desk.kernel), make_daily_digest(other.kernel)]

    assert found[0] is not None
    assert found[1] is None
    assert len(made(desk)) == 1


def test_it_says_what_was_done_without_asking_and_what_waits(desk: Desk) -> None:
    """What a rule let go is counted by rule; a pause and an open decision are named."""
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.receive(Mail(text="How much is the green widget?"))
    pause(desk.kernel, "workflow:support")

    content = read_digest(desk.kernel, make_digest(desk.kernel)).content

    (automatic,) = content.automatic
    assert (automatic.what, automatic.count, automatic.workflow) == ("mail.send", 1, "support")
    assert automatic.rule == "reply-inside-a-thread"
    assert [(one.what, one.count) for one in content.waiting] == [("question", 1)]
    assert content.paused == ("workflow:support",)
    assert ("message.received.v1", 2) in [(one.what, one.count) for one in content.happened]


def test_what_was_approved_is_not_called_automatic(desk: Desk) -> None:
    """An action that a person let go is counted as done, not as done by a rule."""
    desk.set_rules(ASK_FIRST)
    desk.receive(Mail(text="How much is the blue widget?"))
    approve(desk.kernel, desk.action().id, content_hash=desk.action().content_hash)
    desk.wait(seconds=11)
    commit_due(desk.kernel)

    content = read_digest(desk.kernel, make_digest(desk.kernel)).content

    assert content.automatic == ()
    assert ("action.committed.v1", 1) in [(one.what, one.count) for one in content.happened]


def test_what_expires_while_away_comes_in_one_digest(desk: Desk) -> None:
    """Three decisions that nobody answered are one line of one digest, and no message before."""
    fake = RecordingMessenger(kinds=("digest",))
    messengers = Messengers(channels=(fake,))
    desk.set_rules(ASK_FIRST)
    for number in range(3):
        desk.receive(Mail(text="How much is the blue widget?", subject=f"Number {number}"))
    desk.wait(hours=25)
    clean_up(desk.kernel)

    tell_due(desk.kernel, messengers)
    tell_due(desk.kernel, messengers)

    (told,) = fake.told
    assert "- 3 decisions expired unanswered (support 3)" in told.text
    assert told.text.count("A decision expired unanswered and was decided anew (support)") == 3


def test_the_next_one_goes_on_where_the_last_daily_one_ended(desk: Desk) -> None:
    """A digest on request takes nothing away from the one of the day."""
    desk.receive(Mail(text="How much is the blue widget?"))
    make_digest(desk.kernel)
    desk.wait(hours=25)

    first = make_daily_digest(desk.kernel)
    desk.wait(days=1)
    second = make_daily_digest(desk.kernel)

    assert first is not None
    assert second is not None
    assert read_digest(desk.kernel, first).since_position == 0
    ended = read_digest(desk.kernel, first).head_position
    assert read_digest(desk.kernel, second).since_position == ended
    assert read_digest(desk.kernel, second).content.happened == ()


def test_a_digest_goes_by_mail_and_its_mail_is_never_a_task(tmp_path: Path) -> None:
    """The mail lies in the outbox once; back in the inbox and in Sent, it is ours and ignored."""
    desk = Desk(tmp_path, files={"operator.yaml": FILES["operator.yaml"] + MAILED}).begin()
    shown = send_digest(desk.kernel, desk.home.messengers, make_digest(desk.kernel))
    send_digest(desk.kernel, desk.home.messengers, str(shown["digest_id"]))
    (mail,) = desk.sent()
    for folder in ("inbox", "sent"):
        desk.put(bytes(mail), folder=folder)

    desk.turn()

    assert mail["to"] == "pat@private.example"
    assert desk.tasks() == []
    assert [(one.folder, one.state) for one in desk.messages()] == [
        ("inbox", "ignored"),
        ("sent", "ignored"),
    ]
    assert [one.data["reason"] for one in desk.events("message.ignored")] == ["auto_reply", "own"]


@on_sqlite
def test_an_older_copy_of_the_ledger_is_found_by_its_digest(desk: Desk) -> None:
    """A ledger put back to an earlier state lacks a head that a digest kept remembers."""
    copy = desk.path.parent / "copy.db"
    desk.home.ledger.close()
    shutil.copy(desk.path / "ledger.db", copy)
    desk.open()
    desk.receive(Mail(text="How much is the blue widget?"))
    send_digest(desk.kernel, desk.home.messengers, make_digest(desk.kernel))
    desk.home.ledger.close()
    for file in desk.path.glob("ledger.db*"):
        file.unlink()
    shutil.copy(copy, desk.path / "ledger.db")

    ledger, vault = open_ledger(load_settings(home_environment(desk.path)))
    report = verify_ledger(ledger, vault, anchors=known_heads(desk.path))

    ledger.close()
    assert not report.ok
    assert "This is an older copy: digest " in str(report.finding)


def test_the_same_ledger_agrees_with_its_digests(desk: Desk) -> None:
    """An untouched ledger is compared with the digest and holds."""
    shown = send_digest(desk.kernel, desk.home.messengers, make_digest(desk.kernel))
    desk.receive(Mail(text="How much is the blue widget?"))
    anchors = known_heads(desk.path)
    desk.home.ledger.close()

    ledger, vault = open_ledger(load_settings(home_environment(desk.path)))
    report = verify_ledger(ledger, vault, anchors=anchors)

    ledger.close()
    assert report.ok
    assert [one.position for one in anchors] == [shown["head_position"]]


def test_nothing_to_say_is_said(desk: Desk) -> None:
    """A digest of a quiet day has no section and says so."""
    desk.wait(hours=25)
    make_daily_digest(desk.kernel)
    desk.wait(days=1)

    shown = show_digest(desk.kernel, Messengers(), make_daily_digest(desk.kernel) or "")

    assert shown["sections"] == []
    assert "Nothing waits and nothing happened." in str(shown["text"])
