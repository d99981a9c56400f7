"""Proves which of somebody's addresses an agent is told: the one that is believed most firmly."""

import pytest

from aios_defs.core.envelope import Draft
from aios_defs.core.events.profiles import Basis, ProfileIdentified
from aios_defs.services.context import build_pack
from aios_defs.services.identity import forms
from tests.integration.desk import KIM, STRANGER, Desk, Mail
from tests.integration.memory_files import who


def identify(desk: Desk, profile_id: str, address: str, basis: Basis) -> None:
    identity = forms.address(address)
    assert identity is not None
    with desk.kernel.ledger.transaction(actor="operator") as tx:
        ref = who(desk, profile_id).subject_ref
        record = identity.record(desk.kernel, ref, basis)
        data = ProfileIdentified(profile_id=profile_id, identities=(record,))
        tx.append(Draft(stream=f"profile-{profile_id}", data=data, correlation_id=profile_id))


def told_address(desk: Desk) -> object:
    with desk.kernel.ledger.view() as view:
        pack = build_pack(desk.kernel, view, desk.task(), "support")
    return pack.of_kind("profile")[0].data["address"]


def test_an_address_of_yours_comes_before_one_that_was_claimed(desk: Desk) -> None:
    """An address that only wrote to us is not told while the operator's own word knows another."""
    for number in range(20):  # addresses are listed in an order of chance
        identify(desk, who(desk, KIM).id, f"kim{number}@claimed.example", "inbound")

    desk.receive(Mail(text="How much is the blue widget?"))

    assert told_address(desk) == KIM


@pytest.mark.parametrize("basis", ["operator", "written_to"])
def test_whatever_is_firmer_than_claimed_is_told(desk: Desk, basis: Basis) -> None:
    """Of a stranger's addresses the one that the operator wrote to, or vouched for, is told."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))

    identify(desk, who(desk, STRANGER).id, "firm@elsewhere.example", basis)

    assert told_address(desk) == "firm@elsewhere.example"
