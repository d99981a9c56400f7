"""Owns what is told to the operator: a message without content, and where it may be told.

A message names counts, times, ids and what the operator configured; never a person or a text. Its
one link leads to the console, where a decision needs a login: no link decides.
"""

from datetime import datetime
from typing import Literal

from aios_defs.core.model import Model

TellingKind = Literal["urgent", "digest", "test"]
"""Why the operator is told: something can't wait, the day's digest, or to try it out."""


class Message(Model):
    """One message on its way: the same for every attempt of one telling over one channel.

    `key` is its idempotency key (64 hex characters), `title` one line of ASCII, `text` plain lines,
    `link` the console's page (empty for none), `made_at` when it was decided to tell.
    """

    key: str
    kind: TellingKind
    title: str
    text: str
    link: str = ""
    made_at: datetime
