"""Proves what every ledger promises of reading single columns, and of counting by them."""

from datetime import timedelta
from pathlib import Path

import pytest

from aios_defs.core.rows.house import CursorRow, LeaseRow
from aios_defs.core.rows.messages import MessageRow
from tests.contract.ledger_kit import KINDS, Kit, make_kit, received


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


def leases(kit: Kit) -> None:
    """Write four leases, in another order than that of their keys."""
    now = kit.clock.now()
    with kit.ledger.transaction(actor="operator") as unit:
        for name, owner, token, minutes in (
            ("c", "worker", 3, 3),
            ("a", "other", 1, 9),
            ("d", "worker", 2, 1),
            ("b", "worker", 2, 5),
        ):
            until = now + timedelta(minutes=minutes)
            unit.put(LeaseRow(name=name, owner=owner, token=token, until=until))


def test_one_column_is_read_by_key(kit: Kit) -> None:
    """A column comes in the order of the keys, as its own type, and may be the key itself."""
    leases(kit)
    soon = kit.clock.now() + timedelta(minutes=5)

    with kit.ledger.view() as view:
        found = (
            view.column(LeaseRow, "name"),
            view.column(LeaseRow, "token", owner="worker"),
            view.column(LeaseRow, "until", name="b"),
            view.column(LeaseRow, "name", name=()),
        )
    assert found == (["a", "b", "c", "d"], [2, 3, 2], [soon], [])


def test_rows_are_tallied_by_what_they_share(kit: Kit) -> None:
    """Each combination that occurs is counted once, None included; no column counts them all."""
    with kit.ledger.transaction(actor="operator") as unit:
        for name, mail_hash in (("m1", "b"), ("m2", None), ("m3", "b"), ("m4", None)):
            unit.append(received(name, mail_hash, kit))

        own = unit.tally(MessageRow, "mail_hash")
    leases(kit)
    with kit.ledger.view() as view:
        found = (
            view.tally(MessageRow, "state", "mail_hash"),
            view.tally(LeaseRow, "owner", token__gt=1),
            view.tally(LeaseRow, "owner", name="nobody"),
            view.tally(LeaseRow, "owner", name=()),
            view.tally(LeaseRow),
            view.tally(LeaseRow, name="nobody"),
        )
    assert own == {("b",): 2, (None,): 2}
    assert found == (
        {("received", "b"): 2, ("received", None): 2},
        {("worker",): 3},
        {},
        {},
        {(): 4},
        {},
    )


def test_a_unit_reads_its_own_columns(kit: Kit) -> None:
    """A column includes what the unit wrote before."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.put(CursorRow(name="mail", value="1"))
        unit.put(CursorRow(name="mail", value="2"))

        assert unit.column(CursorRow, "value") == ["2"]


def test_a_column_that_is_none_is_a_mistake(kit: Kit) -> None:
    """Reading or counting by what is no column is refused."""
    with kit.ledger.view() as view:
        with pytest.raises(ValueError, match="colour"):
            view.column(LeaseRow, "colour")
        with pytest.raises(ValueError, match="colour"):
            view.tally(LeaseRow, "owner", "colour")
