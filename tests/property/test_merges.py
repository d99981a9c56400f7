"""Proves by random merges and splits that who is one with whom is what a naive replay says."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.registry import parse_event
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.profiles import DuplicateRow, HintRow, IdentityRow, ProfileRow
from aios_defs.services.identity.merging import merge, split
from aios_defs.services.identity.whole import members, root_id, roots
from aios_defs.services.kernel import Kernel
from aios_defs.services.profiles import Person, know
from resources.testing.memory_rows import MemoryRows
from tests.property.shop import Shop

PEOPLE = 6
STEP = st.tuples(
    st.sampled_from(["merge", "split"]), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)
)


class Naive:
    """Merges as a list of links that stand; what is one is found by walking all of them."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids
        self.links: dict[str, str] = {}

    def root(self, one: str) -> str:
        while one in self.links:
            one = self.links[one]
        return one

    def merge(self, kept: str, other: str) -> bool:
        kept, other = self.root(kept), self.root(other)
        if kept == other:
            return False
        self.links[other] = kept
        return True

    def split(self, other: str) -> bool:
        return self.links.pop(other, None) is not None

    def whole(self, one: str) -> set[str]:
        return {each for each in self.ids if self.root(each) == self.root(one)}


def done(kernel: Kernel, step: str, one: str, other: str) -> bool:
    try:
        if step == "merge":
            merge(kernel, one, other)
        else:
            split(kernel, other)
    except TransitionRefused:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEP, max_size=14))
def test_wholes_are_those_of_a_naive_replay(steps: list[tuple[str, int, int]]) -> None:
    """Merges of chains, refused cycles and splits in any order agree with the naive list."""
    kernel = Shop(Path("nowhere")).kernel
    with kernel.ledger.transaction(actor="operator") as tx:
        people = [Person(address=f"p{n}@x.example", name=f"P {n}") for n in range(PEOPLE)]
        ids = [know(kernel, tx, one, "operator").id for one in people]
    naive = Naive(ids)

    for step, one, other in steps:
        expected = naive.merge(ids[one], ids[other]) if step == "merge" else naive.split(ids[other])
        assert done(kernel, step, ids[one], ids[other]) == expected

    folded = MemoryRows({})
    with kernel.ledger.view() as view:
        assert {one: root_id(view, one) for one in ids} == {one: naive.root(one) for one in ids}
        assert roots(view, ids) == {one: naive.root(one) for one in ids}
        assert all(set(members(view, one)) == naive.whole(one) for one in ids)
        assert all(members(view, one)[0] == naive.root(one) for one in ids)
        for event in view.events():
            fold(event, parse_event(event.type, event.data), folded.folding())
        for kind in (ProfileRow, IdentityRow, HintRow, DuplicateRow):
            assert view.select(kind) == folded.select(kind)
