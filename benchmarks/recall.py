"""Measures recall: which turns of long conversations are found for questions about them.

Run: python -m benchmarks.recall --data FILE.json [--json]. The file has the shape of LoCoMo
(benchmarks/locomo.py). Nothing judges answers: a question counts by the share of its evidence among
the first 1, 5, 10 and 20 turns, and of the sessions of its evidence among the first 5 sessions.
One whose evidence is missing or names no turn is not asked: `left_out` counts them.
`p50_ms` is from the query's vector on, `embed_p50_ms` what the vector took.
"""

import json
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aios_defs.services.memory import Memory
from aios_defs.settings.environment import single_thread
from benchmarks import recall_systems as systems
from benchmarks.locomo import (
    CATEGORIES,
    Asked,
    Conversation,
    NotLocomo,
    read_conversations,
)
from resources.embedding.minilm import MiniLmEmbedder
from resources.memory_index.lance import LanceMemoryIndex

DEPTHS = (1, 5, 10, 20)
_SESSIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one question went: shares of 1, the reciprocal rank, seconds."""

    category: int
    shares: tuple[float, ...]
    sessions: float
    reciprocal: float
    seconds: float
    embedding: float


def judged(asked: Asked, found: Sequence[str], sessions: dict[str, int]) -> dict[str, object]:
    """Return how much of the evidence was found, at each depth."""
    places = [found.index(one) for one in asked.evidence if one in found]
    count = len(asked.evidence)
    first = list(dict.fromkeys(sessions[one] for one in found))[:_SESSIONS]
    wanted = {sessions[one] for one in asked.evidence}
    return {
        "category": asked.category,
        "shares": tuple(sum(one < depth for one in places) / count for depth in DEPTHS),
        "sessions": len(wanted.intersection(first)) / len(wanted),
        "reciprocal": 1 / (1 + min(places)) if places else 0.0,
    }


def measured(
    system: systems.System, conversations: Sequence[Conversation], timed: systems.TimedEmbedder
) -> list[Outcome]:
    """Ask one system every question; the first is asked twice, so that nothing is cold."""
    outcomes: list[Outcome] = []
    system(conversations[0], conversations[0].questions[0].text)
    for conversation in conversations:
        sessions = {one.id: one.session for one in conversation.turns}
        for asked in conversation.questions:
            before, begun = timed.seconds, time.perf_counter()
            found = system(conversation, asked.text)
            seconds, embedding = time.perf_counter() - begun, timed.seconds - before
            outcome = judged(asked, found, sessions)
            outcomes.append(
                Outcome(**outcome, seconds=seconds - embedding, embedding=embedding)  # type: ignore[arg-type] # as made
            )
    return outcomes


def row(name: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return the figures of one system, in percent and milliseconds."""
    seconds = sorted(one.seconds for one in outcomes)
    found = {
        f"recall@{depth}": _percent([one.shares[at] for one in outcomes])
        for at, depth in enumerate(DEPTHS)
    }
    categories = sorted({one.category for one in outcomes})
    return {
        "system": name,
        **found,
        "session_recall@5": _percent([one.sessions for one in outcomes]),
        "mrr": round(statistics.fmean(one.reciprocal for one in outcomes), 3),
        "p50_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
        "embed_p50_ms": round(statistics.median(one.embedding for one in outcomes) * 1000, 1),
        "questions": len(outcomes),
        "recall@10_by_category": {
            CATEGORIES.get(category, str(category)): _percent(
                [one.shares[DEPTHS.index(10)] for one in outcomes if one.category == category]
            )
            for category in categories
        },
    }


def _percent(shares: Sequence[float]) -> float:
    return round(statistics.fmean(shares) * 100, 1)


def run(conversations: Sequence[Conversation], folder: Path) -> list[dict[str, object]]:
    """Return a row for each system, ours first."""
    timed = systems.TimedEmbedder(MiniLmEmbedder())
    identity = timed.identity
    index = LanceMemoryIndex(
        folder / "index", embedder=identity.key, dimensions=identity.dimensions
    )
    memory = Memory(index=index, embedder=timed)
    items = systems.remembered(memory, conversations)
    asked = {
        "aios": systems.aios(systems.new_home(folder / "home"), memory, items),
        "BM25 alone": systems.words_alone(items),
        "vectors alone": systems.vectors_alone(timed, items),
        "LanceDB hybrid": systems.lancedb_hybrid(timed, items, folder / "plain"),
    }
    return [row(name, measured(one, conversations, timed)) for name, one in asked.items()]


def answerable(data: Path) -> tuple[list[Conversation], int]:
    """Return the conversations that can be asked about, and how many questions are left out.

    Raises:
        NotLocomo: there is no question to ask, or the file cannot be read.

    """
    read = read_conversations(data)
    left_out = sum(one.left_out for one in read)
    asked = [one for one in read if one.questions]
    if not asked:
        raise NotLocomo(f"{data} holds no question with evidence; {left_out} were left out.")
    return asked, left_out


def main(words: list[str]) -> int:
    """Print the table, or the same as JSON."""
    parser = ArgumentParser(prog="python -m benchmarks.recall")
    parser.add_argument("--data", type=Path, required=True, help="a file in the shape of LoCoMo")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(words)
    single_thread()
    try:
        conversations, left_out = answerable(options.data)
    except NotLocomo as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        rows = [{**one, "left_out": left_out} for one in run(conversations, Path(folder))]
    if options.json:
        print(json.dumps({"rows": rows}, indent=2))
        return 0
    columns = [name for name in rows[0] if name != "recall@10_by_category"]
    print(" | ".join(columns))
    for one in rows:
        print(" | ".join(str(one[name]) for name in columns))
    for one in rows:
        print(f"{one['system']}, recall@10 by category: {one['recall@10_by_category']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
