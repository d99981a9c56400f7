"""Fills cold memory with many items and asks it, beside plain LanceDB on the same vectors.

Run: python -m benchmarks.memory_scale [--items 100000] [--tokens 12] [--queries 50] [--json]

Vectors and tokens are supplied: what encoding costs is measured apart. A million items need about
8 GB of disk with 12 token vectors each, 2.5 GB with `--tokens 0`. Figures are of one run, side by
side; times depend on what else the machine does, ratios less so.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aios_defs.core.embedding import Destination, Embedded, EmbedderIdentity, Role
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.memory_index import MemoryItem
from aios_defs.services.memory import Memory
from aios_defs.services.recall import Question, recall
from resources.embedding.minilm import MiniLmEmbedder
from resources.memory_index.lance import LanceMemoryIndex
from tests.property.shop import Shop

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

SIZE = 384
_BATCH = 20_000
_WORDS, _PEOPLE, _TURNS, _GROUPS = 40_000, 150, 12, 500
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_LEVELS = (Level.SHAREABLE,) * 8 + (Level.PUBLIC, Level.LOCAL)


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

    def embed(self, texts: list[str], role: Role, *, with_tokens: bool = False) -> Embedded:
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

        subject, at = f"person-{number % _PEOPLE}", _FIRST + timedelta(minutes=number)
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
                level=_LEVELS[number // 7 % 10], audience=(subject,), trust=Trust.THIRD_PARTY
            ),
            source_event=f"event-{number}",
            day=at.date().isoformat(),
            text=" ".join(terms),
            terms=terms,
            vector=vector,
            tokens=tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in milliseconds."""

    p50: float
    p99: float
    cpu: float

    def to_json(self) -> dict[str, float]:
        return {"p50_ms": self.p50, "p99_ms": self.p99, "cpu_ms": self.cpu}


def measure(items: int, tokens: int, queries: int, folder: Path) -> dict[str, Any]:
    """Fill and ask; returns every figure."""
    embedder = Supplied(tokens)
    key = embedder.identity.key
    index = LanceMemoryIndex(folder / "cold", embedder=key, dimensions=SIZE)
    business = Business(items, tokens)
    filling = _filled(index, business)
    memory = Memory(index=index, embedder=embedder)
    asked = business.asked[:: max(1, len(business.asked) // queries)][:queries]
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    return {
        "items": items,
        "tokens_per_item": tokens,
        **filling,
        "disk_bytes_per_item": round(size / items),
        "encoding": _encoding().to_json(),
        "hot_recall": None,
        "cold_recall": _cold(folder, memory, asked),
        "plain_lancedb": _plain(folder / "plain", index, asked),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _filled(index: LanceMemoryIndex, business: Business) -> dict[str, Any]:
    made, put = 0.0, 0.0
    mark = time.perf_counter()
    for items in business.batches():
        made, mark = made + time.perf_counter() - mark, time.perf_counter()
        index.put(items)
        put, mark = put + time.perf_counter() - mark, time.perf_counter()
    index.finish(0, "")
    counted, mark = time.perf_counter() - mark, time.perf_counter()
    index.tend()
    tended = time.perf_counter() - mark
    whole = put + counted + tended
    return {
        "ingest_items_per_s": round(business.items / whole),
        "ingest_s": {"put": put, "counted": counted, "indexed": tended, "generated_apart": made},
    }


def _cold(folder: Path, memory: Memory, asked: list[tuple[str, Any, str]]) -> dict[str, Any]:
    """Ask the product's own recall over an empty ledger, with each kind of filter."""
    shop = folder / "shop"
    shop.mkdir()
    kernel = Shop(path=shop, is_sql=True).kernel
    everything = Question(text="", levels=tuple(Level))
    embedder = memory.embedder
    assert isinstance(embedder, Supplied)
    kinds: dict[str, Callable[[Question, str], Question]] = {
        "everything": lambda one, _: one,
        "labels": lambda one, _: replace(one, levels=(Level.SHAREABLE, Level.PUBLIC)),
        "labels_subject": lambda one, who: replace(one, levels=_LEVELS[7:9], subjects=(who,)),
        "labels_subject_as_of": lambda one, who: replace(
            one, levels=_LEVELS[7:9], subjects=(who,), valid_at=_FIRST, until=kernel.clock.now()
        ),
    }

    def once(kind: str, number: int) -> None:
        text, vector, who = asked[number % len(asked)]
        embedder.vector, embedder.tokens = vector, vector[None]
        question = kinds[kind](replace(everything, text=text), who)
        assert recall(kernel, memory, question).hits

    return {
        kind: _timed(lambda number, kind=kind: once(kind, number), len(asked)).to_json()
        for kind in kinds
    }


def _plain(folder: Path, index: LanceMemoryIndex, asked: list[tuple[str, Any, str]]) -> Any:  # noqa: ANN401 - JSON
    """Ask LanceDB as its guide does: hybrid with its default reranker over the same rows."""
    import lancedb
    from lancedb.index import FTS, BTree, IvfRq
    from lancedb.rerankers import RRFReranker

    tables = [index._tables.opened(one, 0) for one in Level]  # noqa: SLF001 - the same rows
    table: Any = None
    database = lancedb.connect(folder)
    for one in tables:
        for rows in one.search().select(["id", "subject", "text", "vector"]).to_batches(8192):
            if table is None:
                table = database.create_table("plain", schema=rows.schema)
            table.add(rows)
    table.create_index("text", config=FTS())
    table.create_index("subject", config=BTree())
    if table.count_rows() >= 20_000:
        table.create_index("vector", config=IvfRq(distance_type="cosine"))
    table.optimize()

    def once(number: int, *, is_filtered: bool) -> None:
        text, vector, who = asked[number % len(asked)]
        query = table.search(query_type="hybrid").vector(vector).text(text)
        query = query.distance_type("cosine").rerank(RRFReranker()).limit(10)
        if is_filtered:
            query = query.where(f"subject = '{who}'", prefilter=True)
        assert query.to_arrow().num_rows

    return {
        "hybrid": _timed(lambda one: once(one, is_filtered=False), len(asked)).to_json(),
        "hybrid_subject": _timed(lambda one: once(one, is_filtered=True), len(asked)).to_json(),
    }


def _encoding() -> Times:
    embedder = MiniLmEmbedder()
    text = ["what did Ana say about the invoice last spring"]
    return _timed(lambda _: embedder.embed(text, Role.QUERY, with_tokens=True), 20)


def _timed(work: Callable[[int], object], count: int) -> Times:
    work(0)
    spans: list[float] = []
    cpu = time.process_time()
    for number in range(count):
        start = time.perf_counter()
        work(number)
        spans.append((time.perf_counter() - start) * 1000)
    spent = (time.process_time() - cpu) * 1000 / count
    spans.sort()
    return Times(p50=spans[count // 2], p99=spans[min(count - 1, count * 99 // 100)], cpu=spent)


def _unit(vectors: Any) -> Any:  # noqa: ANN401 - an array of one or two axes
    import numpy as np

    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _show(found: dict[str, Any], indent: str = "") -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            _show(value, indent + "  ")
        else:
            shown = f"{value:.2f}" if isinstance(value, float) else value
            print(f"{indent}{name:<24} {'not built yet' if value is None else shown}")


def main() -> int:
    """Print the figures of one size."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=100_000)
    arguments.add_argument("--tokens", type=int, default=12)
    arguments.add_argument("--queries", type=int, default=50)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="memory-scale-") as folder:
        found = measure(given.items, given.tokens, given.queries, Path(folder))
    if given.json:
        print(json.dumps(found))
    else:
        _show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
