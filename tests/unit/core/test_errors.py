"""Proves that every error says what happened and what to do, and survives being sent on."""

import copy
import pickle
from collections.abc import Iterator

import pytest

import aios_defs.core.errors as module
from aios_defs.core.errors import AiosError, OutsideFailed, PolicyRefused, UsageInvalid


def every_error(kind: type[AiosError] = AiosError) -> Iterator[type[AiosError]]:
    """Yield the whole tree."""
    yield kind
    for one in kind.__subclasses__():
        if one.__module__ == module.__name__:
            yield from every_error(one)


ERRORS = list(every_error())


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_survives_a_pickle(kind: type[AiosError]) -> None:
    """Dagster hands errors from process to process; nothing of them is lost."""
    error = kind("It broke.", remedy="Mend it.", action_id="a-1", position=7)

    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(again) is kind
    assert (again.message, again.remedy) == (error.message, error.remedy)
    assert again.fields == error.fields
    assert copy.copy(error).fields == error.fields


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_reads_as_what_happened_and_what_to_do(kind: type[AiosError]) -> None:
    """The text of every error ends with its remedy."""
    assert str(kind("It broke.", remedy="Mend it.")) == "It broke. Mend it."


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_stands_in_the_tree_of_its_module(kind: type[AiosError]) -> None:
    """The header draws the whole tree."""
    assert module.__doc__ is not None
    assert kind.__name__ in module.__doc__.split()


def test_codes_are_unique() -> None:
    """A program tells errors apart by their code."""
    codes = [one.code for one in ERRORS]

    assert len(set(codes)) == len(codes)


def test_exit_codes_are_the_documented_ones() -> None:
    """1 failed, 2 usage, 3 refused by policy."""
    assert {one.exit_code for one in ERRORS} == {1, 2, 3}
    assert PolicyRefused.exit_code == 3
    assert UsageInvalid.exit_code == 2
    assert OutsideFailed.exit_code == 1
