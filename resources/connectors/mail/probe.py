"""Owns trying a mail account out: what its servers offer, without an effect on them.

It connects, secures the connection, logs in and asks; folders are counted by STATUS, so no mail is
read or marked, and nothing is sent.
"""

from dataclasses import dataclass

_ITSELF = b"X-GM-EXT-1"
"""The capability of a server that is known to file what it sends (Gmail)."""
_ITSELF_HOSTS = ("office365.com", "outlook.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInbox:
    """What an IMAP server offers: its folders with how many mails each holds, by name in its order.

    `sent` is the folder with the special use \\Sent, None when no folder has it.
    """

    capabilities: tuple[str, ...]
    folders: dict[str, int]
    sent: str | None
    files_itself: bool
