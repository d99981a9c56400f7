"""Proves that the gate of a mail's run and Great Expectations find the same, by the same ids."""

from random import Random  # noqa: TID251 - seeded, so a run repeats

import pytest

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.quality.verdict import Artifact
from resources.quality.gate import GATED
from resources.quality.great import MOST_IDS, unmet
from resources.quality.light import LIGHT, unmet_lightly
from resources.quality.suites import SUITES, Suite

ODD: tuple[JsonValue, ...] = (None, "", "nonsense", -1, 1.5, True)
"""What a cell may become: absent, unknown, out of bounds, of another type. No list: no column of
these tables that a suite reads can hold one."""


def good(suite: Suite, number: int) -> JsonObject:
    """Return a row that is as a suite says it must be."""
    row: JsonObject = dict.fromkeys(sorted(suite.columns), "something")
    for one in suite.expectations:
        (column,) = one.columns
        if "value_set" in one.arguments:
            row[column] = one.arguments["value_set"][number % len(one.arguments["value_set"])]
        if "min_value" in one.arguments:
            row[column] = int(one.arguments["min_value"]) + number
    return row | {suite.key: f"row-{number}"}


def agree(suite: Suite, rows: list[JsonObject]) -> int:
    """Hold the two to each other; returns how many expectations are not met."""
    light = unmet_lightly(rows, suite.key, suite.expectations)

    assert light == [*unmet(rows, suite.key, suite.columns, suite.expectations)]
    return len(light)


@pytest.mark.parametrize("name", GATED)
def test_good_rows_pass_both(name: Artifact) -> None:
    """Rows as they must be, and none at all, are found good by either."""
    suite = SUITES[name]

    assert agree(suite, [good(suite, number) for number in range(30)]) == 0
    assert agree(suite, []) == 0


@pytest.mark.parametrize("name", GATED)
def test_each_bad_cell_is_found_by_both(name: Artifact) -> None:
    """Each column with each odd value: the same is not met, and the same row is named."""
    suite = SUITES[name]
    rows = [good(suite, number) for number in range(4)]

    found = {
        (column, str(odd)): agree(suite, [*rows, good(suite, 4) | {column: odd}])
        for column in sorted(suite.columns)
        for odd in ODD
    }

    read = {column for one in suite.expectations for column in one.columns}
    assert read <= {column for (column, _), unmet_ones in found.items() if unmet_ones}


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("seed", range(5))
def test_random_rows_are_found_alike(name: Artifact, seed: int) -> None:
    """Many rows of which some cells are odd and some rows stand twice: the same findings."""
    chance, suite = Random(seed), SUITES[name]  # noqa: S311 - test data, not a secret
    rows = [good(suite, number) for number in range(60)]
    for _ in range(12):
        row = chance.choice(rows)
        row[chance.choice(sorted(suite.columns))] = chance.choice(ODD)
    rows += [dict(row) for row in chance.sample(rows, 3)]

    assert agree(suite, rows) > 0


@pytest.mark.parametrize("name", GATED)
def test_of_many_bad_rows_both_name_the_same_first(name: Artifact) -> None:
    """More bad rows than one finding names are counted by both."""
    suite = SUITES[name]
    rows = [
        good(suite, number) | {"state": "odd", "standing": "odd"} for number in range(MOST_IDS + 5)
    ]

    assert agree(suite, rows) > 0


@pytest.mark.parametrize("name", GATED)
def test_the_gate_knows_what_its_suites_expect(name: Artifact) -> None:
    """An expectation of a new kind in a gated suite has to be taught to the gate."""
    assert {one.kind for one in SUITES[name].expectations} <= LIGHT.keys()
