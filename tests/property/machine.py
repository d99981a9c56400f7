"""Owns random lives of a shop: commands of customers, operator, workers and time, and faults."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import AiosError
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import ConnectorRow, PauseRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.approve import approve, edit_and_approve, reject, undo
from aios_defs.services.commit import commit_action
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.pause import pause, resume
from aios_defs.services.reconcile import resolve
from aios_defs.services.recover import retry, skip
from aios_defs.services.sweep import clean_up, commit_due
from aios_defs.services.trust import suspend, trust
from tests.property.shop import ASKING, CUSTOMERS, OPERATOR, STRATEGIES, Shop

POINTS = (
    "commit.claiming",
    "commit.started",
    "fake.ready",
    "commit.fenced",
    "fake.taken",
    "fake.answered",
    "commit.answered",
    "commit.recorded",
)
RACED = tuple(one for one in POINTS if one != "fake.taken")
"""At `fake.taken` the fake server holds its own lock: another request waits, as at a real one."""
SCOPES = ("all", "workflow:answers", "connector:outside", "agent:scripted")
WEATHER: tuple[tuple[str, str | int], ...] = (
    *(("mode", one) for one in ("ask more", "deny", "window", "safe", "allow", "ask")),
    *(("jump", one) for one in (3700, 61, 400, 11, -30, -7200)),
    *(("pause", one) for one in SCOPES),
    *(("trust", one) for one in (0, 1, 48)),
    ("resume", ""),
)

OBSTACLES: tuple[tuple[str, str | int], ...] = (
    ("mode", "ask more"),
    ("mode", "deny"),
    ("mode", "safe"),
    ("jump", 3700),
    ("pause", "all"),
    ("trust", 0),
)


class KilledError(BaseException):
    """Stands for a kill: nothing in the product catches it."""


class Life(RuleBasedStateMachine):
    """Commands only; what must hold after each of them is a subclass's matter."""

    is_sql = False

    @initialize(strategy=st.sampled_from(sorted(STRATEGIES)))
    def begin(self, strategy: str) -> None:
        """Open a shop over a fake of one strategy."""
        self.folder = Path(tempfile.mkdtemp(prefix="aios-life-"))
        self.shop = Shop(self.folder, strategy=strategy, is_sql=self.is_sql)
        self.mode = "ask"
        self.shop.set_mode(self.mode)
        self.lives = 0
        self.watch()
        for customer in CUSTOMERS:
            self.write(customer, 0, is_decided=True)

    def watch(self) -> None:
        """Do nothing; a subclass prepares what it checks."""

    def teardown(self) -> None:
        """Remove the shop's folder."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder, ignore_errors=True)

    @rule(sender=st.sampled_from(CUSTOMERS), thread=st.integers(0, 5), is_decided=st.booleans())
    def write(self, sender: str, thread: int, is_decided: bool) -> None:  # noqa: FBT001 - drawn
        """A customer writes in one of their threads; it may be decided at once."""
        self.shop.deliver(sender, thread)
        if is_decided:
            self.decide()

    @rule(to=st.sampled_from(CUSTOMERS), thread=st.integers(0, 5))
    def answer_by_hand(self, to: str, thread: int) -> None:
        """The operator answers from elsewhere."""
        self.shop.deliver(OPERATOR, thread, to=to)

    @rule()
    def decide(self) -> None:
        """The agents decide all that waits."""
        for task_id in decidable_tasks(self.shop.kernel, "answers"):
            decide_task(self.shop.kernel, task_id)

    @rule(is_committed=st.booleans())
    def approve_all(self, is_committed: bool) -> None:  # noqa: FBT001 - drawn by name
        """The operator approves whatever waits, and lets it go at once or leaves it ready."""
        for _ in self.actions():
            self._try(0, lambda one: approve(self.shop.kernel, one, window=0), asked=True)
        if is_committed:
            commit_due(self.shop.kernel)

    @rule(pick=st.integers(0, 9), window=st.sampled_from([None, 0]))
    def approve(self, pick: int, window: int | None) -> None:
        """The operator approves a decision that waits."""
        self._try(pick, lambda one: approve(self.shop.kernel, one, window=window), asked=True)

    @rule(pick=st.integers(0, 9), body=st.sampled_from(["Yes.", "No.", "See you."]))
    def edit(self, pick: int, body: str) -> None:
        """The operator edits and approves."""
        kernel = self.shop.kernel
        self._try(pick, lambda one: edit_and_approve(kernel, one, {"body": body}), asked=True)

    @rule(pick=st.integers(0, 9), verb=st.sampled_from([reject, undo, skip, retry]))
    def answer(self, pick: int, verb: Callable[..., object]) -> None:
        """The operator rejects, undoes, skips or retries anything."""
        self._try(pick, lambda one: verb(self.shop.kernel, one))

    @rule(pick=st.integers(0, 9), is_cancelled=st.booleans())
    def resolve(self, pick: int, is_cancelled: bool) -> None:  # noqa: FBT001 - drawn by name
        """The operator looks outside and says the truth about a parked action."""

        def settle(one: str) -> None:
            with self.shop.kernel.ledger.view() as view:
                row = view.get(ActionRow, one)
            assert row is not None
            is_sent = bool(self.shop.connector.server.effects(row.key))
            resolve(
                self.shop.kernel,
                one,
                "sent" if is_sent else "cancel" if is_cancelled else "not_sent",
            )

        self._try(pick, settle)

    @rule(pick=st.integers(0, 9), force=st.booleans())
    def commit(self, pick: int, force: bool) -> None:  # noqa: FBT001 - drawn by name
        """A worker commits one action."""
        self._try(pick, lambda one: commit_action(self.shop.kernel, one, force=force))

    @rule(point=st.sampled_from(POINTS), is_noticed=st.booleans(), is_approved=st.booleans())
    def die(self, point: str, is_noticed: bool, is_approved: bool) -> None:  # noqa: FBT001 - drawn
        """A worker is killed on its way; with luck the others see that it is gone."""
        if is_approved:
            self._good_day()

        def react(reached: str) -> None:
            if reached == point:
                raise KilledError

        self.shop.reaction = react
        try:
            commit_due(self.shop.kernel)
        except KilledError:
            if is_noticed:
                self.shop.workers.kill(self.shop.workers.me)
            self.lives += 1
            self.shop.workers.become(f"worker-{self.lives}")
        finally:
            self.shop.reaction = None

    @rule(
        point=st.sampled_from(POINTS), seconds=st.sampled_from([0, 61]), is_approved=st.booleans()
    )
    def race(self, point: str, seconds: int, is_approved: bool) -> None:  # noqa: FBT001 - drawn
        """While a worker is on its way, for long or not, another one sweeps and commits."""
        if is_approved:
            self._good_day()
        me = self.shop.workers.me

        def react(reached: str) -> None:
            if reached != point:
                return
            self.shop.reaction = None
            self.shop.workers.become("worker-other")
            self.shop.clock.advance(timedelta(seconds=seconds))
            self._sweep()
            self.shop.workers.become(me)

        self.shop.reaction = react
        commit_due(self.shop.kernel)
        self.shop.reaction = None

    @rule(name=st.sampled_from(["fail_before", "commit_then_fail", "uncertain"]))
    def fault(self, name: str) -> None:
        """The connector fails in one way, now or the next time."""
        self.shop.plan(name)
        commit_due(self.shop.kernel)

    @rule()
    def sweep(self) -> None:
        """One turn of cleaning up and committing."""
        self._sweep()

    @rule(weather=st.sampled_from(WEATHER))
    def change(self, weather: tuple[str, str | int]) -> None:
        """Time passes or goes back, rules change, a scope is stopped, trust is given or taken."""
        kind, value = weather
        if kind == "jump":
            self.shop.clock.advance(timedelta(seconds=int(value)))
        elif kind == "mode":
            self.mode = str(value)
            self.shop.set_mode(self.mode)
        elif kind == "pause":
            pause(self.shop.kernel, str(value))
        elif kind == "resume":
            self._resume()
        elif value:
            trust(self.shop.kernel, "outside", timedelta(hours=int(value)))
        else:
            suspend(self.shop.kernel, "outside", "for now")

    @rule(weather=st.sampled_from(OBSTACLES))
    def commit_after(self, weather: tuple[str, str | int]) -> None:
        """On a good day all was approved; then the world changed, and a worker came."""
        self._good_day()
        self.change(weather)
        commit_due(self.shop.kernel)

    def _good_day(self) -> None:
        """Let nothing stand in the way: decide all that waits, and approve it."""
        self._resume()
        self.change(("mode", "ask"))
        self.change(("trust", 48))
        clean_up(self.shop.kernel)
        self.decide()
        self.approve_all(is_committed=False)

    def _resume(self) -> None:
        for scope in SCOPES:
            resume(self.shop.kernel, scope)

    def _sweep(self) -> None:
        clean_up(self.shop.kernel)
        commit_due(self.shop.kernel)

    def _try(self, pick: int, command: Callable[[str], object], *, asked: bool = False) -> None:
        actions = self.actions()
        if asked:
            actions = [one for one in actions if one.state is ActionState.AWAITING_APPROVAL]
        if not actions:
            return
        try:
            command(actions[pick % len(actions)].id)
        except AiosError:
            return

    def actions(self) -> list[ActionRow]:
        """Return every action, the latest first."""
        with self.shop.kernel.ledger.view() as view:
            return view.select(ActionRow, order="-created_at")

    def needed(self, action_id: str, at: datetime) -> frozenset[str] | None:
        """Return the rules that ask about an action then; None when nothing may start."""
        kernel = self.shop.kernel
        with kernel.ledger.view() as view:
            trusted = view.get(ConnectorRow, "outside")
            is_paused = bool(view.count(PauseRow))
            action = view.get(ActionRow, action_id)
            assert action is not None
            task = view.get(TaskRow, action.task_id)
            assert task is not None
            (identity,) = view.select(IdentityRow, profile_id=task.profile_id)
        assert trusted is not None
        until = trusted.trusted_until
        is_trusted = not trusted.suspended and until is not None and until > at
        if is_paused or not is_trusted or self.mode not in ASKING:
            return None
        asking = set(ASKING[self.mode])
        asking |= {"builtin:taint"} if identity.basis == "inbound" else set()
        asking |= {"builtin:strategy"} if self.shop.strategy == "none" else set()
        return frozenset(asking)
