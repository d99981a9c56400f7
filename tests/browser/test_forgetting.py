"""Proves in a real browser that a person is saved as a file, and forgotten after two looks."""

from io import BytesIO
from zipfile import ZipFile

from playwright.sync_api import expect

from aios_defs.services.erasure.forget import erasure_of
from tests.browser.acting import HANDS, by_every_hand
from tests.browser.conftest import Visit
from tests.browser.scenes import asked
from tests.browser.site import Site
from tests.integration.desk import KIM
from tests.integration.erasure.planted import id_of


@by_every_hand
def test_a_person_is_forgotten_after_two_looks(visit: Visit, site: Site, hand: str) -> None:
    """From their page to what goes and stays; typed and pressed, the certificate stands there."""
    asked(site.desk)
    whom = id_of(site.desk, KIM)
    visitor = visit(**HANDS[hand])
    visitor.open(f"/people/{whom}")
    visitor.act("Forget…", role="link")
    assert visitor.sees("What stays, and why")
    visitor.write(f"Type forget {whom[-8:]}", f"forget {whom[-8:]}")

    visitor.act("Forget for good")

    visitor.page.wait_for_url("**/certificate")
    expect(visitor.page.get_by_text("finished", exact=True)).to_be_visible()
    with site.kernel.ledger.view() as view:
        assert erasure_of(view, whom)


def test_the_file_is_saved_not_shown(visit: Visit, site: Site) -> None:
    """The button saves a zip with the page in it; nothing is opened here."""
    asked(site.desk)
    visitor = visit()
    visitor.open(f"/people/{id_of(site.desk, KIM)}")

    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("link", name="Save as a file").click()

    with ZipFile(BytesIO(saved.value.path().read_bytes())) as zipped:
        assert "index.html" in zipped.namelist()
