"""Tests taking mail in from a real Dovecot by IMAP: each mail once, whatever happens in between."""

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aios_defs.core.connector import Item
from aios_defs.core.errors import CredentialRefused, OutsideFailed
from aios_defs.core.resuming import Listener
from aios_defs.core.rows.house import CursorRow
from resources.connectors.mail.imap_session import ImapServer, ImapSession
from resources.connectors.mail.limits import MAX_MESSAGE_BYTES
from resources.testing.fault_plan import Fault
from resources.testing.fault_proxy import FaultProxy
from tests.integration.desk import Mail
from tests.integration.imap_desk import ImapDesk, imap_desk
from tests.servers.dovecot import Dovecot, missing, running_dovecot

WAIT = 20.0
TWIN = Mail(text="The very same.").raw(1)


@pytest.fixture
def mine(tmp_path: Path, dovecot: Dovecot, user: str) -> Iterator[ImapDesk]:
    """A home on an inbox of its own, on the server that all tests share."""
    one = imap_desk(tmp_path, dovecot, user)
    yield one
    one.close()


@pytest.fixture
def alone(tmp_path: Path, user: str) -> Iterator[ImapDesk]:
    """A home with a server of its own, which the test may stop."""
    if reason := missing():
        pytest.skip(reason)
    with running_dovecot() as server:
        one = imap_desk(tmp_path, server, user)
        yield one
        one.close()


def test_each_mail_is_taken_in_once(mine: ImapDesk) -> None:
    """Mails come in, in their order; a second look finds nothing, and nothing is marked as read."""
    mine.deliver(3)

    assert mine.take() == {"task": 3}
    assert mine.take() == {}
    assert not mine.has_news()
    assert mine.is_accounted()
    files = list(mine.server.place(mine.user).glob("*/*:2,*S*"))
    assert files == []


def test_two_thousand_are_read_in_pieces(mine: ImapDesk) -> None:
    """A folder of 2,000 mails is yielded whole and in order; from its mark on there is nothing."""
    mine.deliver()
    (raw,) = mine.server.mailbox(mine.user)
    for number in range(1_999):
        mine.put(f"{number + 2_000_000_000}.copy", raw)

    found = list(mine.connector.scan_from("", lambda _: False))

    refs = [one.ref for one in found if isinstance(one, Item)]
    assert len(refs) == len(set(refs)) == mine.connector.count() == 2_000
    assert refs == sorted(refs, key=lambda ref: int(ref.rpartition(":")[2]))
    again = mine.connector.scan_from(found[-1].value, lambda _: False)  # type: ignore[union-attr] # a mark
    assert not [one for one in again if isinstance(one, Item)]


def test_poison_neither_blocks_nor_disappears(mine: ImapDesk) -> None:
    """A mail that can't be understood is kept in quarantine, and the one after it comes in."""
    mine.deliver()
    mine.server.deliver(mine.user, b"\x00\xff nonsense\n\n")
    mine.deliver()

    assert mine.take() == {"task": 2, "quarantined": 1}
    assert mine.take() == {}
    assert mine.is_accounted()


def test_too_large_a_mail_is_not_pulled_in(mine: ImapDesk) -> None:
    """Of a mail beyond the limit only the beginning is kept, in quarantine, and says so."""
    mine.deliver()
    mine.put("2000000000.large", b"From: ann@customer.test\n\n", size=MAX_MESSAGE_BYTES + 1)

    assert mine.take() == {"task": 1, "quarantined": 1}
    row = next(one for one in mine.desk.messages() if one.state == "quarantined")
    assert "larger than 50 MiB" in (row.reason or "")
    assert row.raw.size < 100_000


def test_mail_moved_away_stays_accounted_for(mine: ImapDesk) -> None:
    """A mail that the operator's phone moves elsewhere is neither lost nor taken in again."""
    mine.deliver(2)
    mine.take()
    for one in mine.server.place(mine.user).glob("*/*.*"):
        if one.parent.name in ("new", "cur"):
            one.unlink()
            break

    mine.deliver()

    assert mine.take() == {"task": 1}
    assert mine.desk.standings()["received"] == 3


def test_mark_of_the_future_is_read_past(mine: ImapDesk) -> None:
    """A mark beyond what the server gave out makes a full look, without a crash or a duplicate."""
    mine.deliver(2)
    mine.take()
    with mine.desk.kernel.ledger.transaction(actor="facade") as tx:
        (row,) = tx.select(CursorRow, name="mark:mail")
        tx.put(row.but(value=re.sub(r'uidnext\\":\d+', r'uidnext\\":999', row.value)))
    mine.deliver()

    assert mine.take() == {"task": 1}
    assert mine.is_accounted()


