"""Proves what an agent sees of a conversation that is longer than a pack."""

from pathlib import Path

import pytest

from aios_defs.core.decision import ContextPack
from aios_defs.core.errors import KeyErased
from aios_defs.services.context import build_pack
from aios_defs.services.erasure.forget import forget
from aios_defs.services.hot_memory import RECENT_TURNS, Asked, hot_memory
from resources.erasing import finish_erasures
from tests.integration.desk import Desk, Mail


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with a conversation of five mails more than an agent sees."""
    desk = Desk(path=tmp_path).begin()
    names = [f"mail-{number}@company.example" for number in range(RECENT_TURNS + 5)]
    for number, name in enumerate(names):
        desk.deliver(Mail(text=f"Part {number}", identity=name, answers=tuple(names[:number])))
        desk.take()
    return desk


def pack_of(desk: Desk) -> ContextPack:
    with desk.kernel.ledger.view() as view:
        return build_pack(desk.kernel, view, desk.task(), "support")


def test_an_agent_sees_the_latest_turns_in_order(desk: Desk) -> None:
    """Of a long conversation the last turns are shown, oldest first."""
    texts = [one.text.strip() for one in pack_of(desk).items if one.kind == "message"]

    assert texts == [f"Part {number}" for number in range(5, RECENT_TURNS + 5)]


def test_a_turn_that_is_not_shown_is_not_read(desk: Desk) -> None:
    """An old mail whose text is gone keeps nobody from answering the latest one."""
    oldest = desk.messages()[0]
    desk.kernel.vault.destroy(oldest.raw.subject_ref, "an-event")

    pack = pack_of(desk)

    assert sum(one.kind == "message" for one in pack.items) == RECENT_TURNS


def test_who_was_forgotten_is_not_at_hand_where_their_mails_were_read(desk: Desk) -> None:
    """A process that has read their turns before reads them no more."""
    asked = Asked(subjects=(desk.task().profile_id,))
    with desk.kernel.ledger.view() as view:
        before = hot_memory(desk.kernel, view, asked, 24_000)

    forget(desk.kernel, asked.subjects[0])
    finish_erasures(desk.home)

    assert before.turns
    with desk.kernel.ledger.view() as view, pytest.raises(KeyErased):
        hot_memory(desk.kernel, view, asked, 24_000)
