"""Proves what is asked about a mail account, and which entry the answers make."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from aios_defs.cli.asking import Asking
from aios_defs.cli.mail_account import Account, Given, ask_account, choose_folders, choose_vouching
from aios_defs.core.errors import UsageInvalid
from resources.connectors.mail.configuration import read_mail_config
from resources.connectors.mail.probe import FoundInbox

ALL = Given(
    address="me@shop.test",
    imap="mail.shop.test:993",
    smtp="mail.shop.test:587",
    password_env="SHOP_PASSWORD",
)
SILENT = Asking(is_silent=True)
FOLDERS = FoundInbox(
    folders={"INBOX": 7, "Gesendet": 3, "Lists": 9},
    sent="Gesendet",
    has_idle=True,
    has_uidplus=True,
    files_itself=False,
)


@contextmanager
def typing(*answers: str) -> Iterator[None]:
    """Answer the questions of the block, one line each."""
    before = sys.stdin
    sys.stdin = io.StringIO("".join(f"{one}\n" for one in answers))
    try:
        yield
    finally:
        sys.stdin = before


def asked(*answers: str, given: Given | None = None) -> Account:
    with typing(*answers):
        return ask_account(given or Given(), Asking())


def test_guesses_come_from_the_domain() -> None:
    """Who only presses Enter gets the well-known names of the domain, with TLS from the start."""
    account = asked("me@shop.test", "", "", "", "", "", "password", "")

    assert (str(account.imap), account.imap.tls) == ("imap.shop.test:993", "implicit")
    assert (str(account.smtp), account.smtp.tls) == ("smtp.shop.test:465", "implicit")
    assert account.login == {"user": "me@shop.test", "password_env": "MAIL_PASSWORD"}


def test_tls_follows_the_port() -> None:
    """The submission port speaks STARTTLS unless told otherwise."""
    account = ask_account(ALL, SILENT)

    assert (account.imap.tls, account.smtp.tls) == ("implicit", "starttls")


def test_token_command_takes_the_place_of_a_password() -> None:
    """A token comes from a command; no variable is asked for."""
    account = asked("me@shop.test", "", "", "", "", "boss", "token", "print-token --me")

    assert account.login == {"user": "boss", "token_command": "print-token --me"}


def test_no_answer_is_a_secret(capfd: pytest.CaptureFixture[str]) -> None:
    """What is asked for is where the secret comes from, and how to get one is explained."""
    asked("me@shop.test", "", "", "", "", "", "password", "")

    told = " ".join(capfd.readouterr().err.split())
    assert "app password" in told
    assert "A password is never typed here" in told


def test_an_answer_that_is_no_choice_is_asked_again() -> None:
    """A misspelt choice costs a second question, not the command."""
    account = asked("me@shop.test", "", "tls", "none", "", "", "", "pasword", "password", "")

    assert account.imap.tls == "none"


@pytest.mark.parametrize(
    ("missing", "option"),
    [("address", "--address"), ("imap", "--imap"), ("smtp", "--smtp")],
)
def test_without_questions_nothing_is_guessed(missing: str, option: str) -> None:
    """A server that nobody named is never tried, and the missing option is named."""
    given = Given(**{**{k: getattr(ALL, k) for k in Given.__slots__}, missing: None})

    with pytest.raises(UsageInvalid, match=option):
        ask_account(given, SILENT)


def test_a_server_without_a_port_number_is_refused() -> None:
    """HOST:PORT has a number behind the colon."""
    with pytest.raises(UsageInvalid, match="HOST:PORT"):
        ask_account(Given(address="a@shop.test", imap="imap.shop.test:imaps"), SILENT)


def test_the_sent_folder_is_the_one_that_the_server_marks() -> None:
    """The special use tells the folder of sent mail, whatever it is called."""
    account = choose_folders(ask_account(ALL, SILENT), ALL, FOLDERS, SILENT)

    assert (account.folder, account.sent_folder) == ("INBOX", "Gesendet")
    assert not account.files_itself


def test_a_server_that_files_is_left_to_it() -> None:
    """Where the server is known to file what it sends, AIOS adds no second copy."""
    found = FOLDERS.model_copy(update={"files_itself": True})

    account = choose_folders(ask_account(ALL, SILENT), ALL, found, SILENT)

    assert account.files_itself


def test_a_folder_that_is_not_there_is_refused() -> None:
    """A misspelt folder is found out before anything is written."""
    given = Given(address="me@shop.test", folder="Inbax")

    with pytest.raises(UsageInvalid, match="--folder 'Inbax'"):
        choose_folders(ask_account(ALL, SILENT), given, FOLDERS, SILENT)


def test_the_entry_is_a_valid_one() -> None:
    """What is written reads back as the configuration of a mail account."""
    account = choose_folders(ask_account(ALL, SILENT), ALL, FOLDERS, SILENT)

    config = read_mail_config("mail", account.entry())

    assert config.address == "me@shop.test"


CHECKED = FOLDERS.model_copy(update={"authserv_id": "mx.shop.test"})


@pytest.mark.parametrize(("answer", "believed"), [("y", "mx.shop.test"), ("n", None), ("", None)])
def test_a_server_is_believed_only_on_the_operators_word(
    answer: str, believed: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whose word stands on the newest mails is offered, explained, and taken after a yes alone."""
    account = ask_account(ALL, SILENT)
    with typing(answer, "n"):
        chosen = choose_vouching(account, ALL, CHECKED, Asking())

    assert chosen.authserv_id == believed
    assert chosen.entry().get("authserv_id") == believed
    assert "could vouch for anybody" in capfd.readouterr().err
    assert read_mail_config("mail", chosen.entry()).authserv_id == believed


@pytest.mark.parametrize(
    ("named", "inbox", "believed"),
    [
        (None, CHECKED, None),
        ("mx.other.test", CHECKED, "mx.other.test"),
        ("none", CHECKED, None),
        ("mx.other.test", FOLDERS, "mx.other.test"),
        (None, FOLDERS, None),
    ],
)
def test_without_questions_only_the_option_says_whom_to_believe(
    named: str | None, inbox: FoundInbox, believed: str | None
) -> None:
    """What was found is not taken by itself, and what is named needs no finding."""
    given = replace(ALL, authserv_id=named)

    chosen = choose_vouching(ask_account(given, SILENT), given, inbox, SILENT)

    assert chosen.authserv_id == believed
