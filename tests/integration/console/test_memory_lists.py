"""Proves that the API lists memory by type as the command does."""

import pytest

from aios_defs.services.fact_setting import Word, set_fact
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


@pytest.mark.parametrize("words", [KIM, "kim a", "house"])
def test_the_api_takes_a_subject_as_it_is_typed(console: Console, words: str) -> None:
    """Facts and lists of whom an address or a name means, or of the house."""
    kim = who(console.desk, KIM).id
    hers = set_fact(console.kernel, Word(predicate="colour", text="red", subject_id=kim)).fact_id

    listed = {one["id"] for one in console.json("/api/memory/lists/facts", of=words)["items"]}
    facts = {one["id"] for one in console.json("/api/facts", of=words)["facts"]}

    assert listed == facts
    assert (listed == {hers}) == (words != "house")
    for path in ("/api/memory/lists/facts", "/api/facts", "/facts"):
        answer = console.get(path, of="Nobody At All")
        assert answer.status_code == 404


def test_a_type_that_is_none_is_refused(console: Console) -> None:
    """With the types that there are."""
    answer = console.get("/api/memory/lists/nonsense")

    assert answer.status_code == 422
    assert "profiles" in answer.json()["remedy"]
