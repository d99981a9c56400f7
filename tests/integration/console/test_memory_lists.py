"""Proves that the API lists memory by type as the command does."""

import pytest

from aios_defs.services.memory_lists import LISTS, Asked, memory_list
from tests.integration.console.kit import Console
from tests.integration.desk import KIM, Mail
from tests.integration.memory_files import who


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_each_type_is_listed(console: Console, kind: str) -> None:
    """The same page as the service gives, of all and of one person where that is asked."""
    console.desk.receive(Mail(text="How much is the blue widget?"))

    assert console.json(f"/api/memory/lists/{kind}") == memory_list(console.kernel, kind, Asked())


def test_a_list_of_one_person_has_theirs_alone(console: Console) -> None:
    """By the id of the person."""
    kim = who(console.desk, KIM)

    found = console.json("/api/memory/lists/profiles", of=kim.id)

    assert [one["id"] for one in found["items"]] == [kim.id]


def test_a_type_that_is_none_is_refused(console: Console) -> None:
    """With the types that there are."""
    answer = console.get("/api/memory/lists/nonsense")

    assert answer.status_code == 422
    assert "profiles" in answer.json()["remedy"]