def test_new_uidvalidity_takes_nothing_in_twice(alone: ImapDesk) -> None:
    """After all mails got new names each is known by its bytes; what is new comes in, twins too."""
    alone.deliver(2)
    alone.server.deliver(alone.user, b"\x00\xff nonsense\n\n")
    alone.take()
    alone.renumber()
    alone.deliver()

    assert alone.take() == {"known": 3, "task": 1}
    assert alone.take() == {}
    assert alone.is_accounted()

    alone.renumber()

    assert alone.take() == {"known": 4}
    assert alone.desk.standings()["received"] == 4
    assert alone.is_accounted()


def test_twins_stay_two_after_new_names(alone: ImapDesk) -> None:
    """Two mails of the same bytes are two, before and after all names change."""
    alone.deliver()
    for name in ("2000000000.twin", "2000000001.twin"):
        alone.put(name, TWIN)
    assert alone.take() == {"task": 2, "ignored": 1}

    alone.renumber()

    assert alone.take() == {"known": 3}
    assert alone.is_accounted()


def test_wrong_password_is_tried_once(mine: ImapDesk) -> None:
    """A refused login is told as a dead credential, and not repeated by who asks again at once."""
    with FaultProxy(target=("127.0.0.1", mine.server.imap)) as proxy:
        other = imap_desk(mine.path / "other", mine.server, mine.user, port=proxy.port)
        (other.path / ".env").write_text("MAIL_PASSWORD=wrong\n")

        for _ in range(3):
            with pytest.raises(CredentialRefused, match="refuses the user"):
                other.take()
        with pytest.raises(CredentialRefused):
            other.has_news()
        tries = proxy.connections
        other.close()

    assert tries == 1


@pytest.mark.parametrize(
    "stage", [rb"AUTHENTICATE", rb"EXAMINE", rb"UID SEARCH", rb"RFC822\.SIZE", rb"BODY\.PEEK"]
)
@pytest.mark.parametrize("kind", ["drop_before", "truncate"])
def test_broken_connection_loses_nothing(mine: ImapDesk, stage: bytes, kind: str) -> None:
    """Wherever the connection breaks, the next look goes on, and each mail comes in once."""
    mine.deliver(2)
    with FaultProxy(target=("127.0.0.1", mine.server.imap)) as proxy:
        other = imap_desk(mine.path / "other", mine.server, mine.user, port=proxy.port)
        proxy.plan.arm(Fault(kind=kind, pattern=stage))  # type: ignore[arg-type] # of the list above

        with pytest.raises(OutsideFailed) as broken:
            other.take()
        other.take()
        received = other.desk.standings()["received"]
        other.close()

    assert broken.value.fields["retryable"] is True
    assert received == 2


def _breaks(listener: Listener, stop: threading.Event) -> bool:
    """Tell whether waiting fails; a last goodbye may be heard before."""
    with contextlib.suppress(OutsideFailed):
        return not (listener.wait(WAIT, stop) and listener.wait(WAIT, stop))
    return True


def test_news_is_heard_also_after_the_server_was_away(alone: ImapDesk) -> None:
    """IDLE tells of a mail at once; when the server comes back, the next wait hears again."""
    listener, stop = alone.connector.listener(), threading.Event()
    assert listener is not None
    assert listener.wait(WAIT, stop)  # the first wait begins with a look
    arriving = threading.Timer(0.2, alone.deliver)
    arriving.start()

    assert listener.wait(WAIT, stop)
    arriving.join()
    alone.server.kill()
    assert _breaks(listener, stop)
    assert _breaks(listener, stop)

    alone.server.start()
    alone.deliver()

    assert listener.wait(WAIT, stop)
    assert alone.take() == {"task": 2}
    listener.close()


def test_folder_that_is_not_there_is_named(mine: ImapDesk) -> None:
    """A folder that the server does not have is told by its name."""
    other = imap_desk(mine.path / "other", mine.server, mine.user, more=", folder: Inbix")

    with pytest.raises(OutsideFailed, match="'Inbix'"):
        other.take()

    other.close()


def test_token_that_is_over_is_renewed_once(dovecot: Dovecot, user: str) -> None:
    """A refused token is asked for anew; a second refusal is final."""
    asked: list[bool] = []

    def secret(fresh: bool) -> str:  # noqa: FBT001 - the shape of ImapServer.secret
        asked.append(fresh)
        return dovecot.token(user, is_over=not fresh)

    server = ImapServer(
        host=dovecot.host, port=dovecot.imap, tls="none", user=user, secret=secret, is_token=True
    )

    with ImapSession(server) as session:
        assert session.examine("INBOX").exists == 0
    over = replace(server, secret=lambda _: dovecot.token(user, is_over=True))
    with pytest.raises(CredentialRefused):
        ImapSession(over)

    assert asked == [False, True]
