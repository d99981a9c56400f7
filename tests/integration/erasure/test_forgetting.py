"""Proves that nobody can read a word of a person who was forgotten, and that all else reads on."""

from pathlib import Path

import pytest

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.erasure.certificate import certificate_of, certificate_text
from aios_defs.services.erasure.forget import forget
from aios_defs.services.inbox import inbox
from aios_defs.services.person_view import person_view
from aios_defs.services.replay import replay
from aios_defs.services.verify import verify_ledger
from resources.erasing import finish_erasures
from tests.integration.desk import FILES, KIM, Desk, Mail
from tests.integration.erasure.forms import holds
from tests.integration.erasure.planted import ADDRESS, NAME, WORDS, filled, id_of
from tests.integration.erasure.searching import files_with, readable_with, tables_with

KEPT = """
kept:
  - {what: invoices, reason: tax law}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path).begin()


def test_no_byte_of_her_is_left(desk: Desk) -> None:
    """Every word is there before, in files, tables and under keys; none is after."""
    whom = filled(desk)
    before = {word: readable_with(desk.kernel, (word,)) for word in WORDS}
    assert all(before.values()), before
    assert files_with(desk.path, WORDS)
    assert tables_with(desk.path / "lance", WORDS)

    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert readable_with(desk.kernel, WORDS) == []
    assert tables_with(desk.path / "lance", WORDS) == []
    assert files_with(desk.path, WORDS) == []


def test_all_else_reads_on(desk: Desk) -> None:
    """The chain verifies, pages and packs of others read, and her decision names the erasure."""
    whom = filled(desk)
    decided = next(task.id for task in desk.tasks() if task.decision_id and is_of(task, whom))

    done = forget(desk.kernel, whom)
    finish_erasures(desk.home)

    again = replay(desk.kernel, decided)
    assert (again.outcome, again.first_difference) == (
        "unavailable",
        {"reason": "key_erased", "event": done.event_id},
    )
    assert verify_ledger(desk.home.ledger, desk.kernel.vault).ok
    assert person_view(desk.kernel, id_of(desk, KIM))["threads"]
    assert person_view(desk.kernel, whom)["name"] == "(erased)"
    assert inbox(desk.kernel) is not None
    desk.turn()
    desk.home.ledger.rebuild()
    desk.turn()
    assert readable_with(desk.kernel, WORDS) == []


def test_nothing_that_waited_reaches_her(desk: Desk) -> None:
    """Her open tasks end, with the reason, and so does what another's task would send to her."""
    whom = filled(desk)
    sent = len(desk.sent())

    done = forget(desk.kernel, whom)
    finish_erasures(desk.home)
    desk.wait(days=1)
    desk.turn()

    assert done.tasks
    assert len(desk.sent()) == sent
    ended = [task for task in desk.tasks() if is_of(task, whom)]
    assert {str(task.state) for task in ended} <= {"completed", "cancelled"}
    assert [event.data["reason"] for event in desk.events("task.cancelled")].count("erased")


def test_who_writes_again_is_somebody_new(desk: Desk) -> None:
    """A mail from the same address makes a new profile that knows only what came after."""
    whom = filled(desk)
    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    desk.receive(Mail(text="How much is the blue widget? freshword", sender=ADDRESS))

    new = id_of(desk, ADDRESS)
    assert new != whom
    assert len(person_view(desk.kernel, new)["threads"]) == 1  # type: ignore[arg-type]  # a list
    assert desk.standings()["waiting"] == 1


def test_a_contact_file_does_not_bring_her_back(desk: Desk) -> None:
    """Her line is skipped, a card says so, and goes with the line."""
    desk.write("contacts.csv", f"name,address,stage,company\n{NAME},{ADDRESS},customer,X\n")
    desk.reopen()
    forget(desk.kernel, id_of(desk, ADDRESS))
    finish_erasures(desk.home)

    desk.reopen()
    desk.reopen()

    assert [card["summary"] for card in desk.cards("notice")] == [
        "business/contacts.csv lists 1 who were forgotten; they are skipped."
    ]
    assert readable_with(desk.kernel, WORDS) == []
    desk.write("contacts.csv", "name,address,stage,company\n")
    desk.reopen()
    assert desk.cards("notice") == []


def test_twice_is_refused_with_the_certificate(desk: Desk) -> None:
    """A second time there is nothing to do; the certificate lists what went and what stays."""
    whom = filled(desk)
    done = forget(desk.kernel, whom)

    with pytest.raises(TransitionRefused, match="certificate"):
        forget(desk.kernel, whom)

    assert not certificate_of(desk.kernel, done.event_id)["is_finished"]
    finish_erasures(desk.home)
    told = certificate_of(desk.kernel, whom)
    assert told["is_finished"]
    assert "contacts" in certificate_text(told)
    assert not holds(certificate_text(told).encode(), WORDS)


def test_what_the_law_keeps_is_said_to_lie_in_own_files(desk: Desk) -> None:
    """The certificate names it with its reason; what AIOS held of it is gone like all else."""
    desk.write("operator.yaml", FILES["operator.yaml"] + KEPT)
    desk.reopen()
    whom = filled(desk)

    done = forget(desk.kernel, whom)
    finish_erasures(desk.home)

    told = certificate_of(desk.kernel, done.event_id)["excluded"]
    assert isinstance(told, list)
    (named,) = [one for one in told if isinstance(one, dict) and one["what"] == "invoices"]
    assert named["why"] == "the law, or a duty: tax law"
    assert "what AIOS holds of it goes with the person" in str(named["remedy"])
    assert readable_with(desk.kernel, WORDS) == []


def test_a_rule_that_names_her_is_said_to_stay(desk: Desk) -> None:
    """Policy is the operator's own words, unsealed: nothing but the ledger has them, as it says."""
    whom = filled(desk)
    desk.set_rules(f"\n  - id: look\n    action: mail.send\n    effect: ask\n    why: of {NAME}\n")

    done = forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert {one.removesuffix("-wal") for one in files_with(desk.path, (NAME,))} == {"ledger.db"}
    told = certificate_text(certificate_of(desk.kernel, done.event_id))
    assert "rules of your policy" in told


def is_of(task: TaskRow, whom: str) -> bool:
    return task.profile_id == whom
