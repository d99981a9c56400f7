"""Owns what the tests of importing share: mailboxes of older mail, and bringing one in."""

from pathlib import Path

from aios_defs.services.past import Wish, import_past
from aios_defs.services.past_standing import Standing
from resources.past.sources import open_source
from tests.integration.desk import Desk, Mail

SEPARATOR = b"From someone@elsewhere.example Mon Mar  3 09:30:00 2025\n"
DATED = (("Date", "Mon, 03 Mar 2025 09:30:00 +0000"),)


def write(path: Path, *raws: bytes) -> Path:
    """Write an mbox of messages, as mboxrd does."""
    lines = (b"".join((SEPARATOR, raw.replace(b"\r\n", b"\n"), b"\n")) for raw in raws)
    path.write_bytes(b"".join(lines))
    return path


def mails(count: int, sender: str = "") -> list[bytes]:
    """Return different mails, from different people unless `sender` names one."""
    return [
        Mail(
            text=f"How much is the widget number {one}?",
            headers=DATED,
            sender=sender or f"guest{one}@elsewhere.example",
        ).raw(one)
        for one in range(count)
    ]


def bring(desk: Desk, path: Path, **wish: bool) -> Standing:
    """Import a mailbox."""
    source = Wish(source=open_source(path), connector="mail", **wish)
    return import_past(desk.kernel, source, lambda *_: None)
