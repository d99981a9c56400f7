"""Proves that what is told to the operator, and kept of it, holds no text of anybody."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.events.system import NoticeKind
from aios_defs.services.deliveries import Messengers
from aios_defs.services.digest import make_digest
from aios_defs.services.notices import raise_notice
from aios_defs.services.telling import tell_digest, tell_due
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.desk import ASK_FIRST, Desk, Mail

EVENTS = ("digest.made", "telling.made", "telling.started", "telling.failed", "operator.told")
KINDS: tuple[NoticeKind, ...] = ("connector", "count", "run_failure", "deadline", "cadence")
WORDS = st.text("qxzjkQXZJK", min_size=8, max_size=20)


@settings(max_examples=12, deadline=None)
@given(words=st.tuples(WORDS, WORDS, WORDS), kind=st.sampled_from(KINDS))
def test_no_planted_word_is_told(words: tuple[str, str, str], kind: NoticeKind) -> None:
    """Names, addresses, subjects, texts and the words of cards never reach a channel or an event.

    Planted are a sender, a subject, a body, what a card is about, and what it says.
    """
    sender, subject, said = words
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder)).begin()
        desk.set_rules(ASK_FIRST)
        fake = RecordingMessenger(fail_after=1)
        messengers = Messengers(channels=(fake,), console=lambda: "https://console.example")
        _live_through(desk, sender, subject, said)
        raise_notice(desk.kernel, kind, sender, f"{said} is wrong.", f"Ask {sender}.")

        for _ in range(3):
            desk.wait(hours=8)
            tell_due(desk.kernel, messengers)
        tell_digest(desk.kernel, messengers, make_digest(desk.kernel))
        tell_due(desk.kernel, messengers)

        told = [one.model_dump_json() for one in fake.told]
        kept = [json.dumps(one.data) for one in desk.events(*EVENTS)]
        desk.home.ledger.close()
    shown = "\n".join((*told, *kept)).casefold()
    assert len(told) >= 2
    assert not [one for one in words if one.casefold() in shown]
    assert all(one.title.isascii() for one in fake.told)


def _live_through(desk: Desk, sender: str, subject: str, said: str) -> None:
    address = f"{sender}@{said}.example".lower()
    desk.receive(Mail(text="How much is the blue widget?", subject=subject))
    desk.receive(Mail(text=f"What is {said}?", subject=subject, sender=address))
    desk.put(b"\xff" + said.encode() * 3)
    desk.turn()
