"""Proves the pages about the checks of artifacts: each row that fails leads to what it is about."""

import pytest

from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.quality.verdict import Artifact, Unmet, Verdict
from resources.quality.verdicts import Verdicts
from tests.integration.console.kit import Console
from tests.integration.desk import Mail


def keep(console: Console, artifact: Artifact, *ids: str, words: str = "state is good") -> None:
    unmet = (Unmet(words=words, count=len(ids), ids=ids),) if ids else ()
    verdict = Verdict(
        artifact=artifact,
        at=console.kernel.clock.now(),
        position=3,
        served=2 if ids else 3,
        rows=7,
        is_kept_back=bool(ids),
        unmet=unmet,
    )
    Verdicts(console.desk.path).keep(verdict)


def test_nothing_was_checked_yet(console: Console) -> None:
    """Without a verdict the page says what makes one, and an artifact has no page."""
    assert "Nothing was checked yet" in console.get("/quality").text
    assert console.json("/api/quality") == {"artifacts": []}
    assert console.get("/quality/facts").status_code == 404
    assert console.get("/quality/nonsense").status_code == 404


def test_a_row_that_fails_leads_to_what_it_is_about(console: Console) -> None:
    """Of an interaction it is its message, of a fact the fact, of cold memory either."""
    console.desk.receive(Mail(text="How much is the blue widget?"))
    with console.kernel.ledger.view() as view:
        row = next(one for one in view.select(InteractionRow) if one.message_id)
    keep(console, "interactions", row.id)
    keep(console, "cold_memory", f"turn:{row.id}", "fact:some:closed")

    page = console.get("/quality/interactions").text
    cold = console.json("/api/quality/cold_memory")

    assert f'href="/messages/{row.message_id}"' in page
    assert "kept back" in page
    assert "aios memory quality interactions" in page
    (found,) = cold["unmet"]
    assert [(one["kind"], one["about"]) for one in found["rows"]] == [
        ("message", row.message_id),
        ("fact", "some"),
    ]


@pytest.mark.parametrize(
    "artifact", ["profiles", "facts", "messages", "tickets", "replies", "outcomes"]
)
def test_each_artifact_has_its_page(console: Console, artifact: Artifact) -> None:
    """A page opens for each of them, with a link for each row."""
    keep(console, artifact, "one", "two")

    page = console.get(f"/quality/{artifact}").text

    assert page.count("data-step") == 2
    assert "2 rows are not so" in page


def test_a_good_artifact_says_so(console: Console) -> None:
    """What meets all has no rows to show, in the list and on its page."""
    keep(console, "facts")

    assert ">good<" in console.get("/quality").text
    assert "All that is expected of it holds" in console.get("/quality/facts").text
    assert console.json("/api/quality/facts")["remedy"] is None


def test_health_tells_of_a_build_that_is_kept_back(console: Console) -> None:
    """The health page has the finding of the doctor, with the command that helps."""
    keep(console, "facts", "one")
    console.json("/api/health")
    console.looked("findings")

    found = console.json("/api/health")["findings"]["result"]["findings"]

    (mine,) = [one for one in found if one["name"] == "artifact facts"]
    assert mine["level"] == "failure"
    assert "--rebuild" in mine["remedy"]
