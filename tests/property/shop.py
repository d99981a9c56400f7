"""Owns a whole kernel for property tests: one workflow, two customers, one fake connector.

The customer KNOWN is the operator's contact; the other is a stranger, whose mail is tainted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from aios_defs.core.business import Business, Contact, Operator, Workflow
from aios_defs.core.policy.in_force import InForce
from aios_defs.core.ports import Ledger
from aios_defs.core.sensitivity import Lexicon
from aios_defs.services.kernel import Kernel
from aios_defs.services.receive import take_in
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home, trust
from resources.store.ledger import SqlLedger
from resources.testing.connectors import (
    FakeConfig,
    FakeConnector,
    NaturalKeyConnector,
    NoneConnector,
    PreconditionConnector,
    ServerKeyConnector,
    VerifyOnlyConnector,
)
from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.testing.fixed_workers import FixedWorkers
from resources.testing.memory_ledger import MemoryLedger
from resources.testing.memory_vault import MemoryVault
from resources.testing.recording_points import RecordingPoints
from resources.testing.scripted_agent import ScriptedAgent, reply_script

KNOWN, STRANGER, OPERATOR = "kim@a.example", "someone@b.example", "fake@example.test"
CUSTOMERS = (KNOWN, STRANGER)
STRATEGIES: dict[str, type[FakeConnector]] = {
    one.strategy: one
    for one in (
        NaturalKeyConnector,
        NoneConnector,
        PreconditionConnector,
        ServerKeyConnector,
        VerifyOnlyConnector,
    )
}


def _rules(*rules: str) -> str:
    lines = "".join(f"  - {{{rule}}}\n" for rule in rules)
    return f"version: 1\nrules:\n{lines}"


MODES = {
    "allow": _rules("id: go, action: fake.send, effect: allow"),
    "window": _rules("id: wait, action: fake.send, effect: allow_after, undo: 30s"),
    "ask": _rules("id: look, action: fake.send, effect: ask"),
    "ask more": _rules(
        "id: look, action: fake.send, effect: ask", "id: again, action: '*', effect: ask"
    ),
    "deny": _rules("id: never, action: fake.send, effect: deny"),
    "safe": "this is no policy",
}
ASKING: dict[str, frozenset[str]] = {
    "allow": frozenset(),
    "window": frozenset(),
    "ask": frozenset({"look"}),
    "ask more": frozenset({"look", "again"}),
}
"""The rules of each mode that an approval must have shown; a mode that is missing lets nothing."""


def _business() -> Business:
    workflow = Workflow(
        name="answers",
        intent="Answer what comes in.",
        agent="scripted",
        connector="outside",
        operations=("fake.send",),
        undo_seconds=10,
        approval_hours=1,
    )
    return Business(
        operator=Operator(name="Pat", business="Shop", signature="Pat"),
        workflows=(workflow,),
        contacts=(Contact(name="Kim", address=KNOWN),),
        connectors={"outside": {"since": "2020-01-01T00:00:00+00:00"}},
    )


@dataclass(slots=True)
class Shop:
    """A kernel over a fake outside at `path`, with all that a test may turn.

    `reaction` is called at each named point of the way.
    """

    path: Path
    strategy: str = "natural_key"
    is_sql: bool = False
    clock: FixedClock = field(default_factory=FixedClock)
    workers: FixedWorkers = field(default_factory=FixedWorkers)
    reaction: Callable[[str], None] | None = None
    connector: FakeConnector = field(init=False)
    kernel: Kernel = field(init=False)
    _mails: int = 0

    def __post_init__(self) -> None:
        """Build the kernel and let its connector write."""
        vault, ids, points = MemoryVault(), FixedIds(), RecordingPoints(self._react)
        self.connector = STRATEGIES[self.strategy](
            FakeConfig(path="outside"), self.path, points=points
        )
        self.kernel = Kernel(
            ledger=self._ledger(vault, ids),
            vault=vault,
            clock=self.clock,
            ids=ids,
            points=points,
            connectors={"outside": self.connector},
            agents={"scripted": ScriptedAgent(reply_script())},
            business=_business(),
            policy=InForce(lambda: MODES["allow"]),
            lexicon=Lexicon(),
            workers=self.workers,
        )
        begin_home(self.kernel, is_demo=False, version="test")
        apply_business(self.kernel)
        trust(self.kernel, "outside", timedelta(days=2))

    def _ledger(self, vault: MemoryVault, ids: FixedIds) -> Ledger:
        if not self.is_sql:
            return MemoryLedger(vault=vault, clock=self.clock, ids=ids)
        return SqlLedger.open(
            f"sqlite:///{self.path / 'ledger.db'}",
            vault=vault,
            clock=self.clock,
            ids=ids,
            blob_dir=self.path / "blobs",
        )

    def set_mode(self, mode: str) -> None:
        """Put the rules of a mode in force."""
        self.kernel = replace(self.kernel, policy=InForce(lambda: MODES[mode]))

    def deliver(self, sender: str, thread: int, *, to: str = OPERATOR) -> None:
        """Let someone write in one of the threads of a customer, and take it in."""
        self._mails += 1
        customer = to if sender == OPERATOR else sender
        raw = (
            f"From: {sender}\r\nTo: {to}\r\nSubject: A question\r\n"
            f"Message-ID: <mail-{self._mails}@x.example>\r\n"
            f"References: <thread-{thread}-{customer}>\r\n\r\nNumber {self._mails}.\r\n"
        )
        folder = "sent" if sender == OPERATOR else "inbox"
        self.connector.server.deliver(raw.encode(), folder)
        take_in(self.kernel, "outside")

    def plan(self, fault: str) -> None:
        """Let the next commit meet a fault of the connector."""
        used = int(getattr(self.connector.config, fault))
        self.connector.config = self.connector.config.model_copy(update={fault: used + 1})

    def _react(self, point: str) -> None:
        if self.reaction is not None:
            self.reaction(point)
