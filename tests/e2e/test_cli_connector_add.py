"""Proves `aios connector add mail` on real servers: tried out, shown, and only then written."""

import shlex
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

LETTER = b"From: a@customer.test\nSubject: Older\nMessage-ID: <1@customer.test>\n\nHello.\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return the command on a new home, as `aios init` makes it."""
    made = Shell(home=tmp_path / "home")
    made.run("init")
    return made


class Wanted:
    """The options of an account on the real servers."""

    def __init__(self, dovecot: Dovecot, postfix: Postfix, user: str) -> None:
        self.dovecot = dovecot
        self.options = {
            "--address": f"{user}@{dovecot.domain}",
            "--user": user,
            "--imap": f"localhost:{dovecot.imap}",
            "--imap-tls": "starttls",
            "--smtp": f"localhost:{postfix.starttls}",
            "--smtp-tls": "starttls",
            "--password-env": "SHOP_PASSWORD",
            "--ca-file": str(dovecot.certificates.ca_file),
        }

    def words(self, *more: str, **changed: str) -> tuple[str, ...]:
        options = {**self.options, **{f"--{k.replace('_', '-')}": v for k, v in changed.items()}}
        flat = [word for pair in options.items() for word in pair if pair[1]]
        return ("connector", "add", "mail", *flat, *more)


@pytest.fixture
def wanted(dovecot: Dovecot, postfix: Postfix, user: str) -> Wanted:
    """Return the options of a user who has one older mail."""
    dovecot.deliver(user, LETTER)
    return Wanted(dovecot, postfix, user)


def written(shell: Shell) -> str:
    return (shell.home / "business/connectors.yaml").read_text(encoding="utf-8")


def test_dry_run_tries_and_writes_nothing(shell: Shell, wanted: Wanted) -> None:
    """Folders, counts and what the servers can are found; the file stays as it was."""
    before = written(shell)

    ran = shell.run(*wanted.words("--dry-run", "--json"), SHOP_PASSWORD=wanted.dovecot.password)

    assert ran.code == 0, ran.err
    inbox, sender = ran.json["probe"]["inbox"], ran.json["probe"]["sender"]
    assert inbox["folders"] == {"INBOX": 1, "Sent": 0}
    assert (inbox["sent"], inbox["has_idle"], inbox["has_uidplus"]) == ("Sent", True, True)
    assert "PLAIN" in sender["logins"]
    assert (ran.json["written"], written(shell)) == (False, before)
    assert "+      host: localhost" in ran.json["diff"]
    assert "(mails: 1)" in ran.json["plan"][0]
    assert 'signed "Your name"' in ran.json["plan"][-1]


def test_nothing_is_marked(shell: Shell, wanted: Wanted) -> None:
    """The older mail lies where it lay, still unseen."""
    ran = shell.run(*wanted.words("--dry-run"), SHOP_PASSWORD=wanted.dovecot.password)

    assert ran.code == 0, ran.err
    user = wanted.options["--user"]
    names = [one.name for one in (wanted.dovecot.place(user) / "cur").glob("*")]
    assert not [name for name in names if "S" in name.partition(":2,")[2]]
    assert len(wanted.dovecot.mailbox(user)) == 1


@pytest.mark.parametrize(
    ("changed", "password", "told"),
    [
        ({}, "wrong", "app password"),
        ({}, "", "SHOP_PASSWORD is not set"),
        ({"imap": "localhost:1"}, "right", "refuses the connection"),
        ({"smtp": "localhost:1"}, "right", "refuses the connection"),
        ({"ca_file": ""}, "right", "ca_file"),
        ({"imap": "mail.invalid:993"}, "right", "can't be found"),
        ({"folder": "Inbax"}, "right", "is none of: "),
    ],
)
def test_each_failure_has_words_and_a_way_out(
    changed: dict[str, str], password: str, told: str, shell: Shell, wanted: Wanted
) -> None:
    """What is wrong is named with what to do about it, and nothing is written."""
    before = written(shell)
    given = wanted.dovecot.password if password == "right" else password

    ran = shell.run(*wanted.words("--yes", **changed), SHOP_PASSWORD=given)

    assert ran.code != 0
    assert told in ran.err
    assert written(shell) == before


def test_no_at_the_first_question_contacts_nobody(shell: Shell) -> None:
    """Servers that were only guessed are not tried without a yes."""
    answers = ["me@shop.invalid", *[""] * 5, "password", "", "n"]

    ran = shell.run("connector", "add", "mail", stdin="\n".join(answers) + "\n")

    assert (ran.code, ran.out.strip()) == (0, "Nothing was contacted, nothing was written.")
    assert "imap.shop.invalid:993" in ran.err


def test_answers_are_not_asked_for_twice(shell: Shell, wanted: Wanted) -> None:
    """After a failure the command is told that gives the same answers, and it works."""
    given = wanted.words()
    failed = shell.run(*given, stdin="y\n", SHOP_PASSWORD="wrong")
    command = shlex.split(failed.err.partition("With the same answers again:\n")[2].splitlines()[0])

    again = shell.run(*command[1:], "--dry-run", SHOP_PASSWORD=wanted.dovecot.password)

    assert failed.code == 1
    assert again.code == 0, again.err


def test_without_a_home_the_way_to_one_is_told(tmp_path: Path) -> None:
    """A connector is added to a home."""
    ran = Shell(home=tmp_path / "none").run("connector", "add", "mail", "--yes")

    assert (ran.code, "aios init" in ran.err) == (1, True)


def test_a_connector_in_use_is_not_removed(shell: Shell) -> None:
    """The entry that a workflow names stays, and the workflow is named."""
    ran = shell.run("connector", "remove", "mail", "--yes")

    assert ran.code == 2
    assert "workflow support" in ran.err


def checked(by: str, number: int) -> bytes:
    """Return a letter whose senders' check stands on top, folded as servers fold it."""
    field = f"Authentication-Results: {by};\n dkim=pass header.d=customer.test\n" if by else ""
    forged = "Authentication-Results: mx.forged.test; dmarc=pass\n"
    head = f"{field}{forged}From: a@customer.test\nMessage-ID: <c{number}@customer.test>\n"
    return f"{head}Subject: Hello\n\nHello.\n".encode()


@pytest.mark.parametrize(
    ("by", "found"),
    [
        (("MX.Shop.test",) * 3, "mx.shop.test"),
        (("mx.shop.test", "mx.shop.test", "mx.else.test"), None),
        (("mx.shop.test", "mx.shop.test"), None),
    ],
)
def test_who_checks_senders_is_offered_only_if_all_of_the_newest_say_so(
    by: tuple[str, ...],
    found: str | None,
    shell: Shell,
    dovecot: Dovecot,
    postfix: Postfix,
    user: str,
) -> None:
    """The name is shown with the way to believe it, and stands in the entry once it is given."""
    wanted = Wanted(dovecot, postfix, user)
    for number, one in enumerate(by):
        dovecot.deliver(user, checked(one, number))

    dry = shell.run(*wanted.words("--dry-run", "--json"), SHOP_PASSWORD=dovecot.password)
    named = shell.run(
        *wanted.words("--dry-run", "--json", authserv_id="mx.shop.test"),
        SHOP_PASSWORD=dovecot.password,
    )

    assert dry.json["probe"]["inbox"]["authserv_id"] == found
    assert "authserv_id" not in dry.json["entry"]
    assert any("--authserv-id mx.shop.test" in one for one in dry.json["plan"]) == bool(found)
    assert named.json["entry"]["authserv_id"] == "mx.shop.test"
