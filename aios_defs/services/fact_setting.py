"""Owns what the operator says of a subject or of the house: their own words, at their time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.fact_values import read_value, wanted
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.money import with_currency
from aios_defs.core.predicates import Predicate, is_name
from aios_defs.services.fact_learning import Learnt, learn
from aios_defs.services.facts import NewFact
from aios_defs.services.kernel import Kernel

SAID = "the operator said so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the operator says: `text` is the value of `predicate`, of `subject_id` or the house.

    `topic` is for facts of the house. Without `valid_from` it holds from now on where something
    stood, else always. `level` None is that of the predicate, or public of the house. From
    `review_in` on it asks to be looked at again.
    """

    predicate: str
    text: str
    subject_id: str | None = None
    topic: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    level: Level | None = None
    review_in: timedelta | None = None


def set_fact(kernel: Kernel, word: Word) -> Learnt:
    """Take the operator's word in; said again as it stands, it only moves the review date.

    Raises:
        UsageInvalid: the name is none, the value is none of its type, it ends before it begins, or
            it has a subject and a topic: a topic is not sealed, so nothing of a person is one.

    """
    predicate = _predicate(kernel, word.predicate)
    begins, ends = word.valid_from, word.valid_to
    if begins and ends and ends <= begins:
        raise UsageInvalid("It ends before it begins.", remedy="Give a later --to.")
    if word.subject_id and word.topic:
        raise UsageInvalid(
            "A topic is what a fact of the house is about.", remedy="Leave --topic out."
        )
    mine = (word.subject_id,) if word.subject_id else ()
    level = word.level or (predicate.level if word.subject_id else Level.PUBLIC)
    with kernel.ledger.transaction(actor="operator") as tx:
        fact = NewFact(
            topic=word.topic,
            predicate=word.predicate,
            value=_value(kernel, predicate, word.text),
            label=Label(level=level, audience=mine, trust=Trust.OPERATOR),
            valid_from=begins,
            valid_to=ends,
            subject_id=word.subject_id,
            review_at=tx.now + word.review_in if word.review_in else None,
        )
        return learn(kernel, tx, fact, reason=SAID)


def _predicate(kernel: Kernel, name: str) -> Predicate:
    if not is_name(name):
        raise UsageInvalid(
            "The name of a fact is lower-case words joined by `_`.",
            remedy="Write it as price, or delivery_address.",
        )
    return kernel.business.predicate(name)


def _value(kernel: Kernel, predicate: Predicate, text: str) -> JsonObject:
    if predicate.type == "money":
        text = with_currency(text, kernel.business.operator.currency)
    value = read_value(text, predicate)
    if value is None:
        raise UsageInvalid(
            f"The value of {predicate.name} is {wanted(predicate)}.", remedy="Write it like that."
        )
    return value
