"""Proves that mail no agent can read, or that binds more than words, is handed to the operator."""

from pathlib import Path

import pytest

from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow
from aios_defs.services.message_view import message_view
from tests.hostile.special import EVENT, opaque
from tests.hostile.writing import attached, mail, multipart, part
from tests.integration.desk import KIM, Desk

AUTHOR = f"From: {KIM}"
SUBJECT = "Subject: How much is the blue widget?"
PGP = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n-----END PGP MESSAGE-----\r\n"


@pytest.mark.parametrize(
    ("raw", "sign", "words"),
    [
        (mail(1, SUBJECT, author=AUTHOR, body=PGP), "encryption", "This mail is encrypted (PGP)"),
        (
            mail(
                1,
                SUBJECT,
                multipart(),
                author=AUTHOR,
                body=part() + attached(b"RIFF", "call.wav", "audio/wav") + b"--b--",
            ),
            "missing_text",
            "This mail has no text",
        ),
        (
            mail(
                1,
                SUBJECT,
                "Content-Type: text/calendar; method=REQUEST",
                author=AUTHOR,
                body=EVENT.format(method="REQUEST", number=1, state="NEEDS-ACTION"),
            ),
            "invitation",
            "Organiser: Ann Lee",
        ),
        (
            opaque(1, "enveloped-data").replace(b"Subject: Question 1", SUBJECT.encode()),
            "encryption",
            "encrypted (S/MIME)",
        ),
    ],
)
def test_what_no_agent_can_read_is_handed_over(
    tmp_path: Path, raw: bytes, sign: str, words: str
) -> None:
    """A subject that an agent could answer does not make it answer a mail that it can't read."""
    desk = Desk(tmp_path).begin()

    desk.put(raw)
    desk.turn()

    with desk.kernel.ledger.view() as view:
        (question,) = view.select(QuestionRow)
        (message,) = view.select(MessageRow)
        text = desk.kernel.vault.open(question.text)
    shown = message_view(desk.kernel, message.id)["content"]
    assert sign in message.signs
    assert sign in text
    assert isinstance(shown, dict)
    assert words in str(shown["text"])
    assert desk.sent() == []
