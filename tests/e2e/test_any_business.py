"""Proves the acceptance of the whole loop on the sample and on businesses made from a seed."""

from dataclasses import dataclass
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path

import pytest

from resources.business_files import copy_sample
from tests.e2e.shell import Shell
from tests.generated_business import generate_business

FOLDERS = ("new", "cur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A home after its first run: its shell, and personal words of its mails."""

    shell: Shell
    planted: tuple[str, ...]

    def mails(self, name: str) -> list[Path]:
        """Return the files of a Maildir of the home."""
        root = self.shell.home / "mail" / name
        return [path for folder in FOLDERS for path in sorted((root / folder).glob("*"))]


@pytest.fixture(scope="module", params=["sample", 0, 1, 2])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run a business once: everything taken in, decided, and sent where policy allows."""
    folder = tmp_path_factory.mktemp("business")
    if request.param == "sample":
        shell = Shell(home=folder / "home")
        copy_sample(shell.home)
        planted = _senders(shell.home / "mail" / "inbox" / "new")
    else:
        generated = generate_business(folder, request.param)
        shell, planted = Shell(home=generated.home), generated.planted
    for words in (("init",), ("connector", "trust", "mail", "--for", "7d"), ("run", "support")):
        done = shell.run(*words, "--json")
        assert done.code == 0, done.err
    return Ran(shell=shell, planted=planted)


def _senders(folder: Path) -> tuple[str, ...]:
    """Return the addresses that the mails of a folder come from."""
    heads = (message_from_bytes(path.read_bytes())["From"] for path in folder.iterdir())
    found = {parseaddr(str(head))[1] for head in heads if head}
    return tuple(sorted(address for address in found if "@" in address))


def test_every_mail_stands_in_one_place_and_the_sum_is_the_stores(ran: Ran) -> None:
    """Answered, waiting, ignored and quarantined add up to the files of the Maildir."""
    messages = ran.shell.run("status", "--json").json["messages"]

    assert messages["received"] == len(ran.mails("inbox"))
    assert messages["received"] == sum(
        messages[name] for name in ("answered", "waiting", "ignored", "quarantined")
    )
    assert all(messages[name] for name in ("answered", "waiting", "ignored", "quarantined"))


def test_each_committed_action_is_one_mail(ran: Ran) -> None:
    """The outbox holds as many mails as there are committed actions, each with a key of its own."""
    actions = ran.shell.run("status", "--json").json["actions"]

    sent = [message_from_bytes(path.read_bytes())["X-AIOS-Op"] for path in ran.mails("outbox")]

    assert len(sent) == len(set(sent)) == actions["committed"]


def test_whatever_waits_has_a_card_or_is_sent_on(ran: Ran) -> None:
    """No message waits without something in the inbox that the operator can act on."""
    status = ran.shell.run("status", "--json").json
    cards = ran.shell.run("inbox", "--json").json

    acting = [card for card in cards if card["kind"] in ("decision", "question", "failure")]

    assert len(acting) == status["tasks"]["waiting"]


def test_a_second_run_writes_nothing_and_sends_nothing(ran: Ran) -> None:
    """Running again with nothing new and nothing due makes no event and no mail."""
    before = ran.shell.run("status", "--json").json["ledger"]
    mails = len(ran.mails("outbox"))

    done = ran.shell.run("run", "support", "--json")

    assert done.code == 0
    assert ran.shell.run("status", "--json").json["ledger"] == before
    assert len(ran.mails("outbox")) == mails


def test_the_ledger_holds_and_every_decision_replays(ran: Ran) -> None:
    """Each event verifies, and each decision is identical when made again."""
    assert ran.shell.run("ledger", "verify", "--json").json["ok"] is True

    replayed = ran.shell.run("replay", "--all", "--json").json

    assert replayed
    assert {one["outcome"] for one in replayed} == {"identical"}


def test_nobody_is_named_outside_the_sealed_stores(ran: Ran) -> None:
    """No address of a sender is found in Dagster's storage, the ledger, its blobs or the keys."""
    home = ran.shell.home
    places = [home / "ledger.db", home / "ledger.db-wal", home / "keys.db"]
    files = [path for path in (home / "dagster").rglob("*") if path.is_file()]
    files += [path for path in (*places, *(home / "blobs").rglob("*")) if path.is_file()]

    found = [
        f"{word} in {path.relative_to(home)}"
        for path in files
        for content in [path.read_bytes().lower()]
        for word in ran.planted
        if word.lower().encode() in content
    ]

    assert files
    assert not found
