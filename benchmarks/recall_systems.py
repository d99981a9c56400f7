"""Owns the systems that are measured on recall: ours, and what it has to be better than.

All search the same texts by the same vectors, one conversation at a time.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aios_defs.core.embedding import Embedded, Embedder, EmbedderIdentity, Role
from aios_defs.core.labels import Destination, Label, Level
from aios_defs.core.memory_index import MemoryItem
from aios_defs.core.recall.analysis import analyse, embedded_text
from aios_defs.core.recall.item import Query
from aios_defs.core.recall.matching import asked_of, bm25, counts_of
from aios_defs.core.recall.statistics import statistics_of
from aios_defs.core.recall.words import terms
from aios_defs.services.memory import Memory
from aios_defs.services.memory_items import Unembedded
from aios_defs.services.recall import Question, recall
from aios_defs.settings.environment import load_settings
from benchmarks.locomo import Conversation, Turn
from resources.begun_home import begin, seed
from resources.home import Home, open_home

System = Callable[[Conversation, str], list[str]]
"""Returns the ids of a conversation's turns for a question, best first."""
MOST = 200
_BATCH = 128


class TimedEmbedder:
    """An embedder that counts its seconds, so that they can be told apart from the search."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.seconds = 0.0

    @property
    def identity(self) -> EmbedderIdentity:
        return self._inner.identity

    @property
    def destination(self) -> Destination | None:
        return self._inner.destination

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        begun = time.perf_counter()
        made = self._inner.embed(texts, role, with_tokens=with_tokens)
        self.seconds += time.perf_counter() - begun
        return made


def new_home(folder: Path) -> Home:
    """Make a home with the starter's business files."""
    settings = load_settings({"AIOS_HOME": str(folder)})
    seed(folder, sample=False)
    begin(settings, is_demo=False)
    return open_home(settings)


def item_of(turn: Turn, conversation: str) -> MemoryItem:
    """Return a turn as memory keeps it."""
    found = analyse(turn.text, turn.at)
    return MemoryItem(
        id=f"turn:{conversation}/{turn.id}",
        kind="turn",
        subject=conversation,
        thread=f"{conversation}/{turn.session}",
        place=turn.place,
        position=1,
        at=turn.at,
        speaker=turn.speaker,
        label=Label(level=Level.SHAREABLE, audience=(conversation,)),
        source_event=turn.id,
        day=f"{turn.at:%Y-%m-%d}",
        text=turn.text,
        terms=found.terms,
        mentions=found.mentions,
    )


def remembered(memory: Memory, conversations: Sequence[Conversation]) -> list[MemoryItem]:
    """Return all turns with their vectors, made as memory makes them."""
    found: list[MemoryItem] = []
    for conversation in conversations:
        new = [
            Unembedded(
                item=item_of(one, conversation.name), text=embedded_text(one.text, one.speaker)
            )
            for one in conversation.turns
        ]
        for first in range(0, len(new), _BATCH):
            found += memory.embedded(new[first : first + _BATCH])
    return found


def aios(home: Home, memory: Memory, items: Sequence[MemoryItem]) -> System:
    """Return the product's own recall, over an index that holds the items."""
    with home.kernel.ledger.view() as view:
        head = view.head()
    for first in range(0, len(items), _BATCH):
        memory.index.put(items[first : first + _BATCH])
    memory.index.finish(head.position, head.hash)
    memory.index.tend()

    def ask(conversation: Conversation, text: str) -> list[str]:
        question = Question(
            text=text,
            levels=(Level.SHAREABLE,),
            subjects=(conversation.name,),
            valid_at=max(one.at for one in conversation.turns),
            limit=MOST,
        )
        return [one.source_event for one in recall(home.kernel, memory, question).hits]

    return ask


def words_alone(items: Sequence[MemoryItem]) -> System:
    """Return BM25 with stems and without small words, over one conversation at a time."""

    def ask(conversation: Conversation, text: str) -> list[str]:
        own = [one for one in items if one.subject == conversation.name]
        query = Query(text=text, as_of=own[-1].at)
        found = statistics_of((one.terms for one in own), terms(text))
        asked = asked_of(query, found, "en")
        candidates = [one.candidate() for one in own]
        scores = bm25(asked, counts_of(asked, candidates), candidates, found.average_terms)
        return _best(own, scores)

    return ask


def vectors_alone(embedder: Embedder, items: Sequence[MemoryItem]) -> System:
    """Return the cosine of the vectors, compared with every turn."""

    def ask(conversation: Conversation, text: str) -> list[str]:
        import numpy as np

        own = [one for one in items if one.subject == conversation.name]
        vector = embedder.embed([text], Role.QUERY).vectors[0]
        return _best(own, np.stack([one.vector for one in own if one.vector is not None]) @ vector)

    return ask


def lancedb_hybrid(embedder: Embedder, items: Sequence[MemoryItem], folder: Path) -> System:
    """Return LanceDB's hybrid search as it comes: its text index, its fusion (RRF)."""
    import lancedb
    from lancedb.index import FTS

    rows = [
        {
            "id": one.source_event,
            "conversation": one.subject,
            "text": one.text,
            "vector": one.vector,
        }
        for one in items
    ]
    table = lancedb.connect(folder).create_table("turns", rows)
    table.create_index("text", config=FTS())

    def ask(conversation: Conversation, text: str) -> list[str]:
        vector = embedder.embed([text], Role.QUERY).vectors[0]
        query: Any = table.search(query_type="hybrid").vector(vector).text(_plain(text))
        where = f"conversation = '{conversation.name}'"
        found = query.where(where, prefilter=True).limit(MOST).to_list()
        return [one["id"] for one in found]

    return ask


def _plain(text: str) -> str:
    """Return a question without the marks that its query language gives a meaning to."""
    return "".join(one if one.isalnum() or one in "'’" else " " for one in text)  # noqa: RUF001 - both are written


def _best(items: Sequence[MemoryItem], scores: Any) -> list[str]:  # noqa: ANN401 - an array
    import numpy as np

    return [items[at].source_event for at in np.argsort(-scores, kind="stable")[:MOST]]
