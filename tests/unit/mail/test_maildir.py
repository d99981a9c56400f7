"""Proves that a Maildir is read whole while others use it, and that nothing in it is touched."""

import os
import stat
from pathlib import Path

import pytest

from aios_defs.core.errors import InboundUnreadable, OutsideFailed
from tests.unit.mail.messages import raw_mail
from tests.unit.mail.test_gate import connector_at

RAW = raw_mail("Message-ID: <1@customer.test>")


def put(home: Path, place: str, raw: bytes = RAW) -> Path:
    path = home / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


def test_folders_are_private(tmp_path: Path) -> None:
    """Missing Maildir folders are made at first use, for this user only."""
    list(connector_at(tmp_path).scan(lambda _: False))

    modes = {
        one: stat.S_IMODE((tmp_path / "inbox" / one).stat().st_mode)
        for one in ("new", "cur", "tmp")
    }
    assert set(modes.values()) == {0o700}


def test_inbox_comes_before_sent(tmp_path: Path) -> None:
    """Every mail of new and cur is yielded, the inbox first, under its name without flags."""
    put(tmp_path, "sent/cur/3.host:2,S")
    put(tmp_path, "inbox/cur/2.host:2,RS")
    put(tmp_path, "inbox/new/1.host")
    put(tmp_path, "inbox/new/.hidden")
    connector = connector_at(tmp_path)

    items = list(connector.scan(lambda _: False))

    assert [one.ref for one in items] == ["inbox:1.host", "inbox:2.host", "sent:3.host"]
    assert [one.folder for one in items] == ["inbox", "inbox", "sent"]
    assert connector.count() == 2


def test_scan_touches_nothing(tmp_path: Path) -> None:
    """Scanning moves, marks and opens for writing no mail."""
    put(tmp_path, "inbox/new/1.host")
    put(tmp_path, "inbox/cur/2.host:2,")
    list(connector_at(tmp_path).scan(lambda _: False))
    before = {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")}

    list(connector_at(tmp_path).scan(lambda _: False))

    assert {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")} == before


def test_moved_mail_is_followed(tmp_path: Path) -> None:
    """A mail that moves to cur, or whose flags change, while we scan is read all the same."""
    for number in (1, 2, 3):
        put(tmp_path, f"inbox/new/{number}.host")
    scanning = connector_at(tmp_path).scan(lambda _: False)
    first = next(scanning)

    (tmp_path / "inbox/new/2.host").rename(tmp_path / "inbox/cur/2.host:2,S")
    (tmp_path / "inbox/new/3.host").unlink()
    rest = list(scanning)

    assert (first.ref, [one.ref for one in rest]) == ("inbox:1.host", ["inbox:2.host"])
    assert rest[0].raw == RAW


def test_moved_mail_keeps_its_ref(tmp_path: Path) -> None:
    """A mail that a reader moved and flagged is still the same item."""
    path = put(tmp_path, "inbox/new/1.host")
    known = {one.ref for one in connector_at(tmp_path).scan(lambda _: False)}
    path.rename(tmp_path / "inbox/cur/1.host:2,RS")

    assert list(connector_at(tmp_path).scan(known.__contains__)) == []


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("folder", "regular"), ("link", "regular"), ("pipe", "regular"), ("empty", "empty")],
)
def test_unreadable_entry_is_accounted_for(tmp_path: Path, kind: str, reason: str) -> None:
    """What is no readable file is an item that quarantine explains; a link is never followed."""
    secret = put(tmp_path, "secret", b"From: x@y.test\n\nsecret")
    place = tmp_path / "inbox/new/1.host"
    place.parent.mkdir(parents=True)
    {
        "folder": place.mkdir,
        "link": lambda: place.symlink_to(secret),
        "pipe": lambda: os.mkfifo(place),
        "empty": place.touch,
    }[kind]()
    connector = connector_at(tmp_path)

    (item,) = connector.scan(lambda _: False)

    assert item.raw == b""
    assert connector.count() == 1
    with pytest.raises(InboundUnreadable, match=reason) as refused:
        connector.parse(item)
    assert refused.value.remedy


def test_odd_file_name_makes_a_plain_ref(tmp_path: Path) -> None:
    """A name that is no text becomes a ref that every store takes, and still one of its own."""
    folder = os.fsencode(tmp_path / "inbox/new")
    (tmp_path / "inbox/new").mkdir(parents=True)
    for name in (b"\xff.host", "\u00fc.host".encode(), b"%FF.host"):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - a Path can't hold these bytes
            file.write(RAW)

    refs = {one.ref for one in connector_at(tmp_path).scan(lambda _: False)}

    assert refs == {"inbox:%FF.host", "inbox:%C3%BC.host", "inbox:%25FF.host"}


def test_unusable_mailbox_fails_with_a_remedy(tmp_path: Path) -> None:
    """A mailbox that can't be listed is an error that names the folder and may pass."""
    put(tmp_path, "inbox", b"a file in the way")

    with pytest.raises(OutsideFailed, match="inbox") as failed:
        list(connector_at(tmp_path).scan(lambda _: False))

    assert failed.value.fields["retryable"] is True
