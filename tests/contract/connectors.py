"""Owns the contract suite of connectors: what every one of them promises, ours or an operator's.

Subclass ConnectorContract in a test module, return a Rig from the fixture `rig`, and run pytest:

    class TestMine(ConnectorContract):
        @pytest.fixture
        def rig(self, tmp_path): return MyRig(tmp_path)
"""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from aios_defs.core.connector import (
    CommitRequest,
    Connector,
    Operation,
    Receipt,
    Reversibility,
    Strategy,
)
from aios_defs.core.errors import (
    ConfigurationInvalid,
    FenceLost,
    OutsideFailed,
    OutsideUncertain,
)
from aios_defs.core.model import JsonObject
from resources.connectors.loader import load_connectors
from resources.points import NoPoints
from tests.contract.connector_rig import (
    AT,
    KEY,
    OTHER_KEY,
    Fence,
    Rig,
    is_accounted_for,
    opened,
    race,
)

LOOKED_UP = (Strategy.PRECONDITION, Strategy.SERVER_KEY, Strategy.NATURAL_KEY)


class ConnectorContract:
    """The promises of the protocol, each one test."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Rig:
        raise NotImplementedError("return the rig of your connector")

    @pytest.fixture
    def connector(self, rig: Rig) -> Connector:
        return opened(rig)

    @pytest.fixture
    def operation(self, connector: Connector) -> Operation:
        return connector.describe().operations[0]

    def request_of(self, rig: Rig, operation: Operation, *, text: str = "one") -> CommitRequest:
        arguments = rig.arguments(text)
        return CommitRequest(operation=operation.name, key=KEY, arguments=arguments, at=AT)

    def test_description_is_constant(self, rig: Rig, connector: Connector) -> None:
        """A connector describes itself alike each time, and its operations have distinct names."""
        description = connector.describe()

        assert description == connector.describe() == opened(rig).describe()
        names = [one.name for one in description.operations]
        assert len(names) == len(set(names))
        assert all(description.operation(name) is not None for name in names)

    def test_unknown_key_names_nearest(self, rig: Rig) -> None:
        """An unknown configuration key is an error that names it and leaves nothing behind."""
        entry: JsonObject = {**rig.entry(), "knid": "x"}

        with pytest.raises(ConfigurationInvalid, match="`knid`"):
            load_connectors({"outside": entry}, rig.home, points=NoPoints())

    def test_building_opens_nothing(self, rig: Rig) -> None:
        """Building a connector touches no file under the home."""
        before = sorted(rig.home.rglob("*"))

        opened(rig)

        assert sorted(rig.home.rglob("*")) == before

    def test_arguments_are_typed(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """Each operation has an arguments model that takes valid arguments and no unknown one."""
        model = connector.arguments_model(operation.name)
        model.model_validate(rig.arguments("one"))

        with pytest.raises(ValidationError):
            model.model_validate({**rig.arguments("one"), "no_such_argument": 1})
        with pytest.raises(KeyError):
            connector.arguments_model("no.such.operation")

    def test_named_arguments_exist(self, connector: Connector) -> None:
        """Every argument that an operation names as sink, amount or content is in its model."""
        for one in connector.describe().operations:
            known = set(connector.arguments_model(one.name).model_fields)

            assert {*one.recipients, *one.payees, *one.links, *one.amounts, *one.content} <= known

    def test_find_has_no_effect(self, rig: Rig, connector: Connector, operation: Operation) -> None:
        """A look-up of a key that was never used finds nothing and leaves nothing."""
        answers = {connector.find(operation.name, KEY).answer for _ in range(2)}

        assert answers <= {"absent", "unknown"}
        assert rig.effects(KEY) == 0

    def test_commit_has_one_effect_and_is_found(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """A commit has one effect; afterwards it is found with the same receipt, if it can be."""
        receipt = connector.commit(self.request_of(rig, operation), Fence())

        assert rig.effects(KEY) == 1
        finding = opened(rig).find(operation.name, KEY)
        expected = "unknown" if operation.strategy is Strategy.NONE else "found"
        assert finding.answer == expected
        assert finding.receipt in (receipt, None)
        assert connector.find(operation.name, OTHER_KEY).answer != "found"

    def test_same_key_twice_is_one_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """A second attempt, later and by another process's connector, repeats only the receipt."""
        if operation.strategy is Strategy.NONE:
            pytest.skip("a person confirms each attempt of this strategy")
        request = self.request_of(rig, operation)
        first = connector.commit(request, Fence())

        later = request.model_copy(update={"at": AT + timedelta(hours=2)})
        second = opened(rig).commit(later, Fence())

        assert second == first
        assert rig.effects(KEY) == 1

    def test_same_key_with_other_content_is_refused(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """A key that stands for another content is refused for good, without an effect."""
        if operation.strategy is Strategy.NONE:
            pytest.skip("a person confirms each attempt of this strategy")
        connector.commit(self.request_of(rig, operation), Fence())

        with pytest.raises(OutsideFailed) as refused:
            connector.commit(self.request_of(rig, operation, text="two"), Fence())

        assert refused.value.fields["retryable"] is False
        assert rig.effects(KEY) == 1

    def test_other_key_is_another_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """The same content under another key is an effect of its own."""
        request = self.request_of(rig, operation)
        first = connector.commit(request, Fence())

        second = connector.commit(request.model_copy(update={"key": OTHER_KEY}), Fence())

        assert second != first
        assert (rig.effects(KEY), rig.effects(OTHER_KEY)) == (1, 1)

    def test_fence_stands_before_the_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """The fence is called, and never after the effect."""
        fence = Fence(effects=lambda: rig.effects(KEY))

        connector.commit(self.request_of(rig, operation), fence)

        assert fence.seen
        assert set(fence.seen) == {0}

    def test_lost_fence_means_no_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """A worker whose lease was taken over has no effect, and the next one commits."""
        request = self.request_of(rig, operation)

        with pytest.raises(FenceLost):
            connector.commit(request, Fence(is_lost=True))

        assert rig.effects(KEY) == 0
        opened(rig).commit(request, Fence())
        assert rig.effects(KEY) == 1

    def test_invalid_arguments_have_no_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """Arguments that do not validate fail for good, before the fence."""
        fence = Fence()
        request = self.request_of(rig, operation).model_copy(update={"arguments": {"no": 1}})

        with pytest.raises(OutsideFailed) as refused:
            connector.commit(request, fence)

        assert refused.value.fields["retryable"] is False
        assert (fence.seen, rig.effects(KEY)) == ([], 0)

    @pytest.mark.slow
    def test_two_processes_at_once_are_one_effect(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """Two processes that commit one key at the same moment have one effect between them."""
        if connector.describe().operations[0].strategy not in LOOKED_UP:
            pytest.skip("the server of this strategy can't tell; the lease keeps it single")

        outcomes = race(rig, operation.name, count=2)

        assert rig.effects(KEY) == 1
        assert {one["outcome"] for one in outcomes} <= {"committed", OutsideUncertain.code}
        assert "committed" in {one["outcome"] for one in outcomes}

    def test_compensation_is_declared(
        self, rig: Rig, connector: Connector, operation: Operation
    ) -> None:
        """What is not declared reversible refuses compensation."""
        if operation.reversibility is Reversibility.REVERSIBLE:
            pytest.skip("compensation is declared")
        request = self.request_of(rig, operation)

        with pytest.raises(OutsideFailed):
            connector.compensate(request, Receipt(outside_ref="any"))

    def test_scan_is_repeatable_and_complete(self, rig: Rig, connector: Connector) -> None:
        """Scanning yields every item each time, with distinct refs, and the count agrees."""
        for number in range(3):
            rig.deliver(number)

        first = {item.ref: item for item in connector.scan(lambda _: False)}
        second = {item.ref: item for item in opened(rig).scan(lambda _: False)}

        assert first == second
        assert len(first) == connector.count() == 3

    def test_scan_leaves_out_what_is_known(self, rig: Rig, connector: Connector) -> None:
        """What is known is not yielded, and what comes later is."""
        rig.deliver(1)
        known = {item.ref for item in connector.scan(lambda _: False)}

        rig.deliver(2)
        fresh = [item.ref for item in connector.scan(known.__contains__)]

        assert len(fresh) == 1
        assert not known & set(fresh)

    def test_delivered_item_parses(self, rig: Rig, connector: Connector) -> None:
        """An item that is well formed parses, twice alike."""
        rig.deliver(1)
        (item,) = connector.scan(lambda _: False)

        parsed = connector.parse(item)

        assert parsed.sender
        assert parsed.message_id
        assert connector.parse(item) == parsed

    def test_any_bytes_parse_or_are_unreadable(self, connector: Connector) -> None:
        """Whatever the bytes, parsing returns a message or says why it can't, with a remedy."""

        @given(raw=st.binary(max_size=2000))
        @example(raw=b"")
        @example(raw=b"\x00" * 100)
        def holds(raw: bytes) -> None:
            assert is_accounted_for(connector, raw)

        holds()
