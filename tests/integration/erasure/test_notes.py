"""Proves that a name in a note's title, or in the name of its file, goes from the ledger too."""

from pathlib import Path

import pytest

from aios_defs.core.envelope import Draft
from aios_defs.core.events.imports import MemoryLineQuarantined
from aios_defs.core.labels import Label, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.services.correcting import correct
from aios_defs.services.erasure.forget import forget
from aios_defs.services.event_words import sentence
from aios_defs.services.fact_learning import learn
from aios_defs.services.fact_view import house_facts
from aios_defs.services.fact_words import fact_text
from aios_defs.services.facts import NewFact
from aios_defs.services.imports.places import place_of
from aios_defs.services.imports.standing import Standing
from aios_defs.services.imports.undo import imported
from resources.erasing import finish_erasures
from tests.integration.desk import Desk
from tests.integration.erasure.planted import ADDRESS, filled
from tests.integration.erasure.searching import NOT_OURS, files_with, readable_with
from tests.integration.memory_files import imported_from, rows, written

NAMES = ("zylpha titleword", "zylpha headingword", "zylpha fileword", "zylpha brokenword")
NOTES = {
    "one": f"---\ntitle: {NAMES[0]}\n---\nShe likes blue.\n",
    "two": f"# {NAMES[1]}\n\nShe likes green.\n",
    NAMES[2]: "She likes red.\n",
    NAMES[3]: "",
    f"of {ADDRESS}": "",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path / "home").begin()


def test_no_name_in_a_title_or_a_file_name_is_left_in_the_ledger(desk: Desk) -> None:
    """Titles, names of files and of those that can't be taken are read before; no byte is after."""
    whom = filled(desk)
    done = _import(desk)
    assert dict(done.counts) == {"new": 3, "quarantined": 2}
    assert [one for one in NAMES[:3] if not readable_with(desk.kernel, (one,))] == []
    assert f"the file {NAMES[3]}.md" in _places(desk)

    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert files_with(desk.path, NAMES, but=(*NOT_OURS, "lance")) == []


def test_an_entry_whose_file_is_named_by_her_address_goes_with_her(desk: Desk) -> None:
    """Its place and text are erased by the same key; the entries beside it still read."""
    whom = filled(desk)
    done = _import(desk)

    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert sorted(_places(desk)) == ["(erased)", f"the file {NAMES[3]}.md"]
    lines = imported(desk.kernel, done.import_id)["lines"]
    assert isinstance(lines, list)
    shown = [(one["place"], one["text"]) for one in lines if isinstance(one, dict)]
    assert min(shown) == ("(erased)", "(erased)")


def test_a_title_is_read_wherever_a_topic_is(desk: Desk) -> None:
    """Lists, texts and corrections have it; the story of the ledger says nothing in its place."""
    _import(desk)
    (row,) = [one for one in _notes(desk) if "blue" in fact_text(desk.kernel, one)]

    newer = correct(desk.kernel, row.id, "She likes black.")

    (said,) = [one for one in _notes(desk) if one.id == newer]
    assert said.topic == row.topic
    assert fact_text(desk.kernel, said) == f"{NAMES[0]}, note: She likes black."
    topics = {str(one["topic"]) for one in house_facts(desk.kernel) if isinstance(one, dict)}
    assert set(NAMES[:3]) <= topics
    told = {sentence(one) for one in desk.events("fact.asserted") if one.data["fact"]}
    assert "Holds from now on: note" in told


def test_a_second_import_knows_notes_by_their_titles(desk: Desk) -> None:
    """Sealed or, from before titles were sealed, in the clear: what is known makes no new fact."""
    former = NewFact(
        topic="two",
        predicate="note",
        value={"text": "As it was."},
        label=Label(trust=Trust.FIRST_PARTY),
        author="import",
    )
    with desk.kernel.ledger.transaction(actor="import") as tx:
        learn(desk.kernel, tx, former, reason="said")
    written(desk, "mail/notes/a.md", "---\ntitle: two\n---\nAs it was.\n")
    written(desk, "mail/notes/b.md", f"---\ntitle: {NAMES[0]}\n---\nText.\n")
    first = imported_from(desk, desk.path / "mail/notes")
    written(desk, "mail/notes/c.md", f"---\ntitle: {NAMES[1]}\n---\nText.\n")

    second = imported_from(desk, desk.path / "mail/notes")

    assert dict(first.counts) == {"known": 1, "new": 1}
    assert dict(second.counts) == {"known": 2, "new": 1}


def test_a_place_from_before_it_was_sealed_is_read(desk: Desk) -> None:
    """An event that has its place in the clear shows it as ever."""
    with desk.kernel.ledger.transaction(actor="import") as tx:
        data = MemoryLineQuarantined(
            line_id="line",
            import_id="one",
            place="line 12",
            reason="is empty",
            remedy="Nothing is to be done.",
            raw=tx.put_blob(tx.draw_ref(), b"text"),
        )
        tx.append(Draft(stream="import-one", data=data, correlation_id="one"))

    assert _places(desk) == ["line 12"]


def _import(desk: Desk) -> Standing:
    for name, text in NOTES.items():
        written(desk, f"mail/notes/{name}.md", text)
    return imported_from(desk, desk.path / "mail/notes")


def _notes(desk: Desk) -> list[FactRow]:
    return rows(desk, FactRow, predicate="note")


def _places(desk: Desk) -> list[str]:
    found = rows(desk, ImportLineRow)
    with desk.kernel.ledger.view() as view:
        return [place_of(desk.kernel, view, one) for one in found]
