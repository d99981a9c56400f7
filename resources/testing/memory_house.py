"""Owns a kernel that lives in memory and only learns: for tests and measurements of facts."""

from aios_defs.core.business import Business, Operator
from aios_defs.core.envelope import Draft
from aios_defs.core.events.profiles import ProfileCreated
from aios_defs.core.policy.in_force import InForce
from aios_defs.core.sensitivity import Lexicon
from aios_defs.services.kernel import Kernel
from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.testing.fixed_workers import FixedWorkers
from resources.testing.memory_ledger import MemoryLedger
from resources.testing.memory_vault import MemoryVault
from resources.testing.recording_points import RecordingPoints

_POLICY = "version: 1\nrules: []\n"


def memory_house(clock: FixedClock) -> Kernel:
    """Return a kernel without connectors or agents, over a ledger in memory."""
    vault, ids = MemoryVault(), FixedIds()
    return Kernel(
        ledger=MemoryLedger(vault=vault, clock=clock, ids=ids),
        vault=vault,
        clock=clock,
        ids=ids,
        points=RecordingPoints(),
        connectors={},
        agents={},
        business=Business(operator=Operator(name="Pat", business="House", signature="Pat")),
        policy=InForce(lambda: _POLICY),
        lexicon=Lexicon(),
        workers=FixedWorkers(),
    )


def make_profile(kernel: Kernel, name: str) -> str:
    """Create a person; returns the id of their profile."""
    with kernel.ledger.transaction(actor="operator") as tx:
        ref = tx.draw_ref()
        created = ProfileCreated(
            profile_id=kernel.ids.new(),
            subject_ref=ref,
            kind="person",
            stage="customer",
            name=kernel.vault.seal(ref, name),
            identities=(),
            origin="operator",
        )
        stream = f"profile-{created.profile_id}"
        tx.append(Draft(stream=stream, data=created, correlation_id=created.profile_id))
        return created.profile_id
