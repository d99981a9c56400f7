"""Measures whether memory retires what it should and nothing else, on a generated business.

Run: python -m benchmarks.supersession [--keys 1000] [--seed 7] [--json]

Beside it stand two plain ways on the same sayings: keeping everything, and retiring what reads
alike (the share of common words; the bar is the one that retires most stale facts for it). The
exit code says whether the bars held: 0 stale facts in what holds now, 0 unrelated facts retired,
every conflict open until it is decided.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from aios_defs.core.as_of import AsOf
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.money import parse_money
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.correcting import correct
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import Key, NewFact, stands, versions
from aios_defs.services.kernel import Kernel
from aios_defs.services.remember import remember
from benchmarks.said_things import NOW, Saying, Truth, in_order, truths
from resources.testing.fixed_clock import START, FixedClock
from resources.testing.memory_house import make_profile, memory_house

_BARS = (0.5, 0.7, 0.9)


@dataclass(slots=True, kw_only=True)
class Score:
    """What was counted; `stale` and `missing` are values of as-of-now, `past_wrong` of before.

    `retired` are facts that nothing had replaced and that hold for no time, or end. `conflicts` had
    to wait for the operator, `closed` are those of them that did not.
    """

    keys: int = 0
    sayings: int = 0
    stale: int = 0
    missing: int = 0
    past: int = 0
    past_wrong: int = 0
    retired: int = 0
    conflicts: int = 0
    closed: int = 0
    decided: int = 0
    decided_wrong: int = 0
    ms_per_saying: float = 0.0
    beside: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    @property
    def is_held(self) -> bool:
        """Whether the bars held."""
        wrong = (self.stale, self.missing, self.past_wrong, self.retired, self.closed)
        return not any((*wrong, self.decided_wrong))


class Telling:
    """A house in memory that is told all of it."""

    def __init__(self, found: Sequence[Truth]) -> None:
        self.clock = FixedClock(START)
        self.kernel: Kernel = memory_house(self.clock)
        self.keys: dict[int, Key] = {}
        for truth in found:
            subject = make_profile(self.kernel, truth.person) if truth.person else None
            self.keys[truth.key] = Key(
                subject_id=subject, topic=truth.topic, predicate=truth.predicate
            )

    def hear(self, saying: Saying) -> None:
        """Take one saying in; an hour passes after every few."""
        key = self.keys[saying.key]
        if saying.act == "correct":
            (former,) = self.rows(saying.key)
            correct(self.kernel, former.id, saying.text)
            return
        money = parse_money(saying.text)
        trust = Trust.OPERATOR if saying.author == "operator" else Trust.FIRST_PARTY
        fact = NewFact(
            topic=key.topic,
            predicate=key.predicate,
            value={"amount_minor": money[0], "currency": money[1]}
            if money
            else {"text": saying.text},
            label=Label(level=Level.SHAREABLE, trust=trust),
            valid_from=saying.valid_from,
            subject_id=key.subject_id,
            author=saying.author,
            import_id=None if saying.author == "operator" else saying.author,
        )
        with self.kernel.ledger.transaction(actor=saying.author) as tx:
            learn(self.kernel, tx, fact, reason="it changed")
        self.clock.sleep(60)

    def rows(self, key: int) -> list[FactRow]:
        """Return all versions of a key."""
        with self.kernel.ledger.view() as view:
            return versions(view, self.keys[key])

    def answer(self, key: int, moment: datetime) -> set[str]:
        """Return the values that stand of a key at a moment, by what is known now."""
        with self.kernel.ledger.view() as view:
            at = AsOf(valid_at=moment, known_at=view.head().position)
            rows = stands(self.kernel, view, self.keys[key], at)
        return {self.text(row) for row in rows}

    def text(self, row: FactRow) -> str:
        """Return what a fact says, without regard to case."""
        return str(self.kernel.open_json(row.value).get("text", "")).casefold()


def measure(keys: int, seed: int) -> Score:
    """Generate, tell, ask and decide; returns what was counted."""
    found = truths(keys, seed)
    telling = Telling(found)
    sayings = list(in_order(found, seed))
    began = time.process_time()
    for saying in sayings:
        telling.hear(saying)
    spent = time.process_time() - began
    telling.clock.advance(NOW - telling.clock.now())
    score = Score(keys=len(found), sayings=len(sayings), ms_per_saying=1000 * spent / len(sayings))
    for truth in found:
        _ask(telling, truth, score)
    for truth in found:
        if truth.is_open:
            _decide(telling, truth, score)
    score.beside = _beside(found, sayings)
    return score


def _ask(telling: Telling, truth: Truth, score: Score) -> None:
    wanted = {one.casefold() for one in truth.now}
    answered = telling.answer(truth.key, telling.clock.now())
    score.stale += len(answered - wanted)
    score.missing += len(wanted - answered)
    for moment, value in truth.past:
        score.past += 1
        score.past_wrong += telling.answer(truth.key, moment) != {value.casefold()}
    rows = telling.rows(truth.key)
    if truth.kind in ("steady", "text", "contradicted", "doubted"):
        score.retired += sum(row.gone_position is not None or row.until is not None for row in rows)
    if truth.is_open:
        score.conflicts += 1
        score.closed += not any(row.asks for row in rows)


def _decide(telling: Telling, truth: Truth, score: Score) -> None:
    """Agree to the card; afterwards exactly its value stands, and nothing waits."""
    (card,) = [row for row in telling.rows(truth.key) if row.asks]
    remember(telling.kernel, card.id)
    telling.clock.sleep(1)
    score.decided += 1
    is_right = telling.answer(truth.key, telling.clock.now()) == {telling.text(card)}
    score.decided_wrong += not is_right or any(row.asks for row in telling.rows(truth.key))


def _beside(found: Sequence[Truth], sayings: Sequence[Saying]) -> dict[str, dict[str, int]]:
    """Return what keeping everything, and retiring what reads alike, come to."""
    tried = {f"alike >= {bar}": _alike(found, sayings, bar) for bar in _BARS}
    best = min(tried, key=lambda name: tried[name]["stale"])
    return {"keep everything": _alike(found, sayings, 2.0), best: tried[best]}


def _alike(found: Sequence[Truth], sayings: Sequence[Saying], bar: float) -> dict[str, int]:
    """Retire, of each saying, what is known and shares that many of its words; then count."""
    live: dict[int, tuple[int, frozenset[str], str]] = {}
    by_word: dict[str, set[int]] = {}
    of = {truth.key: truth for truth in found}
    for number, saying in enumerate(sayings):
        truth = of[saying.key]
        about = truth.person or truth.topic or ""
        words = frozenset(f"{about} {truth.predicate} {saying.text}".casefold().split())
        near = Counter(one for word in words for one in by_word.get(word, ()))
        for other, shared in near.items():
            known = live.get(other)
            if known and shared / len(words | known[1]) >= bar:
                del live[other]
        live[number] = (saying.key, words, saying.text.casefold())
        for word in words:
            by_word.setdefault(word, set()).add(number)
    return _counted(found, live)


def _counted(
    found: Sequence[Truth], live: dict[int, tuple[int, frozenset[str], str]]
) -> dict[str, int]:
    held: dict[int, set[str]] = {}
    for key, _, text in live.values():
        held.setdefault(key, set()).add(text)
    stale = missing = 0
    for truth in found:
        wanted = {one.casefold() for one in truth.now}
        stale += len(held.get(truth.key, set()) - wanted)
        missing += len(wanted - held.get(truth.key, set()))
    return {"stale": stale, "missing": missing}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0 when the bars held."""
    parser = argparse.ArgumentParser(prog="benchmarks.supersession", description=__doc__)
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    score = measure(given.keys, given.seed)
    if given.json:
        print(json.dumps(asdict(score)))
        return 0 if score.is_held else 1
    print(f"{score.keys} keys, {score.sayings} sayings, {score.ms_per_saying:.2f} CPU ms each")
    print(f"  stale in what holds now   {score.stale}   (missing {score.missing})")
    print(f"  wrong as of before        {score.past_wrong} of {score.past}")
    print(f"  unrelated facts retired   {score.retired}")
    print(f"  conflicts not open        {score.closed} of {score.conflicts}")
    print(f"  wrong once decided        {score.decided_wrong} of {score.decided}")
    for name, counts in score.beside.items():
        print(f"  beside, {name}: stale {counts['stale']}, missing {counts['missing']}")
    return 0 if score.is_held else 1


if __name__ == "__main__":
    sys.exit(main())
