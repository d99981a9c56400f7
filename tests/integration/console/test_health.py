"""Proves the health page: what is wrong first, slow looks beside it, letting a connector write."""

from datetime import timedelta
from threading import Event

import pytest

from aios_defs.services.trust import suspend, trust
from resources.disk_use import disk_use
from resources.process_status import ChildStatus, UpStatus, write_status
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, Mail
from tests.servers.database import on_sqlite


def settled(console: Console) -> str:
    """Return the words of the health page once every slow look is there."""
    for name in ("reached", "findings", "disk"):
        console.get("/health")
        console.looked(name)
    return words(console.get("/health"))


def test_a_well_house_says_so(console: Console) -> None:
    """With every connector trusted and answering, the page says that nothing needs the operator."""
    page = settled(console)

    assert "Nothing here needs you." in page
    assert "0 in its store, 0 received" in page
    assert "business/policies.yaml validates." in page
    assert "does not run this home" in page


def test_what_is_wrong_stands_first(console: Console) -> None:
    """A suspended connector is named at the top, with what it means, and in the API."""
    suspend(console.kernel, "mail", "its server changed")

    page, told = settled(console), console.json("/api/health")

    assert page.index("It may not write (suspended)") < page.index("Connectors mail")
    assert "its server changed" in page
    assert not told["is_well"]
    assert told["attention"][0]["what"] == "connector mail"


def test_a_connector_is_trusted_for_some_days_and_stopped(console: Console) -> None:
    """The operator lets a connector write until a day, and takes it back."""
    trusted = console.call("/api/health/connectors/mail/trust", "trust:mail", days="30").json()
    stopped = console.post("/health/connectors/mail/suspend", "suspend:mail")
    told = console.json("/api/health")["connectors"]["list"][0]

    assert trusted["standing"] == "trusted"
    assert trusted["until"].startswith(
        f"{console.kernel.clock.now() + timedelta(days=30):%Y-%m-%d}"
    )
    assert (stopped.status_code, stopped.headers["location"]) == (303, "/health#connectors")
    assert told["standing"] == "suspended"
    assert console.lane.woken == 2


@pytest.mark.parametrize("days", ["", "0", "91", "-1", "1e3", "٣", "9999999999999999999"])
def test_a_number_of_days_that_is_none_is_refused(console: Console, days: str) -> None:
    """Nothing but 1 to 90 days lets a connector write."""
    before = console.json("/api/health")["connectors"]["list"][0]["until"]

    refused = console.call("/api/health/connectors/mail/trust", "trust:mail", days=days)

    assert refused.status_code == 422
    assert console.json("/api/health")["connectors"]["list"][0]["until"] == before


def test_an_unknown_connector_is_a_mistake(console: Console) -> None:
    """A connector that connectors.yaml does not have can't be trusted or stopped."""
    for act in ("trust", "suspend"):
        refused = console.call(f"/api/health/connectors/x/{act}", f"{act}:x", days="7")
        assert refused.status_code == 422


def test_the_ledger_is_checked_beside_the_page(console: Console) -> None:
    """A check is begun by a button and its result is shown, with the head it reached."""
    console.desk.receive(Mail(text="How much is the blue widget?", sender=KIM))

    begun = console.post("/health/verify", "verify")
    console.looked("verify")
    page, told = words(console.get("/health")), console.json("/api/health")

    assert (begun.status_code, begun.headers["location"]) == (303, "/health#ledger")
    assert told["verification"]["result"]["ok"]
    assert told["verification"]["result"]["head_position"] == told["verification"]["total"]
    assert f"All {told['verification']['total']} events hold" in page


def test_while_every_look_is_under_way_the_page_says_so(console: Console) -> None:
    """With nothing found out yet, each slow part says that it is looking, and the page is whole."""
    go_on, slow = Event(), ("reached", "findings", "disk")
    for name in slow:
        console.looks.start(name, lambda _: {"is_over": go_on.wait()}, patience=0)

    try:
        page = words(console.get("/health"))
    finally:
        go_on.set()

    assert page.count("Looking…") == len(slow)
    assert "What you see is the last look." not in page


def test_a_look_is_kept_for_a_while_and_made_anew_later(console: Console) -> None:
    """A page opened again at once asks the connectors nothing; one opened later does."""
    settled(console)
    first = console.json("/api/health")["connectors"]["looked"]["at"]
    console.desk.wait(seconds=30)
    again = console.json("/api/health")["connectors"]["looked"]["at"]
    console.desk.wait(minutes=10)
    later = console.json("/api/health")["connectors"]["looked"]["at"]

    assert again == first
    assert later > first


def test_processes_are_shown_with_what_happened_to_them(console: Console) -> None:
    """Each process that is kept alive shows its restarts and how it last ended."""
    since = "2031-01-01T00:00:00Z"
    child = ChildStatus(
        name="daemon", pid=None, since=since, restarts=4, last_exit="signal 9", is_failing=True
    )
    write_status(
        console.desk.path,
        UpStatus(
            state="running",
            pid=1,
            worker=console.kernel.workers.me,
            since=since,
            ports={"console": 3000},
            children=(child,),
        ),
    )

    page, told = words(console.get("/health")), console.json("/api/health")

    assert "ends again and again" in page
    assert "signal 9" in page
    assert [one["name"] for one in told["processes"]["list"]] == ["supervisor", "daemon"]
    assert {"what": "process daemon", "words": "It ended again and again.", "at": "processes"} in (
        told["attention"]
    )


@on_sqlite
def test_the_parts_of_a_home_add_up(console: Console) -> None:
    """What the home takes is the sum of its parts, each counted once."""
    found = disk_use(console.desk.path)

    parts = found["parts"]
    assert isinstance(parts, dict)
    assert found["used"] == sum(int(str(one)) for one in parts.values())
    assert int(str(parts["ledger"])) > 0


def test_status_is_that_of_the_command(console: Console) -> None:
    """The API tells where the home stands in the shape of `aios status --json`."""
    trust(console.kernel, "mail", timedelta(days=1))

    told = console.json("/api/status")

    assert told["connectors"] == {"mail": "trusted"}
    assert told["messages"]["received"] == 0
