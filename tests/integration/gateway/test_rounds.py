"""Proves that the gateway takes mail in by itself and looks for what is missing."""

from aios_defs.core.rows.telling import PulseRow
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.gateway.rounds import intake, look_once, watch
from aios_defs.services.pause import pause, resume
from aios_defs.services.pulse import GATEWAY
from tests.integration.desk import Desk, Mail
from tests.patience import PATIENCE, eventually

QUESTION = "How much is the blue widget?"


def test_what_came_is_taken_in_and_answered(desk: Desk) -> None:
    """Mail in the store is taken in without anybody asking, decided and answered."""
    desk.deliver(Mail(text=QUESTION))
    rounds = intake(desk.kernel, InteractiveLane(desk.kernel).run)

    rounds.start()
    assert eventually(lambda: bool(desk.sent()))

    assert rounds.stop(PATIENCE)
    assert len(desk.messages()) == 1


def test_nothing_new_runs_nothing(desk: Desk) -> None:
    """A look at a store without news leads to no run and no event."""
    desk.receive(Mail(text=QUESTION))
    asked: list[str] = []

    look_once(desk.kernel, lambda name: asked.append(name) or {})

    assert asked == []


def test_a_paused_workflow_is_looked_at_after_its_pause(desk: Desk) -> None:
    """The brake holds taking in as well; what came meanwhile is taken in afterwards."""
    lane = InteractiveLane(desk.kernel)
    desk.deliver(Mail(text=QUESTION))
    pause(desk.kernel, "workflow:support")

    look_once(desk.kernel, lane.run)
    before = len(desk.messages())
    resume(desk.kernel, "workflow:support")
    look_once(desk.kernel, lane.run)

    assert (before, len(desk.messages())) == (0, 1)


def test_a_store_that_cannot_be_read_is_told_and_forgotten(desk: Desk) -> None:
    """A broken store is told once; a look at one that works again ends the card."""
    lane = InteractiveLane(desk.kernel)
    inbox = desk.path / "mail/inbox"
    inbox.rename(desk.path / "mail/away")
    inbox.write_text("no folder")

    look_once(desk.kernel, lane.run)
    look_once(desk.kernel, lane.run)
    cards = desk.cards("notice")
    inbox.unlink()
    (desk.path / "mail/away").rename(inbox)
    look_once(desk.kernel, lane.run)

    assert ["can't be read" in str(card["summary"]) for card in cards] == [True]
    assert desk.cards("notice") == []


def test_the_gateway_gives_signs_of_life(desk: Desk) -> None:
    """Whoever looks can tell that its threads go on."""
    rounds = watch(desk.kernel)

    rounds.start()

    def pulse() -> PulseRow | None:
        with desk.kernel.ledger.view() as view:
            return view.get(PulseRow, GATEWAY)

    assert eventually(lambda: pulse() is not None)
    assert rounds.stop(PATIENCE)
