"""Owns a made-up business for benchmarks of memory: mails in threads, with vectors supplied."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aios_defs.core.embedding import Embedded, EmbedderIdentity, Role
from aios_defs.core.labels import Destination, Label, Level, Trust
from aios_defs.core.memory_index import MemoryItem

if TYPE_CHECKING:
    from numpy import float32, float64
    from numpy.typing import NDArray

SIZE = 384
_BATCH = 20_000
_WORDS, _PEOPLE, _TURNS, _GROUPS = 40_000, 150, 12, 500
FIRST = datetime(2015, 1, 1, tzinfo=UTC)
LEVELS = (Level.SHAREABLE,) * 8 + (Level.PUBLIC, Level.LOCAL)


class Supplied:
    """An embedder that hands out a vector it was given, at no cost."""

    def __init__(self, tokens: int) -> None:
        self.vector: NDArray[float32] | None = None
        self.tokens: NDArray[float32] | None = None
        self._size = SIZE if tokens else 0

    @property
    def identity(self) -> EmbedderIdentity:
        return EmbedderIdentity(
            name="supplied", version="1", dimensions=SIZE, token_dimensions=self._size
        )

    @property
    def destination(self) -> Destination | None:
        return None

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        del role
        import numpy as np

        assert self.vector is not None
        ends = [len(one) for one in texts[0].split(" ")]
        starts = np.cumsum([0, *(one + 1 for one in ends[:-1])]).tolist()
        spans = tuple((at, at + length) for at, length in zip(starts, ends, strict=True))
        if not with_tokens or self.tokens is None:
            return Embedded(vectors=self.vector[None])
        tokens = np.resize(self.tokens, (len(spans), SIZE))
        return Embedded(vectors=self.vector[None], tokens=(tokens,), spans=(spans,))


class Business:
    """Items of a made-up business: mails in threads, some words often and most seldom."""

    def __init__(self, items: int, tokens: int) -> None:
        import numpy as np

        self.items, self._tokens = items, tokens
        self._chance = np.random.default_rng(7)
        weights = 1 / np.arange(1, _WORDS + 1) ** 1.05
        self._weights = np.cumsum(weights / weights.sum())
        self._centres = self._chance.normal(size=(_GROUPS, SIZE)).astype(np.float32)
        self.asked: list[tuple[str, NDArray[float32], str]] = []

    def batches(self) -> Iterator[list[MemoryItem]]:
        """Yield all items, several thousand at a time; remembers some to ask for."""
        for start in range(0, self.items, _BATCH):
            yield self._batch(start, min(self.items, start + _BATCH))

    def _batch(self, start: int, end: int) -> list[MemoryItem]:
        import numpy as np

        count = end - start
        lengths = self._chance.integers(8, 30, count)
        words = np.searchsorted(self._weights, self._chance.random(int(lengths.sum())))
        places = np.concatenate([[0], np.cumsum(lengths)])
        vectors = self._centres[self._chance.integers(0, _GROUPS, count)]
        vectors = _unit(vectors + 0.7 * self._chance.normal(size=(count, SIZE)).astype(np.float32))
        items: list[MemoryItem] = []
        for row in range(count):
            terms = [f"w{word}" for word in words[places[row] : places[row + 1]]]
            items.append(self._item(start + row, terms, vectors[row]))
        for row in self._chance.integers(0, count, 20):
            near = _unit(vectors[row] + 0.3 * self._chance.normal(size=SIZE).astype(np.float32))
            asked = " ".join(dict.fromkeys(items[row].terms[:8]))
            self.asked.append((asked, near.astype(np.float32), items[row].subject))
        return items

    def _item(self, number: int, terms: list[str], vector: "NDArray[float32]") -> MemoryItem:
        import numpy as np

        subject, at = f"person-{number % _PEOPLE}", FIRST + timedelta(minutes=number)
        tokens = None
        if self._tokens:
            noise = self._chance.integers(-16, 17, (self._tokens, SIZE), dtype=np.int8)
            tokens = noise + np.rint(vector * 100).astype(np.int8)
        return MemoryItem(
            id=f"turn:{number:08}",
            kind="turn",
            subject=subject,
            thread=f"thread-{number // (_PEOPLE * _TURNS)}-{number % _PEOPLE}",
            place=number // _PEOPLE % _TURNS,
            position=0,
            at=at,
            speaker=f"Person {number % _PEOPLE}",
            direction="in",
            label=Label(
                level=LEVELS[number // 7 % 10], audience=(subject,), trust=Trust.THIRD_PARTY
            ),
            source_event=f"event-{number}",
            day=at.date().isoformat(),
            text=" ".join(terms),
            terms=terms,
            vector=vector,
            tokens=tokens,
        )


def _unit(vectors: "NDArray[float32] | NDArray[float64]") -> "NDArray[float32]":
    import numpy as np

    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
