"""Proves by random histories that an answer of memory does not depend on what is indexed already.

Histories are hundreds of facts and turns that hardly differ; facts are said again, changed and
taken back. The same question is asked while the index is filled further and further.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from aios_defs.core.labels import Label, Level, Trust
from aios_defs.services.archive import fill
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact
from aios_defs.services.memory import Memory
from aios_defs.services.recall import Question, recall
from resources.embedding.ngrams import NgramEmbedder
from resources.memory_index.lance import LanceMemoryIndex
from tests.property.shop import KNOWN, STRANGER, Shop

QUESTIONS = (
    Question(text="How long does the delivery to town 7 take?", levels=tuple(Level), limit=200),
    Question(text="Number 3, the delivery by van", levels=(Level.SHAREABLE,), limit=200),
)
STEP = st.tuples(
    st.sampled_from(["fact"] * 9 + ["mail"]),
    st.integers(0, 150),
    st.integers(1, 4),
    st.sampled_from([Level.SHAREABLE, Level.SHAREABLE, Level.LOCAL]),
)


def play(shop: Shop, step: tuple[str, int, int, Level]) -> None:
    """Let a customer write, or a fact of one of many towns be said."""
    act, place, days, level = step
    if act == "mail":
        shop.deliver((KNOWN, STRANGER)[place % 2], days)
    else:
        fact = NewFact(
            topic=f"town {place}",
            predicate="delivery_time",
            value={"text": f"the delivery takes {days} days by {('van', 'bike')[place % 2]}"},
            label=Label(level=level, trust=Trust.OPERATOR),
        )
        with shop.kernel.ledger.transaction(actor="operator") as tx:
            learn(shop.kernel, tx, fact, reason="it changed")
    shop.clock.advance(timedelta(minutes=1))


@settings(max_examples=4, deadline=None, phases=(Phase.reuse, Phase.generate))  # long: no shrinking
@given(
    steps=st.lists(STEP, min_size=220, max_size=300),
    shares=st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_the_same_position_gives_the_same_answer(
    steps: list[tuple[str, int, int, Level]], shares: list[float]
) -> None:
    """The same hits with the same scores in the same order, however much is indexed."""
    with TemporaryDirectory() as folder:
        shop = Shop(path=Path(folder))
        for step in steps:
            play(shop, step)
        with shop.kernel.ledger.view() as view:
            head = view.head().position
        embedder = NgramEmbedder()
        identity = embedder.identity
        index = LanceMemoryIndex(
            Path(folder) / "index", embedder=identity.key, dimensions=identity.dimensions
        )
        memory = Memory(index=index, embedder=embedder)
        answers = []
        for share in (*sorted(shares), 1.0):
            fill(shop.kernel, memory, upto=int(share * head))
            answers.append([recall(shop.kernel, memory, one) for one in QUESTIONS])

    assert all(one.hits for one in answers[-1])
    for one in answers:
        assert one == answers[-1]
