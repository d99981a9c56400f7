"""Proves that a folder of a real IMAP account becomes memory, once, and nothing in it moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.errors import OutsideFailed, UsageInvalid
from aios_defs.core.past import Found, PastSource
from aios_defs.services.past import Wish, import_past
from aios_defs.services.past_standing import Standing
from resources.past.sources import open_folder
from tests.integration.desk import Desk
from tests.integration.imap_desk import ImapDesk, imap_desk
from tests.integration.past_kit import mails
from tests.servers.dovecot import Dovecot

MANY = 230
"""More than the messages that share a fetch, and than those that share a transaction."""


class Killed(Exception):
    """Ends an import between two batches, as kill -9 would."""


@pytest.fixture
def mailed(tmp_path: Path, dovecot: Dovecot, user: str) -> Iterator[ImapDesk]:
    """A desk whose account has a folder of older mail."""
    desk = imap_desk(tmp_path / "home", dovecot, user)
    append(desk, mails(MANY), is_new=True)
    yield desk
    desk.close()


def append(desk: ImapDesk, raws: list[bytes], *, is_new: bool = False) -> None:
    """Put mails into the folder, unread."""
    line = desk.connector.imap_line()
    assert line is not None
    with line.session() as session:
        if is_new:
            session.client.create_folder("Archive")
        for raw in raws:
            session.client.append("Archive", raw)


def archive(desk: ImapDesk) -> PastSource:
    """Return the folder as a source."""
    return open_folder(desk.connector, "Archive")


def bring(desk: ImapDesk) -> Standing:
    """Import the folder."""
    wish = Wish(source=archive(desk), connector="mail")
    return import_past(desk.desk.kernel, wish, lambda *_: None)


def unread(desk: ImapDesk) -> int:
    """Return how many mails of the folder carry no mark."""
    line = desk.connector.imap_line()
    assert line is not None
    with line.session() as session:
        session.examine("Archive")
        return len(session.client.search(["UNSEEN"]))


def test_a_folder_becomes_memory_once_and_stays_as_it_was(mailed: ImapDesk) -> None:
    """A second import finds only what came to the folder meanwhile."""
    first = bring(mailed)
    append(mailed, mails(MANY + 2)[MANY:])
    second = bring(mailed)

    assert dict(first.counts) == {"imported": MANY}
    assert dict(second.counts) == {"imported": 2}
    assert not second.is_changed
    assert not mailed.desk.tasks()
    assert unread(mailed) == MANY + 2


def test_a_killed_import_goes_on_behind_its_last_uid(mailed: ImapDesk) -> None:
    """What is behind the position is not fetched again."""

    def stop(*_: object) -> None:
        raise Killed

    wish = Wish(source=archive(mailed), connector="mail")
    with pytest.raises(Killed):
        import_past(mailed.desk.kernel, wish, stop)

    standing = bring(mailed)

    assert standing.is_resumed
    assert dict(standing.counts) == {"imported": MANY}


def test_a_folder_with_new_names_is_read_anew_without_a_duplicate(mailed: ImapDesk) -> None:
    """Another UIDVALIDITY is another state: all is read, and known by its content."""
    bring(mailed)
    mailed.connector.close()
    mailed.server.change_uidvalidity(mailed.user, "Archive")

    standing = bring(mailed)

    assert standing.is_changed
    assert dict(standing.counts) == {"duplicate": MANY}


def test_a_folder_says_how_far_it_is_read(mailed: ImapDesk) -> None:
    """Progress counts messages, also behind a position."""
    source = archive(mailed)
    found: list[Found] = list(source.items(""))
    rest = list(source.items(found[99].after))

    assert source.total() == found[-1].done == rest[-1].done == MANY
    assert rest[0] == found[100]


def test_a_folder_that_is_not_there_is_named(mailed: ImapDesk) -> None:
    """The error says which."""
    with pytest.raises(OutsideFailed, match="Nowhere"):
        open_folder(mailed.connector, "Nowhere").total()


def test_an_account_without_imap_has_no_folders(desk: Desk) -> None:
    """A Maildir is imported by its path."""
    with pytest.raises(UsageInvalid):
        open_folder(desk.kernel.connector("mail"), "Archive")
