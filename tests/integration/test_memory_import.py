"""Proves that files of other programs become memory as shown, and once."""

from pathlib import Path
from typing import Any

import pytest

from aios_defs.core.errors import UnknownId
from aios_defs.core.labels import Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import DuplicateRow, IdentityRow, ProfileRow
from aios_defs.services.fact_words import topic_of
from aios_defs.services.identity.describing import Description, describe
from aios_defs.services.imports.undo import imported, undo
from aios_defs.services.judge import participants
from aios_defs.services.notices import open_notices
from tests.integration.desk import KIM, STRANGER, Desk, Mail
from tests.integration.memory_files import (
    CARDS_21,
    CARDS_30,
    CARDS_40,
    ICS,
    NOTE,
    OFFICE_CSV,
    WEBMAIL_CSV,
    facts,
    german_desk,
    imported_from,
    looked_at,
    rows,
    who,
    written,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return german_desk(tmp_path)


def test_cards_of_every_version_become_profiles(desk: Desk) -> None:
    """Names, addresses, numbers, company, language and facts are taken from vCard 2.1, 3 and 4."""
    files = {"a.vcf": CARDS_30, "b.vcf": CARDS_21, "c.vcf": CARDS_40}
    done = [imported_from(desk, written(desk, name, text)) for name, text in files.items()]

    assert [dict(one.counts) for one in done] == [{"new": 1, "changed": 1}, {"new": 1}, {"new": 1}]
    names = ("Ana Silva", "Joerg Mueller", "grazyna kowal")
    ana, joerg, grazyna = (who(desk, one) for one in names)
    assert ana.id == who(desk, "ana@prensa.example").id == who(desk, "+34600123456").id
    assert ana.company_id == who(desk, "Prensa SL").id
    assert joerg.id == who(desk, "+49 170 1234567").id == who(desk, "0170-1234567").id
    assert grazyna.language == "pl"
    assert facts(desk, subject_id=ana.id)["note"] == ["Met at the fair.\nLikes blue."]
    assert facts(desk, subject_id=joerg.id)["note"] == ["Zeile eins\r\nZeile zwei"]
    assert ana.is_endorsed


@pytest.mark.parametrize(
    ("stages", "after"),
    [
        (("customer",), "customer"),
        (("lead", "customer"), "customer"),
        (("customer", "lead"), "customer"),
        (("", "lead"), "lead"),
        (("former",), "former"),
    ],
)
def test_a_company_stands_where_those_who_belong_to_it_do(
    desk: Desk, stages: tuple[str, ...], after: str
) -> None:
    """The company of a customer is no lead, in whatever order they come; the undo takes it back."""
    lines = [f"P{at},p{at}@x.example,{stage},Acme" for at, stage in enumerate(stages)]
    table = "\n".join(["name,email,stage,company", *lines, ""])

    done = imported_from(desk, written(desk, "people.csv", table))

    assert who(desk, "Acme").stage == after
    undo(desk.kernel, done.import_id)
    with pytest.raises(UnknownId):
        who(desk, "Acme")


def test_a_customer_of_before_takes_the_company_along(desk: Desk) -> None:
    """A card without a stage: what is known of the person counts; and your own word on it stays."""
    imported_from(desk, written(desk, "a.csv", "name,email,stage\nAna,ana@x.example,customer\n"))
    imported_from(desk, written(desk, "b.csv", "name,email,company\nAna,ana@x.example,Acme\n"))
    first = who(desk, "Acme")
    describe(desk.kernel, first.id, Description(stage="lead"))
    imported_from(desk, written(desk, "c.csv", "name,email,company\nAna S,ana@x.example,Acme\n"))

    assert first.stage == "customer"
    assert who(desk, "Acme").stage == "lead"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_is_read_in_any_encoding_and_dialect(desk: Desk, encoding: str) -> None:
    """Semicolons, CRLF, a mark or none, UTF-8, UTF-16 or Windows-1252: the same contact."""
    imported_from(desk, written(desk, "office.csv", OFFICE_CSV.encode(encoding)))

    joerg = who(desk, "joerg@mueller.example")
    assert desk.kernel.vault.open(joerg.name) == "Jörg Müller"
    assert joerg.id == who(desk, "+491701234567").id


def test_a_table_of_a_webmail_is_mapped_by_its_headings(desk: Desk) -> None:
    """Several addresses of one field, quotes over lines and unknown columns find their place."""
    path = written(desk, "contacts.csv", WEBMAIL_CSV)

    mapping = dict(looked_at(desk, path).mapping)
    imported_from(desk, path)

    assert mapping["E-mail 1 - Value"] == "address"
    assert mapping["Custom Field 1 - Value"] == "fact:custom_field_value"
    assert who(desk, "ana.s@home.example").id == who(desk, "ana@prensa.example").id
    assert facts(desk, subject_id=who(desk, "ana@prensa.example").id)["note"] == ["two\nlines"]


def test_nothing_is_done_before_it_was_shown(desk: Desk) -> None:
    """A look counts what would become of each entry and writes no event."""
    before = len(desk.events(""))

    outlook = looked_at(desk, written(desk, "a.vcf", CARDS_30 + "BEGIN:VCARD\nFN:X\n"))

    assert dict(outlook.counts) == {"new": 2, "quarantined": 1}
    assert outlook.troubles[0][0] == "line 23"
    assert len(desk.events("")) == before


def test_a_second_import_finds_nothing_new(desk: Desk) -> None:
    """The same file again, or the same people in another format, make no profile twice."""
    imported_from(desk, written(desk, "a.vcf", CARDS_30))
    count = len(rows(desk, ProfileRow))

    again = imported_from(desk, written(desk, "a.vcf", CARDS_30 + "\n"))
    table = imported_from(desk, written(desk, "c.csv", WEBMAIL_CSV))

    assert dict(again.counts) == {"known": 2}
    assert dict(table.counts) == {"changed": 1, "new": 1}
    assert len(rows(desk, ProfileRow)) == count + 1


def test_a_contact_endorses_whom_it_names_and_no_other_address(desk: Desk) -> None:
    """Who wrote first becomes known by the contact; an address that it does not name stays."""
    desk.receive(Mail(text="Hello there", sender=STRANGER))

    imported_from(desk, written(desk, "s.csv", f"name,email\nSam Some,{STRANGER}\n"))

    sam = who(desk, STRANGER)
    (identity,) = rows(desk, IdentityRow, profile_id=sam.id)
    assert (sam.is_endorsed, identity.basis) == (True, "operator")
    assert who(desk, "Sam Some").id == sam.id


def test_an_office_number_makes_no_two_people_one(desk: Desk) -> None:
    """Colleagues with one number stay two; a contact with addresses of two only proposes them."""
    text = "name,email,phone\nAna Silva,ana@x.example,+34600111222\nOmar Haddad,,+34600111222\n"
    text += "Ana Silva,ana@x.example:::omar@y.example,\nOmar,omar@y.example,\n"
    text = text.replace(":::", " ::: ")
    imported_from(desk, written(desk, "o.csv", text))

    assert who(desk, "Ana Silva").id != who(desk, "Omar Haddad").id

    imported_from(desk, written(desk, "p.csv", f"name,email\nKim A,{KIM} ::: ana@x.example\n"))

    (proposed,) = rows(desk, DuplicateRow)
    both = {who(desk, KIM).id, who(desk, "Ana Silva").id}
    assert {proposed.profile_id, proposed.other_id} == both
    assert proposed.state == "open"


def test_facts_of_a_table_are_learnt_or_left_out_with_the_line(desk: Desk) -> None:
    """A fact of somebody known is taken; of somebody unknown it stands in quarantine."""
    text = "subject,topic,predicate,value,valid from\n"
    text += f"{KIM},,shoe size,43,2031-01-01\nNobody Here,,shoe size,12,\n{KIM},,shoe size,,\n"

    done = imported_from(desk, written(desk, "facts.csv", text))

    assert dict(done.counts) == {"new": 1, "quarantined": 2}
    assert facts(desk, subject_id=who(desk, KIM).id)["shoe_size"] == ["43"]
    lines: Any = imported(desk.kernel, done.import_id)["lines"]
    assert [one["place"] for one in lines] == ["line 3", "line 4"]


def test_a_calendar_becomes_interactions_and_facts_with_their_taint(desk: Desk) -> None:
    """Whom an entry is with is known as a stranger, what a file calls it stays third-party."""
    done = imported_from(desk, written(desk, "c.ics", ICS))

    assert dict(done.counts) == {"new": 2, "quarantined": 1}
    kim, new = who(desk, KIM), who(desk, "new@person.example")
    assert not new.is_endorsed
    met = [row for row in rows(desk, InteractionRow) if row.channel == "calendar"]
    assert {row.profile_id for row in met} == {kim.id, new.id}
    assert {(row.at.isoformat(), row.direction) for row in met} == {
        ("2031-01-05T09:00:00+00:00", "in")
    }
    (fact,) = rows(desk, FactRow, subject_id=kim.id, predicate="appointment")
    assert fact.label.trust is Trust.THIRD_PARTY
    (own,) = rows(desk, FactRow, subject_id=None, predicate="appointment")
    assert own.label.trust is Trust.THIRD_PARTY
    assert dict(imported_from(desk, written(desk, "c.ics", ICS + "\n")).counts) == {
        "known": 2,
        "in_quarantine": 1,
    }


def test_an_appointment_makes_nobody_a_participant(desk: Desk) -> None:
    """Whoever invites the operator is written to by approval only."""
    imported_from(desk, written(desk, "c.ics", ICS))
    desk.receive(Mail(text="How much is the blue widget?", sender="new@person.example"))

    with desk.kernel.ledger.view() as view:
        assert "new@person.example" not in participants(desk.kernel, view, desk.task())


def test_notes_become_memory_of_the_house(desk: Desk) -> None:
    """Title, level and whose words they are come from the front matter; hidden folders stay out."""
    written(desk, "vault/ship.md", NOTE)
    written(desk, "vault/quote.md", "---\nsource: third_party\n---\n# Quoted\n\nThey say so.\n")
    written(desk, "vault/bad.md", "---\n- &a [x]\n- *a\n---\ntext\n")
    (desk.path / "vault/.trash").mkdir()
    written(desk, "vault/.trash/old.md", "gone")

    done = imported_from(desk, desk.path / "vault")

    assert dict(done.counts) == {"new": 2, "quarantined": 1}
    notes = {topic_of(desk.kernel, one): one for one in rows(desk, FactRow, predicate="note")}
    ship, quoted = notes["How we ship"], notes["Quoted"]
    assert (ship.label.level, ship.label.trust) == (Level.SHAREABLE, Trust.FIRST_PARTY)
    assert (quoted.label.level, quoted.label.trust) == (Level.LOCAL, Trust.THIRD_PARTY)


def test_what_stands_in_quarantine_is_not_put_there_again(desk: Desk) -> None:
    """It is known by its text, wherever it stands now; its card stays, and undoing frees it."""
    first = imported_from(desk, written(desk, "c.ics", ICS))
    moved = written(desk, "c.ics", ICS.replace("VERSION:2.0", "VERSION:2.0\nX-MORE:here"))

    outlook, again = looked_at(desk, moved), imported_from(desk, moved)

    assert outlook.counts["in_quarantine"] == again.counts["in_quarantine"] == 1
    assert "quarantined" not in {**outlook.counts, **again.counts}
    (line,) = rows(desk, ImportLineRow)
    assert line.import_id == first.import_id
    with desk.kernel.ledger.view() as view:
        assert len(open_notices(view, "import", first.import_id)) == 1
    undo(desk.kernel, first.import_id)
    assert imported_from(desk, moved).counts["quarantined"] == 1
