"""Proves what every ledger promises of data it does not know, of old versions, and of numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.events import registry
from aios_defs.core.events.registry import EventData, UnknownEvent, event, parse_event, upcaster
from aios_defs.core.model import JsonObject
from aios_defs.core.projections import fold
from aios_defs.core.projections.fold import Rows, reduces
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.verify import verify_ledger
from tests.contract.ledger_kit import KINDS, Kit, draft, log, make_kit


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


@pytest.fixture
def two_versions() -> Iterator[None]:
    """A type whose first version is lifted to a second, for one test."""

    @event("probe.noted.v2")
    class ProbeNoted(EventData):
        words: tuple[str, ...]

    @upcaster("probe.noted.v1")
    def lift(data: JsonObject) -> tuple[str, JsonObject]:
        return "probe.noted.v2", {"words": [*str(data["text"]).split()]}

    @reduces(ProbeNoted)
    def noted(_env: object, data: ProbeNoted, rows: Rows) -> None:
        for word in data.words:
            rows.put(PauseRow(scope=word, position=0, reason=str(len(data.words))))

    assert lift is not None
    assert noted is not None
    yield
    del registry._CLASSES["probe.noted.v2"]
    del registry._UPCASTERS["probe.noted.v1"]
    del fold._REDUCERS[ProbeNoted]


def test_unknown_types_are_kept_word_for_word(kit: Kit) -> None:
    """An event of a type nobody knows is stored, read back and folded into nothing."""
    data: JsonObject = {"deep": {"list": [1, None, "ü"]}}
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(draft(UnknownEvent(original_type="later.thing.v7", data=data)))

    rebuilt = kit.ledger.rebuild()

    with kit.ledger.view() as view:
        (stored,) = log(view)
    assert (stored.type, stored.data, rebuilt) == ("later.thing.v7", data, 1)
    assert parse_event(stored.type, stored.data) == UnknownEvent(
        original_type="later.thing.v7", data=data
    )


@pytest.mark.usefixtures("two_versions")
def test_an_old_version_is_lifted_when_it_is_folded_anew(kit: Kit) -> None:
    """An upcaster turns stored data of version 1 into what the reducer of version 2 reads."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(draft(UnknownEvent(original_type="probe.noted.v1", data={"text": "to be"})))

    kit.ledger.rebuild()

    with kit.ledger.view() as view:
        assert [(one.scope, one.reason) for one in view.select(PauseRow)] == [
            ("be", "2"),
            ("to", "2"),
        ]
        assert log(view)[0].type == "probe.noted.v1"


@pytest.mark.parametrize("number", [1.0, 0.1, 1e16, 1e300, 2**53, -(2**80), 10**400])
def test_numbers_of_any_size_verify_later(kit: Kit, number: float) -> None:
    """What JSON readers would change (large and whole numbers) is stored so that its hash holds."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(draft(UnknownEvent(original_type="x.y.v1", data={"number": number})))

    report = verify_ledger(kit.ledger, kit.vault)

    assert report.ok, report.finding
