"""Owns what an agent's derived value comes from: its label, and whether it was only recalled."""

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


def is_recalled(items: Iterable[PackItem], source: PackItem | None, value: JsonObject) -> bool:
    """Return whether a value comes from memory, which teaches nothing again.

    So it does from a recalled item that the agent names; and, whatever it names, where it stands
    word for word in a recalled item and in no other.
    """
    if source is not None and source.recalled:
        return True
    holding = [one.recalled for one in items if _stands_in(one, value)]
    return bool(holding) and all(holding)


def _stands_in(source: PackItem, value: JsonObject) -> bool:
    text = value.get("text")
    is_text = isinstance(text, str) and bool(text.strip()) and len(value) == 1
    return is_text and str(text).casefold() in source.text.casefold()
