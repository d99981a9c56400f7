"""Proves how predicates.yaml is read: over the shipped entries, and every mistake by its line."""

from pathlib import Path

import pytest

from aios_defs.core.predicates import SHIPPED, Predicate
from aios_defs.settings.documents import Mistake
from aios_defs.settings.predicates import read_predicates


def read(folder: Path, text: str) -> tuple[dict[str, Predicate], list[Mistake]]:
    path = folder / "predicates.yaml"
    path.write_text(text)
    mistakes: list[Mistake] = []
    return read_predicates(path, mistakes), mistakes


def test_what_an_entry_leaves_out_stays_as_shipped(tmp_path: Path) -> None:
    """A review period for prices leaves them protected money."""
    found, mistakes = read(tmp_path, "- {name: price, review_days: 90}\n")

    assert mistakes == []
    assert found == {"price": SHIPPED["price"].model_copy(update={"review_days": 90})}


def test_a_missing_file_changes_nothing(tmp_path: Path) -> None:
    """Without the file, the shipped entries are all there are."""
    mistakes: list[Mistake] = []

    assert read_predicates(tmp_path / "predicates.yaml", mistakes) == {}
    assert mistakes == []


@pytest.mark.parametrize(
    "text",
    [
        "price: 90\n",
        "- price\n",
        "- {name: Price}\n",
        "- {cardinality: many}\n",
        "- {name: price, cardinality: few}\n",
        "- {name: price, review_days: 0}\n",
        "- {name: price, colour: red}\n",
        "- {name: price}\n- {name: price}\n",
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    """Whatever does not validate is said, and no stack trace comes."""
    _, mistakes = read(tmp_path, text)

    assert mistakes
    assert all(one.file == "predicates.yaml" for one in mistakes)
