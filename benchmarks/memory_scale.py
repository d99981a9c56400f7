"""Fills cold memory with many items and asks it, beside plain LanceDB on the same vectors.

Run: python -m benchmarks.memory_scale [--items 100000] [--tokens 12] [--queries 50] [--json]

Vectors and tokens are supplied: what encoding costs is measured apart. Hot recall is asked of mails
in the ledger, which are as many whatever N is. A million items need about
8 GB of disk with 12 token vectors each, 2.5 GB with `--tokens 0`. Figures are of one run, side by
side; times depend on what else the machine does, ratios less so.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from aios_defs.core.embedding import Role
from aios_defs.core.labels import Level
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.hot_memory import Asked, hot_memory
from aios_defs.services.memory import Memory
from aios_defs.services.recall import Question, recall
from aios_defs.settings.environment import single_thread
from benchmarks.memory_business import FIRST, LEVELS, SIZE, Business, Supplied
from resources.embedding.minilm import MiniLmEmbedder
from resources.memory_index.lance import LanceMemoryIndex
from tests.property.shop import KNOWN, OPERATOR, STRANGER, Shop

_TALK = 240
"""Of how many mails what is at hand is asked."""
_ROOM = 4_000
"""How many tokens it may have."""


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
        "hot_recall": _hot(folder).to_json(),
        "cold_recall": _cold(folder, memory, asked),
        "plain_lancedb": _plain(folder / "plain", index, asked),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _filled(index: LanceMemoryIndex, business: Business) -> dict[str, Any]:
    import_module("lancedb")  # its seconds are no part of putting in
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


def _hot(folder: Path) -> Times:
    """Ask for what is at hand of people who wrote and were written to, straight from the ledger."""
    (folder / "talk").mkdir()
    shop = Shop(path=folder / "talk", is_sql=True)
    for number in range(_TALK):
        sender = (KNOWN, OPERATOR, STRANGER)[number % 3]
        shop.deliver(sender, number % 2, to=KNOWN if sender == OPERATOR else OPERATOR)
        shop.clock.sleep(3600)
    with shop.kernel.ledger.view() as view:
        people = [one.id for one in view.select(ProfileRow)]

    def once(number: int) -> None:
        asked = Asked(subjects=(people[number % len(people)],))
        with shop.kernel.ledger.view() as view:
            assert hot_memory(shop.kernel, view, asked, _ROOM).turns

    return _timed(once, 100)


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
        "labels_subject": lambda one, who: replace(one, levels=LEVELS[7:9], subjects=(who,)),
        "labels_subject_as_of": lambda one, who: replace(
            one, levels=LEVELS[7:9], subjects=(who,), valid_at=FIRST, until=kernel.clock.now()
        ),
    }

    def once(kind: str, number: int) -> int:
        text, vector, who = asked[number % len(asked)]
        embedder.vector, embedder.tokens = vector, vector[None]
        question = kinds[kind](replace(everything, text=text), who)
        return len(recall(kernel, memory, question).hits)

    return {
        kind: {
            **_timed(lambda number, kind=kind: once(kind, number), len(asked)).to_json(),
            "hits": sum(once(kind, number) for number in range(len(asked))) / len(asked),
        }
        for kind in kinds
    }


def _plain(folder: Path, index: LanceMemoryIndex, asked: list[tuple[str, Any, str]]) -> Any:  # noqa: ANN401 - JSON
    """Ask LanceDB as its guide does: hybrid with its default reranker over the same rows."""
    import lancedb
    from lancedb.index import FTS, BTree, IvfRq
    from lancedb.rerankers import RRFReranker

    table: Any = None
    database = lancedb.connect(folder)
    for level in Level:
        one: Any = index._tables.opened(level, 0)  # noqa: SLF001 - the same rows
        if one is None:
            continue
        for rows in one.search().select(["id", "subject", "terms", "vector"]).to_batches(8192):
            if table is None:
                table = database.create_table("plain", schema=rows.schema)
            table.add(rows)
    table.create_index("terms", config=FTS())
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


def _show(found: dict[str, Any], indent: str = "") -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            _show(value, indent + "  ")
        else:
            shown = f"{value:.2f}" if isinstance(value, float) else value
            print(f"{indent}{name:<24} {shown}")


def _none_or_more(text: str) -> int:
    return _whole(text, least=0)


def _one_or_more(text: str) -> int:
    return _whole(text, least=1)


def _whole(text: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of {least} or more")
    return int(text)


def main(words: list[str]) -> int:
    """Print the figures of one size."""
    arguments = argparse.ArgumentParser(
        prog="python -m benchmarks.memory_scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.add_argument("--items", type=_one_or_more, default=100_000)
    arguments.add_argument("--tokens", type=_none_or_more, default=12)
    arguments.add_argument("--queries", type=_one_or_more, default=50)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args(words)
    single_thread()
    with tempfile.TemporaryDirectory(prefix="memory-scale-") as folder:
        found = measure(given.items, given.tokens, given.queries, Path(folder))
    if given.json:
        print(json.dumps(found))
    else:
        _show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
