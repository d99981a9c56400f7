"""Owns a fact's value as people read it."""

import json

from aios_defs.core.errors import KeyErased
from aios_defs.core.fact_values import TITLED
from aios_defs.core.model import JsonObject
from aios_defs.core.rendering import value_text as rendered
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.kernel import Kernel

_SAID_AS_VERB = ("asked_about",)
THE_HOUSE, SOMEBODY = "the house", "somebody"


def value_text(kernel: Kernel, row: FactRow) -> str:
    """Return a fact's value as `said`, or `(erased)`."""
    try:
        return said(kernel, kernel.open_json(row.value))
    except KeyErased:
        return "(erased)"


def said(kernel: Kernel, value: JsonObject) -> str:
    """Return the value of a fact in the operator's language; of unknown form, its JSON."""
    text = rendered(value, kernel.business.operator.language)
    return text or json.dumps(value, ensure_ascii=False)


def to_confirm(kernel: Kernel, row: FactRow, whose: str) -> str:
    """Return the question whether to remember a fact: of whom, what, and which value."""
    value = value_text(kernel, row)
    if row.predicate in _SAID_AS_VERB and not row.topic:
        return f"Remember that {whose} {row.predicate.replace('_', ' ')} {value}?"
    return f"Remember of {whose}: {fact_name(kernel, row)} {value}?"


def to_decide(kernel: Kernel, row: FactRow, whose: str) -> str:
    """Return the question which of several values holds: of whom, and what."""
    return f"Sources disagree on {whose}: {fact_name(kernel, row)}. Which holds?"


def topic_of(kernel: Kernel, row: FactRow) -> str | None:
    """Return what a fact is about: its topic or, where that is a key, its title; None: nothing."""
    if row.topic is None or not row.topic.startswith(TITLED):
        return row.topic
    try:
        return str(kernel.open_json(row.value).get("title", row.topic))
    except KeyErased:
        return None


def fact_name(kernel: Kernel, row: FactRow) -> str:
    """Return what a fact is about, and its predicate: `blue widget, price`."""
    names = (topic_of(kernel, row), row.predicate)
    return ", ".join(one.replace("_", " ") for one in names if one)


def fact_text(kernel: Kernel, row: FactRow) -> str:
    """Return a fact in one line: `blue widget, price: €40.00`."""
    return f"{fact_name(kernel, row)}: {value_text(kernel, row)}"
