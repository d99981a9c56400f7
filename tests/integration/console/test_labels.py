"""Proves that a page shows how far a fact or message may go, and takes the word on it."""

from aios_defs.services.lowering import label_view
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, Mail


def confidential(console: Console) -> str:
    headers = (("Sensitivity", "Private"),)
    console.desk.receive(Mail(text="Between us.", sender=KIM, headers=headers))
    return console.desk.messages()[0].id


def test_a_message_leads_to_its_label(console: Console) -> None:
    """Its page names the level and links to where it is lowered."""
    message = confidential(console)

    assert f'href="/labels/{message}"' in console.get(f"/messages/{message}").text
    page = words(console.get(f"/labels/{message}"))
    assert "Local It stays on this machine." in page
    assert "may have left" not in page


def test_a_browser_lowers_a_label_and_takes_it_back(console: Console) -> None:
    """Each act counts at once, wakes the lane, and shows what can be done next."""
    message = confidential(console)

    answer = console.post(f"/labels/{message}/lower", f"lower:{message}", level="shareable")
    lowered = words(console.get(answer.headers["location"]))
    console.post(f"/labels/{message}/restore", f"restore:{message}")

    assert answer.status_code == 303
    assert "You lowered it; it was local" in lowered
    assert "Back to local" in lowered
    assert "Nothing has." in lowered
    assert console.lane.woken == 2
    assert label_view(console.kernel, message)["level"] == "local"


def test_a_nonce_of_another_thing_lowers_nothing(console: Console) -> None:
    """What a page was given for one content opens no other."""
    message = confidential(console)

    answer = console.post(f"/labels/{message}/lower", "lower:another", level="public")

    assert answer.status_code >= 400
    assert label_view(console.kernel, message)["level"] == "local"
