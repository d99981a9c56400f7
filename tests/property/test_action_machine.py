"""Proves by random lives that the action machine keeps its promises after every single step."""

from collections import Counter

from hypothesis import settings
from hypothesis.stateful import invariant, rule

from aios_defs.core.actions import OVER, ActionState
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.inbox import inbox
from aios_defs.services.views import status
from tests.property.machine import Life
from tests.property.oracle import Oracle


class GuardedLife(Life):
    """A life that an independent reader of the log watches."""

    def watch(self) -> None:
        """Begin to read."""
        self.oracle = Oracle()
        self.effects: Counter[str] = Counter()

    @invariant()
    def everything_holds(self) -> None:
        """Check what must hold after every step, the log first."""
        self._what_started_was_allowed()
        self._effects_are_single_and_authorised()
        self._a_committed_action_has_its_effect()
        self._nothing_hangs_on_the_wire()
        self._standings_add_up()
        self._what_waits_can_be_seen()

    def _what_started_was_allowed(self) -> None:
        with self.shop.kernel.ledger.view() as view:
            self.oracle.read(view.events(after=self.oracle.position), self.needed)

        assert self.oracle.violations == []

    def _effects_are_single_and_authorised(self) -> None:
        for effect in self.shop.connector.server.effects()[self.effects.total() :]:
            self.effects[str(effect["key"])] += 1
            action_id = self.oracle.keys[str(effect["key"])]
            assert self.effects[str(effect["key"])] == 1
            assert self.oracle.started[action_id] > 0
            assert effect["arguments"] == self._plain(action_id)

    def _plain(self, action_id: str) -> object:
        with self.shop.kernel.ledger.view() as view:
            action = view.get(ActionRow, action_id)
        assert action is not None
        arguments = self.shop.kernel.open_json(action.arguments)
        assert canonical_bytes(arguments)
        return arguments

    def _a_committed_action_has_its_effect(self) -> None:
        committed = [one for one in self.actions() if one.state is ActionState.COMMITTED]

        assert [one.id for one in committed if not self.effects[one.key]] == []

    def _nothing_hangs_on_the_wire(self) -> None:
        held = [one for one in self.actions() if one.state is ActionState.COMMITTING]

        assert all(one.lease_until is not None and one.worker for one in held)

    def _standings_add_up(self) -> None:
        counts = status(self.shop.kernel)["messages"]
        assert isinstance(counts, dict)
        with self.shop.kernel.ledger.view() as view:
            messages = view.count(MessageRow, folder="inbox")

        received = counts.pop("received")
        assert received == messages == self.shop.connector.count()
        assert sum(int(str(one)) for one in counts.values()) == messages

    def _what_waits_can_be_seen(self) -> None:
        """A task that waits has work under way, or a card: it is never forgotten."""
        cards = {str(card["id"]) for card in inbox(self.shop.kernel)}
        with self.shop.kernel.ledger.view() as view:
            for task in view.select(TaskRow, state=TaskState.WAITING):
                actions = view.select(ActionRow, task_id=task.id)
                questions = view.select(QuestionRow, task_id=task.id, state="open")
                is_moving = any(one.state not in OVER for one in actions)
                shown = {one.id for one in (*actions, *questions)} & cards
                assert is_moving or shown, f"task {task.id} is stuck: {actions}"

    @rule()
    def settle(self) -> None:
        """After a sweep behind every lease, nothing is on its way any more."""
        self.change(("jump", 61))
        self.sweep()
        self.sweep()

        states = {one.state for one in self.actions()}
        assert not states & {ActionState.COMMITTING, ActionState.UNCERTAIN}


TestActionMachine = GuardedLife.TestCase
TestActionMachine.settings = settings(max_examples=80, stateful_step_count=40)
