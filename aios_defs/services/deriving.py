"""Owns the label of what an agent derived: it may come from anything that the agent had read."""

from collections.abc import Iterable
from functools import reduce

from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label
from aios_defs.core.model import JsonObject


def label_of(items: Iterable[PackItem], source: PackItem | None, value: JsonObject) -> Label:
    """Return the label of a value that an agent says it took from one item of its pack.

    A text that stands in that item, word for word, is labelled as the item is. Any other value
    joins the labels of the whole pack, whatever the agent says: it weakens none of them (G4, G5).
    """
    if source is not None and _stands_in(source, value):
        return source.label
    return reduce(Label.join, (one.label for one in items), source.label if source else Label())


def _stands_in(source: PackItem, value: JsonObject) -> bool:
    text = value.get("text")
    is_text = isinstance(text, str) and bool(text.strip()) and len(value) == 1
    return is_text and str(text).casefold() in source.text.casefold()
