"""Proves on generated histories that compounding is counted as a naive reading of them counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.envelope import ZERO_HASH, Envelope
from aios_defs.core.events.actions import ActionCommitted
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.tasks import ContextPacked, PackedItem
from aios_defs.core.sealed import BlobRef, SubjectRef
from aios_defs.services.compounding_fold import Answer, Tally

FLOWS = ("support", "sales")
ORIGINS = {f"fact:{number}": flow for number, flow in enumerate(("support", "sales", ""))}
ITEMS = (*ORIGINS, "message:support", "answer:sales", "rules", "template:a", "profile:p", "signs")
BEGAN = datetime(2031, 5, 6, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Pack:
    flow: str
    house: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    flow: str
    cited: tuple[str, ...]


packs = st.builds(
    Pack,
    flow=st.sampled_from(FLOWS),
    house=st.lists(st.sampled_from(ITEMS[:3]), unique=True).map(tuple),
    items=st.lists(st.sampled_from(ITEMS[3:]), unique=True).map(tuple),
)
answers = st.builds(
    Done,
    flow=st.sampled_from(FLOWS),
    cited=st.lists(st.sampled_from("012"), unique=True).map(tuple),
)
histories = st.lists(st.tuples(st.integers(0, 30), packs | answers), max_size=12)


@dataclass
class Told:
    """Names as the history says them."""

    history: Sequence[tuple[int, Pack | Done]]

    def task(self, task_id: str) -> str:
        return self.history[int(task_id)][1].flow

    def action(self, action_id: str) -> Answer:
        done = self.history[int(action_id)][1]
        return Answer(done.flow, done.cited) if isinstance(done, Done) else Answer("", ())

    def house(self, listing: BlobRef) -> Sequence[str]:
        pack = self.history[int(listing.digest)][1]
        return pack.house if isinstance(pack, Pack) else ()

    def origin(self, item: str) -> str:
        return ORIGINS.get(item, item.partition(":")[2])


def event(number: int, hours: int, what: Pack | Done) -> Envelope:
    key, blob = str(number), BlobRef(subject_ref=SubjectRef("r"), digest=str(number), size=0)
    data: EventData = (
        ContextPacked(
            pack_id=key,
            task_id=key,
            agent="a",
            header=blob,
            house=blob,
            items=tuple(PackedItem(name=name, blob=blob) for name in what.items),
        )
        if isinstance(what, Pack)
        else ActionCommitted(action_id=key, token=1, outside_ref="")
    )
    return Envelope(
        id=key,
        position=number + 1,
        stream="s",
        sequence=number + 1,
        type=data.type,
        time=BEGAN + timedelta(hours=hours),
        actor="a",
        subject=None,
        correlation_id=key,
        causation_id=None,
        run_id=None,
        data=data.model_dump(mode="json"),
        prev_hash=ZERO_HASH,
        hash=ZERO_HASH,
    )


def naive(history: Sequence[tuple[int, Pack | Done]]) -> dict[tuple[str, str], dict[str, int]]:
    """Count by reading the history again for each number."""
    days = {(str((BEGAN + timedelta(hours=at + 2)).date()), what.flow) for at, what in history}
    found: dict[tuple[str, str], dict[str, int]] = {}
    for day, flow in days:
        mine = [
            what
            for at, what in history
            if str((BEGAN + timedelta(hours=at + 2)).date()) == day and what.flow == flow
        ]
        given_items = [
            (one.partition(":")[0], ORIGINS.get(one, one.partition(":")[2]))
            for what in mine
            if isinstance(what, Pack)
            for one in (*what.house, *what.items)
            if one.partition(":")[0] in ("fact", "message", "answer")
        ]
        done = [what for what in mine if isinstance(what, Done)]
        found[day, flow] = {
            "packs": sum(isinstance(what, Pack) for what in mine),
            "items": len(given_items),
            "items_own": sum(origin == flow for _, origin in given_items),
            "items_other": sum(origin not in ("", flow) for _, origin in given_items),
            "answers": len(done),
            "answers_citing": sum(what.cited != () for what in done),
            "answers_citing_other": sum(
                {ORIGINS[f"fact:{one}"] for one in what.cited} - {"", flow} != set()
                for what in done
            ),
        }
    return found


@given(history=histories)
def test_the_fold_counts_as_a_naive_reading(history: list[tuple[int, Pack | Done]]) -> None:
    """By day of the operator's and workflow, and each fact by its packs, answers and workflows."""
    tally = Tally(names=Told(history), zone=ZoneInfo("Europe/Berlin"))

    for number, (hours, what) in enumerate(history):
        tally.add(event(number, hours, what))

    counted = {
        (str(day), flow): {name: counts[name] for name in next(iter(naive(history).values()))}
        for (day, flow), counts in tally.days.items()
    }
    assert counted == naive(history)
    packed = Counter(one[5:] for _, what in history if isinstance(what, Pack) for one in what.house)
    cited = Counter(one for _, what in history if isinstance(what, Done) for one in what.cited)
    assert {name: (uses.packs, uses.cited) for name, uses in tally.facts.items()} == {
        name: (packed[name], cited[name]) for name in packed | cited
    }
