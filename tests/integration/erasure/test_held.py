"""Proves that a restored home which is held says so wherever the operator looks, and why."""

from pathlib import Path

import pytest
from dagster import SkipReason

from aios_defs.core.holding import REMEDY, SAID
from aios_defs.services.doctor import Finding, examine_home
from aios_defs.services.hold import confirm_restore
from resources.dagster_home import lend
from sensors.mail_probe import mail_probe
from sensors.memory_schedule import hourly_memory
from tests.integration.console.kit import Console, words
from tests.integration.copies.kit import OutsideDesk, RestoredDesk, backed_up, restored
from tests.integration.dagster.ticks import tick
from tests.integration.desk import Desk, Mail

BAND = "Restored and read-only."


@pytest.fixture
def held(tmp_path: Path) -> RestoredDesk:
    """A home that was restored without a log of erasures, with mail that came in since."""
    old = OutsideDesk(path=tmp_path / "old").begin()
    backed_up(old.path, tmp_path / "b")
    restored(tmp_path / "b", tmp_path / "new", clock=old.clock, is_confirmed=False)
    new = RestoredDesk(path=tmp_path / "new", clock=old.clock)
    new.deliver(Mail(text="How much is the blue widget?"))
    return new


def findings(desk: Desk) -> list[Finding]:
    found = examine_home(desk.kernel, desk.home.ledger)
    return [one for one in found if one.name == "restore"]


def test_every_page_carries_the_band_until_the_word_of_the_operator(held: RestoredDesk) -> None:
    """It names both ways on, leads to the page of the error, and goes once it is confirmed."""
    console = Console(desk=held)

    pages = [console.get(path) for path in ("/inbox", "/people", "/settings")]

    assert all(BAND in words(page) for page in pages)
    assert all("aios memory erasures LOG" in words(page) for page in pages)
    assert all("aios memory erasures --none" in words(page) for page in pages)
    assert all('href="/docs/errors/restore_unconfirmed"' in page.text for page in pages)
    assert console.get("/docs/errors/restore_unconfirmed").status_code == 200
    confirm_restore(held.home.ledger, by="operator")
    assert BAND not in words(console.get("/inbox"))


def test_doctor_finds_it_and_says_the_way_on(held: RestoredDesk) -> None:
    """It is a failure with the remedy, and no finding any more once it is confirmed."""
    (found,) = findings(held)

    assert (found.level, found.message, found.remedy) == ("failure", SAID, REMEDY)
    confirm_restore(held.home.ledger, by="operator")
    assert findings(held) == []


def test_sensor_and_schedule_skip_and_say_why(held: RestoredDesk) -> None:
    """Neither the mail that waits nor memory that grew starts a run; the remedy is the reason."""
    answers = [tick(one, None, lend(held.home)) for one in (mail_probe, hourly_memory)]

    assert [isinstance(one, SkipReason) for one in answers] == [True, True]
    said = {one.skip_message for one in answers if isinstance(one, SkipReason)}
    assert said == {f"restore_unconfirmed: {REMEDY}"}
