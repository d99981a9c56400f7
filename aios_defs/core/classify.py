"""Owns telling which of the operator's categories a message belongs to, by examples and words.

Each sentence is compared with each example by the cosine of tf-idf weights over words and runs of
letters (Salton and Buckley 1988, https://doi.org/10.1016/0306-4573(88)90021-0), so no language is
built in. Abstaining is cheap (the operator is asked), a wrong category is not: below a threshold,
or when two categories are close, there is no answer.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from aios_defs.core.business import Category
from aios_defs.core.folding import fold_text, own_words
from aios_defs.core.model import Model

THRESHOLD = 0.4
MARGIN = 0.08

_RUN = 4
_RUN_WEIGHT = 0.6
_SHORT_WORD = 3
_SHORT_WEIGHT = 0.4
_WORD_BONUS = 0.2
_NEIGHBOURS = 3
_SUPPORT_WEIGHT = 0.4
_MOST_CHARACTERS = 4000
_MOST_SENTENCES = 40
_TELLING_LETTERS = 12
_CURT_WEIGHT = 0.5
_UNRELATED = 0.12
_LONG_QUESTION = 6
_QUESTION_MARKS = ("?", "\uff1f", "\u061f")
_SENTENCE = re.compile(r"[^.!?\u3002\uff01\uff1f\u061f\n]+[.!?\u3002\uff01\uff1f\u061f]*")
_TOKEN = re.compile(r"\w+")


class Classification(Model):
    """What a message is about; `category` None: not sure enough.

    `confidence` is 0 to 1 for the best category, named by `best` even when it was not taken;
    `runner_up` is the next one, if it scored at all.
    """

    category: str | None
    confidence: float
    best: str | None = None
    runner_up: str | None = None


Vector = dict[str, float]


class _Trained:
    """The examples of the categories as unit vectors, and the weight of each feature."""

    def __init__(self, categories: tuple[Category, ...]) -> None:
        examples = [
            (category.name, _features(fold_text(example)))
            for category in categories
            for example in category.examples
        ]
        self.weights = _inverse_frequencies(counts for _, counts in examples)
        self.unseen = max(self.weights.values(), default=1.0)
        self.postings: dict[str, list[tuple[int, float]]] = {}
        self.names = [name for name, _ in examples]
        self.sizes = Counter(self.names)
        for index, (_, counts) in enumerate(examples):
            for feature, weight in self.unit(counts).items():
                self.postings.setdefault(feature, []).append((index, weight))
        self.words = {
            category.name: tuple(_phrase(word) for word in category.words)
            for category in categories
        }

    def unit(self, counts: Counter[str]) -> Vector:
        """Return the tf-idf vector of length 1; words that no example has weigh as the rarest."""
        raw = {
            feature: (1 + math.log(count)) * self.weights.get(feature, self.unseen) * _kind(feature)
            for feature, count in counts.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {feature: value / length for feature, value in raw.items()}

    def similarities(self, counts: Counter[str]) -> dict[str, float]:
        """Return the score of each category for one sentence."""
        cosines: dict[int, float] = {}
        for feature, weight in self.unit(counts).items():
            for index, other in self.postings.get(feature, ()):
                cosines[index] = cosines.get(index, 0.0) + weight * other
        nearest: dict[str, list[float]] = {}
        for index, cosine in cosines.items():
            nearest.setdefault(self.names[index], []).append(cosine)
        return {
            name: _blend(sorted(found, reverse=True), self.sizes[name])
            for name, found in nearest.items()
        }


def classify(text: str, categories: Iterable[Category]) -> Classification:
    """Return the category of a message, or none when it is not clear; deterministic.

    What the message quotes is left out. A word of a `hand_over` category decides alone: such mail
    must reach the operator whatever else it says. A message that asks about two categories, or has
    a longer question that fits none, is not clear either: half an answer is a wrong one.
    """
    known = tuple(categories)
    trained = _trained(known)
    folded = fold_text(own_words(text)[:_MOST_CHARACTERS])
    hits = {name for name, words in trained.words.items() if any(w.search(folded) for w in words)}
    for category in known:
        if category.handling == "hand_over" and category.name in hits:
            return Classification(category=category.name, confidence=1.0, best=category.name)
    sentences = [one for one in _SENTENCE.findall(folded) if one.strip()][:_MOST_SENTENCES]
    scored = [_scores(one, trained) for one in sentences]
    decided = _decided(_totals(scored, hits))
    if decided.category and _asks_more(decided.category, sentences, scored):
        return decided.model_copy(update={"category": None})
    return decided


@lru_cache(maxsize=32)
def _trained(categories: tuple[Category, ...]) -> _Trained:
    return _Trained(categories)


def _scores(sentence: str, trained: _Trained) -> dict[str, float]:
    """Score a sentence; one of a word or two is near to much by chance, so it counts less."""
    scores = trained.similarities(_features(sentence))
    letters = sum(map(len, _TOKEN.findall(sentence)))
    weight = 1.0 if letters >= _TELLING_LETTERS else _CURT_WEIGHT
    return {name: weight * score for name, score in scores.items()}


def _totals(scored: list[dict[str, float]], hits: set[str]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for scores in scored:
        for name, score in scores.items():
            totals[name] = max(score, totals.get(name, 0.0))
    for name in hits:
        totals[name] = min(1.0, totals.get(name, 0.0) + _WORD_BONUS)
    return totals


def _decided(scores: dict[str, float]) -> Classification:
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    if not ranked:
        return Classification(category=None, confidence=0.0)
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    is_clear = score >= THRESHOLD and score - second >= MARGIN
    return Classification(
        category=best if is_clear else None,
        confidence=round(min(1.0, score), 4),
        best=best,
        runner_up=ranked[1][0] if len(ranked) > 1 else None,
    )


def _asks_more(category: str, sentences: list[str], scored: list[dict[str, float]]) -> bool:
    for sentence, scores in zip(sentences, scored, strict=True):
        own = scores.get(category, 0.0)
        if any(score >= THRESHOLD and score > own for score in scores.values()):
            return True
        is_question = sentence.rstrip().endswith(_QUESTION_MARKS)
        if is_question and own < _UNRELATED and len(_TOKEN.findall(sentence)) >= _LONG_QUESTION:
            return True
    return False


def _features(folded: str) -> Counter[str]:
    """Return words (`w:`) and the runs of letters within them (`r:`), counted."""
    counts: Counter[str] = Counter()
    for word in _TOKEN.findall(folded):
        counts["w:" + word] += 1
        padded = f" {word} "
        if len(word) > _SHORT_WORD:
            counts.update(
                "r:" + padded[start : start + _RUN] for start in range(len(padded) - _RUN + 1)
            )
    return counts


def _kind(feature: str) -> float:
    """Weigh runs below words, and short words, mostly grammar in any language, below long ones."""
    if feature[0] == "r":
        return _RUN_WEIGHT
    return _SHORT_WEIGHT if len(feature) - 2 <= _SHORT_WORD else 1.0


def _inverse_frequencies(examples: Iterable[Counter[str]]) -> dict[str, float]:
    counted = list(examples)
    frequency = Counter(feature for counts in counted for feature in counts)
    total = len(counted)
    return {
        feature: math.log((1 + total) / (1 + count)) + 1 for feature, count in frequency.items()
    }


def _blend(cosines: list[float], examples: int) -> float:
    """Let the nearest example count most; the next ones, as far as there are any, support it."""
    others = min(_NEIGHBOURS, examples - 1)
    if not others:
        return cosines[0]
    support = sum(cosines[1 : 1 + others]) / others
    return (1 - _SUPPORT_WEIGHT) * cosines[0] + _SUPPORT_WEIGHT * support


def _phrase(word: str) -> re.Pattern[str]:
    parts = _TOKEN.findall(fold_text(word))
    joined = r"\W+".join(re.escape(part) for part in parts)
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"(?<!\w){joined}{ending}(?!\w)" if parts else r"(?!)")
