"""Proves that nothing from before brings somebody back who was forgotten, whatever way it takes."""

from datetime import timedelta
from pathlib import Path

import pytest

from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.rows.sinks import SinkRow
from aios_defs.services.erasure.certificate import certificate_of
from aios_defs.services.erasure.forget import forget
from aios_defs.services.trusted_sinks import trust_sink
from resources.erasing import finish_erasures
from tests.integration.desk import DESK, Desk, Mail
from tests.integration.erasure.planted import ADDRESS, NAME, WORDS, id_of
from tests.integration.erasure.searching import readable_with
from tests.integration.memory_files import imported_from, looked_at, written

CARD = f"BEGIN:VCARD\nVERSION:3.0\nFN:{NAME}\nEMAIL:{ADDRESS}\nEND:VCARD\n"
BROKEN = f"BEGIN:VCARD\nVERSION:3.0\nFN:{NAME}\nEMAIL:{ADDRESS}\nNOTE:breaks o"
TABLE = f"subject,predicate,value\n{ADDRESS},likes,plantedfactword\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a home that has forgotten her."""
    desk = Desk(path=tmp_path / "home").begin()
    desk.receive(Mail(text="How much is the blue widget?", sender=f"{NAME} <{ADDRESS}>"))
    trust_sink(desk.kernel, "address", ADDRESS)
    forget(desk.kernel, id_of(desk, ADDRESS))
    finish_erasures(desk.home)
    return desk


@pytest.mark.parametrize(
    ("name", "text"), [("her.vcf", CARD), ("cut.vcf", BROKEN), ("facts.csv", TABLE)]
)
def test_an_import_skips_her_and_keeps_no_line(desk: Desk, name: str, text: str) -> None:
    """A card of hers, a broken one, a fact about her: counted as erased; not a byte is kept."""
    file = written(desk, name, text)

    outlook = looked_at(desk, file)
    standing = imported_from(desk, file)

    assert dict(outlook.counts) == dict(standing.counts) == {"erased": 1}
    assert readable_with(desk.kernel, WORDS) == []
    with desk.kernel.ledger.view() as view:
        assert view.count(ImportLineRow) == 0


@pytest.mark.parametrize("folder", ["inbox", "sent"])
def test_an_older_mail_that_a_store_holds_is_accounted_for_and_not_read(
    desk: Desk, folder: str
) -> None:
    """From her or to her, of before: it stands among the ignored, without a byte of it."""
    sender, to = (ADDRESS, DESK) if folder == "inbox" else (DESK, ADDRESS)
    mail = Mail(text="plantedbodyword", sender=sender, to=to, subject="plantedsubjectword")

    desk.deliver(mail, folder=folder, age=timedelta(days=1))
    desk.turn()

    assert [row.reason for row in desk.messages() if row.folder == folder][-1] == "erased"
    assert readable_with(desk.kernel, WORDS) == []
    assert desk.take()["known"] == 0
    assert desk.standings()["waiting"] == 0


def test_she_is_trusted_no_more(desk: Desk) -> None:
    """What the operator said of her address is taken back with her."""
    with desk.kernel.ledger.view() as view:
        assert view.count(SinkRow) == 0
    assert len(desk.events("sink.distrusted")) == 1


def test_a_certificate_is_found_by_a_part_of_its_id(desk: Desk) -> None:
    """As the command line shows ids: by their end; by their beginning as well."""
    (erased,) = desk.events("subject.erased")

    found = [certificate_of(desk.kernel, one)["id"] for one in (erased.id[-8:], erased.id[:20])]

    assert found == [erased.id, erased.id]
