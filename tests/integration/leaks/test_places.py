"""Proves where the words of memory lie in a home: in the tables of their level and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.errors import AiosError
from aios_defs.core.labels import Level
from aios_defs.definitions import run_workflow
from aios_defs.services.identity.merging import merge
from aios_defs.services.message_view import message_view
from aios_defs.services.person_view import person_view
from aios_defs.services.recall_view import Typed, question_of
from aios_defs.services.trace import trace
from tests.integration.attacks.kit import Stage
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.runs import (
    cards,
    failed_checks,
    plant,
    refresh_memory,
    row_ids,
)
from tests.integration.erasure.forms import holds
from tests.integration.leaks.planting import HOUSE, PEOPLE, Canary, Garden, gardens

OUTSIDE = ("mail", "business", "in")
"""What in the home of a test is a connector's own store, or the operator's own files."""
ORDER = list(Level)


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A planted home whose memory was built and whose workflow ran, under Dagster and indexed."""
    for one in gardens(tmp_path_factory.mktemp("places"), (6,)):
        run_workflow(one.desk.home, WORKFLOW)
        refresh_memory(one.desk.home)
        one.index()
        yield one


def files(garden: Garden) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the home that are ours, by their path in it."""
    for path in sorted(garden.desk.path.rglob("*")):
        name = path.relative_to(garden.desk.path)
        if path.is_file() and name.parts[0] not in OUTSIDE:
            yield str(name), path.read_bytes()


def lying_in(garden: Garden, content: bytes) -> list[Canary]:
    """Return the canaries that bytes hold, as they lie or unpacked."""
    if not holds(content, [one.word for one in garden.canaries]):
        return []
    return [one for one in garden.canaries if holds(content, [one.word])]


def test_words_lie_in_the_tables_of_memory_and_nowhere_else(garden: Garden) -> None:
    """Ledger, keys, blobs, Dagster's storage, logs and other artifacts hold none; nor any name."""
    leaks: dict[str, list[Canary]] = {}
    for name, content in files(garden):
        assert garden.found_in(name) == []
        if not name.startswith(("lance/memory/", "lance/cold/")):
            leaks[name] = lying_in(garden, content)

    assert leaks
    assert [name for name in leaks if leaks[name]] == []


def test_a_table_holds_the_words_of_its_level(garden: Garden) -> None:
    """No word of a stricter level lies in a table of a wider one."""
    levels: set[Level] = set()
    for name, content in files(garden):
        level = next((one for one in Level if any(one in part for part in Path(name).parts)), None)
        if level is None or not name.startswith("lance/"):
            continue
        for one in lying_in(garden, content):
            assert ORDER.index(one.level) >= ORDER.index(level), (name, one)
            levels.add(one.level)

    assert levels == set(Level)


def test_a_failed_check_names_rows_and_quotes_none(garden: Garden) -> None:
    """What Dagster keeps of it, what its page shows and the card that it raises hold no word."""
    plant(garden.desk, "UPDATE facts SET confidence = 7.5")
    failed = failed_checks(garden.desk.home, refresh_memory(garden.desk.home).run_id)
    client, _ = Stage(garden.desk).logged_in()
    pages = [client.get(path) for path in ("/api/quality", "/api/quality/facts", "/quality/facts")]

    assert failed
    assert any(row_ids(one) for one in failed.values())
    assert garden.found_in(str(failed)) == []
    assert {one.status_code for one in pages} == {200}
    assert [one.url.path for one in pages if garden.found_in(one.text)] == []
    assert garden.found_in(str(cards(garden.desk))) == []


def test_errors_say_ids_and_no_words(garden: Garden) -> None:
    """Whatever is asked with ids of other things, the error holds no word of memory."""
    kernel, everybody = garden.desk.kernel, [garden.id_of(one) for one in PEOPLE]
    with kernel.ledger.view() as view:
        events = [one.id for one in view.events()][::7]
    wrong = [
        *everybody,
        *events,
        "",
        "%",
        "'",
        *PEOPLE,
        HOUSE,
        *(one.word for one in garden.canaries),
    ]
    said: list[AiosError] = []
    for one in wrong:
        for step in (
            lambda one=one: message_view(kernel, one),
            lambda one=one: person_view(kernel, one),
            lambda one=one: trace(kernel, one),
            lambda one=one: merge(kernel, one, one),
            lambda one=one: question_of(kernel, Typed(text="a", subject=one, as_of=one)),
        ):
            try:
                step()
            except AiosError as error:
                said.append(error)

    asked = set(wrong)
    assert len(said) > len(wrong)
    for error in said:
        text = f"{error} {error.fields} {error.remedy}"
        assert [one for one in garden.found_in(text) if one.word not in asked] == []
