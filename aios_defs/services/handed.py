"""Owns making a message of what a program hands in as words: a form of a web site, a chat.

The message is a mail as that connector would have received it, with nothing in it that vouches for
its sender. The same words make the same bytes, so that a repeated call is the same message.
"""

from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.flow import find_workflow
from aios_defs.services.kernel import Kernel

WORDS = ("from", "subject", "text")
"""What makes a message; `id` may tell two of the same words apart."""


def message_of(kernel: Kernel, workflow: str, sent: JsonObject) -> bytes:
    """Return the bytes of the message that `from`, `subject`, `text` (and `id`) make.

    Raises:
        UsageInvalid: one is missing or no text, or has a line end where none may be.
        UnknownId, TransitionRefused: as `find_workflow` says.

    """
    entry = find_workflow(kernel, workflow)
    sender, subject, text = (_text(sent.get(name), name) for name in WORDS)
    identity = _text(sent.get("id", ""), "id")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["Subject"] = sender, subject
        message["To"] = kernel.connector(entry.connector).describe().account
        if identity:
            digest = kernel.vault.digest("handed-id", workflow, identity)
            message["Message-ID"] = f"<{digest[:32]}@handed.invalid>"
        message.set_content(text, cte="base64")
        return bytes(message)
    except (ValueError, MessageError, UnicodeError, IndexError, AttributeError) as error:
        raise _wrong("`from` and `subject` are one line each, `from` is one address") from error


def _text(value: JsonValue, name: str) -> str:
    if not isinstance(value, str):
        raise _wrong(f"`{name}` is missing or no text")
    return value


def _wrong(what: str) -> UsageInvalid:
    return UsageInvalid(
        f"This makes no message: {what}.",
        remedy='Send {"from": "kim@company.example", "subject": "…", "text": "…"}.',
    )
