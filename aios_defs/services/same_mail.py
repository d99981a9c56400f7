"""Owns telling that a mail is known already, also when a mailbox file wrote it down differently.

Programs that keep mail change line ends, quote lines that begin `From `, and add header fields of
their own. What is left without these is the mail: two that are the same in it are one mail. The
Message-ID only says where to look: one that is forged names other content, so it hides nothing.
"""

import re

from aios_defs.core.errors import KeyErased
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.kernel import Kernel

_COMPARED = 8
"""How many messages of one Message-ID are compared: who repeats one could make many."""
_KEPT_BY = re.compile(
    rb"^(?:x?-?status|x-uidl?|x-keywords|x-mozilla-[\w-]+|x-imapbase|x-imap|content-length|lines"
    rb"|x-gmail-labels|x-gm-thrid|x-evolution[\w-]*):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(rb"^>+(?=From )", re.MULTILINE)


def known_twin(
    kernel: Kernel, view: View, raw: bytes, mail_hash: str | None, **where: str
) -> MessageRow | None:
    """Return a message taken in before that is the same mail, or None.

    `mail_hash` is of its Message-ID, None when it could not be understood: then only its very bytes
    are looked for. `where` narrows the messages compared by content.
    """
    same = view.select(MessageRow, content_hash=kernel.vault.digest("raw", raw), limit=1, **where)
    if same or mail_hash is None:
        return same[0] if same else None
    rows = view.select(MessageRow, mail_hash=mail_hash, order="-position", limit=_COMPARED, **where)
    content = bare(raw) if rows else b""
    return next((row for row in rows if content == _bare(view, row)), None)


def bare(raw: bytes) -> bytes:
    """Return a mail without what a program that keeps mail does to it."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head, gap, body = text.partition(b"\n\n")
    return _KEPT_BY.sub(b"", head + b"\n") + gap + _QUOTED.sub(b"", body).rstrip(b"\n")


def _bare(view: View, row: MessageRow) -> bytes | None:
    try:
        return bare(view.blob(row.raw))
    except KeyErased:
        return None
