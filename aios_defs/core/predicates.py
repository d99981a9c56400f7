"""Owns what is known of predicates: how many values they have, who may change them, their type.

The operator's `business/predicates.yaml` changes or adds entries; these are the shipped ones.
"""

import re
from typing import Literal

from pydantic import Field

from aios_defs.core.labels import Level
from aios_defs.core.model import Model

Cardinality = Literal["single", "many", "text"]
ValueType = Literal["any", "money", "quantity", "date", "text"]
_NAME = re.compile("[a-z][a-z0-9_]{0,60}")


class Predicate(Model):
    """What a predicate is like.

    `cardinality`: `single` (one value at a time: a new one takes the old one's place), `many`
    (values stand beside one another) or `text` (notes; never compared but for being the same). A
    `protected` one changes only with the operator's approval. `type` is the form of its values,
    `unit` that of a quantity without one. `review_days` after it was said, a fact asks to be looked
    at again; None: never. `level` is that of what is said of somebody without a level; nobody but
    the operator says it at a wider one. Facts of the house have the level they were stated with.
    """

    name: str = Field(pattern=f"^{_NAME.pattern}$")
    cardinality: Cardinality = "single"
    protected: bool = False
    type: ValueType = "any"
    unit: str | None = Field(default=None, max_length=20)
    review_days: int | None = Field(default=None, ge=1, le=36_500)
    level: Level = Level.SHAREABLE


def is_name(text: str) -> bool:
    """Return whether a text may name a predicate: names stand in the ledger in the clear."""
    return _NAME.fullmatch(text) is not None


def _money(name: str, review_days: int | None = None) -> Predicate:
    return Predicate(name=name, protected=True, type="money", review_days=review_days)


def _account(name: str) -> Predicate:
    return Predicate(name=name, protected=True, type="text", review_days=365, level=Level.LOCAL)


def _intimate(name: str, cardinality: Cardinality = "single") -> Predicate:
    return Predicate(name=name, cardinality=cardinality, type="text", level=Level.LOCAL)


SHIPPED = {
    one.name: one
    for one in (
        _money("price"),
        _money("rate"),
        _money("fee"),
        _money("discount_price"),
        Predicate(name="deadline", protected=True, type="date"),
        Predicate(name="due_date", protected=True, type="date"),
        _account("bank_details"),
        _account("iban"),
        _account("payee"),
        Predicate(name="consent", protected=True, type="text"),
        Predicate(name="birthday", type="date"),
        _intimate("password"),
        _intimate("salary"),
        _intimate("religion"),
        _intimate("tax_number"),
        _intimate("passport"),
        _intimate("health", "text"),
        _intimate("diagnosis", "many"),
        _intimate("allergy", "many"),
        Predicate(name="weight", type="quantity", unit="kg"),
        Predicate(name="asked_about", cardinality="many"),
        Predicate(name="interest", cardinality="many"),
        Predicate(name="product", cardinality="many"),
        Predicate(name="language", cardinality="many"),
        Predicate(name="appointment", cardinality="many", type="text"),
        Predicate(name="postal_address", cardinality="many", type="text"),
        Predicate(name="tag", cardinality="many"),
        Predicate(name="note", cardinality="text", type="text"),
        Predicate(name="preference", cardinality="text", type="text"),
        Predicate(name="remark", cardinality="text", type="text"),
    )
}
"""The predicates every house begins with, by name."""


_UNKNOWN = Predicate(name="unknown")


def find_predicate(own: dict[str, Predicate], name: str) -> Predicate:
    """Return what is known of a predicate: the operator's entry, else the shipped one.

    A name that has none goes by its last word (`trade_price` is a price, `final_deadline` a
    deadline), and is a single value of any type when that has none either.
    """
    known = SHIPPED | own
    last = name.rpartition("_")[2]
    found = known.get(name) or known.get(last)
    return (found or _UNKNOWN).model_copy(update={"name": name})
