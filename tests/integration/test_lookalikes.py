"""Proves that a sender who imitates someone known is flagged in words, and no ordinary one is."""

from pathlib import Path

import pytest

from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.address_book import LOOKALIKE, looks_like
from aios_defs.services.messages import read_message
from aios_defs.services.receive import take_in
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home
from aios_defs.settings.environment import load_settings
from resources.home import open_home
from tests.generated_business import generate_business
from tests.integration.desk import DESK, KIM, LOU, STRANGER, Desk, Mail

AUTHENTICATED = (("Authentication-Results", "mx.widgets.example; dmarc=pass"),)


def likeness(desk: Desk, address: str, name: str = "") -> str:
    """Return in words whom a sender would be taken for; empty for nobody."""
    with desk.kernel.ledger.view() as view:
        found = looks_like(desk.kernel, view, address, name)
    return found.words if found else ""


def idna(address: str) -> str:
    """Return an address as a mail carries it."""
    name, _, host = address.partition("@")
    return f"{name}@{host.encode('idna').decode('ascii')}"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("kim@c0mpany.example", KIM),
        ("kirn@company.example", KIM),
        (idna("kim@c\N{CYRILLIC SMALL LETTER O}mpany.example"), KIM),
        (idna("someone@comp\N{CYRILLIC SMALL LETTER A}ny.example"), "company.example"),
        ("billing@cornpany.example", "company.example"),
        ("billing@compny.example", "company.example"),
        ("billing@compamy.example", "company.example"),
        ("billing@copmany.example", "company.example"),
        ("desk@w1dgets.example", DESK),
        ("pat@widgetss.example", "widgets.example"),
    ],
)
def test_an_imitated_address_is_named(desk: Desk, address: str, known: str) -> None:
    """Other scripts, digits, joined letters and single slips lead to the one that is imitated."""
    assert f"{known}, which you know, but is not" in likeness(desk, address)


def test_a_foreign_letter_is_named(desk: Desk) -> None:
    """The words say from which script it is."""
    assert likeness(desk, idna("kim@comp\N{CYRILLIC SMALL LETTER A}ny.example")).endswith(
        "it has a Cyrillic letter."
    )


@pytest.mark.parametrize(
    ("address", "name", "words"),
    [
        ("x@evil.example", "kim@company.example", "calls itself kim@company.example"),
        ("x@evil.example", "Lou B", "name of someone you know at lou@company.example"),
        ("x@evil.example", "B LOU", "name of someone you know at lou@company.example"),
    ],
)
def test_a_borrowed_name_is_named(desk: Desk, address: str, name: str, words: str) -> None:
    """A display name that is another address, or a known person's, is said."""
    assert words in likeness(desk, address, name)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (KIM, "Kim A"),
        (LOU, ""),
        (STRANGER, "Some One"),
        ("anna@company.example", "Anna"),
        ("kim@gmail.com", "Kim"),
        ("kim@other.example", "Kim"),
        ("info@shop.example", "info@shop.example"),
    ],
)
def test_an_ordinary_sender_has_no_sign(desk: Desk, address: str, name: str) -> None:
    """Known people, their colleagues and strangers are just that."""
    assert likeness(desk, address, name) == ""


def test_a_look_alike_asks_and_takes_no_part(desk: Desk) -> None:
    """It is never answered by itself, even with the word of the receiver for its domain."""
    desk.receive(
        Mail(
            text="How much is the blue widget?",
            sender="kim@companny.example",
            headers=AUTHENTICATED,
        )
    )

    (message,) = desk.messages()
    assert LOOKALIKE in message.signs
    assert not desk.sent()
    assert "looks like" in desk.kernel.vault.open(desk.question().text)


def test_whom_the_operator_knows_is_no_look_alike(desk: Desk) -> None:
    """A contact whose address is near another's is ordinary from then on."""
    desk.write(
        "contacts.csv",
        f"name,address,stage,company\nK,{KIM},customer,C\nL,kim@companny.example,lead,C\n",
    )
    desk.reopen()

    assert likeness(desk, "kim@companny.example") == ""


@pytest.mark.parametrize("seed", range(7))
def test_no_ordinary_mail_of_any_business_is_flagged(tmp_path: Path, seed: int) -> None:
    """Over businesses in several languages only a namesake of a contact is taken for another."""
    made = generate_business(tmp_path, seed)
    home = open_home(load_settings({"AIOS_HOME": str(made.home)}))
    begin_home(home.kernel, is_demo=False, version="test")
    apply_business(home.kernel)
    for name in home.kernel.connectors:
        take_in(home.kernel, name)

    with home.kernel.ledger.view() as view:
        rows = view.select(MessageRow, folder="inbox")
        flagged = [
            looks_like(home.kernel, view, parsed.sender, parsed.sender_name)
            for parsed in (
                read_message(home.kernel, view, one) for one in rows if LOOKALIKE in one.signs
            )
        ]
    home.ledger.close()
    assert len(rows) == made.delivered
    assert not [one for one in flagged if one and not one.words.startswith("It has the name")]
