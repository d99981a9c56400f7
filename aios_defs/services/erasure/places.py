"""Owns where sealed text stands, and under whose key: every sealed field of every event and row.

A test walks all events and rows, so that a new field can't be forgotten here.

    subject   the key of the profile that it is about: the task's, the message's, the fact's
    message   a key of its own for each raw message, and each entry that no import could take
    pair      a key of its own for each note about two profiles
    house     the key of the house: about nobody
    either    the subject's, or the house's where it is about nobody
"""

from typing import Literal

Whose = Literal["subject", "message", "pair", "house", "either"]

EVENTS: dict[str, dict[str, Whose]] = {
    "message.received.v1": {"raw": "message", "heading": "subject"},
    "profile.created.v1": {"name": "subject", "identities.value": "subject"},
    "profile.renamed.v1": {"name": "subject"},
    "profile.identified.v1": {"identities.value": "subject"},
    "profile.reverted.v1": {"name": "subject"},
    "profile.merged.v1": {"evidence": "pair"},
    "profile.duplicate_proposed.v1": {"evidence": "pair"},
    "fact.proposed.v1": {"fact.value": "either"},
    "fact.asserted.v1": {"fact.value": "either"},
    "question.asked.v1": {"text": "subject"},
    "question.answered.v1": {"answer": "subject"},
    "context.packed.v1": {"header": "subject", "house": "house", "items.blob": "subject"},
    "model.called.v1": {"answer": "subject"},
    "decision.made.v1": {"answer": "subject"},
    "action.proposed.v1": {
        "arguments": "subject",
        "summary": "subject",
        "verdict.snapshot": "subject",
    },
    "approval.rejected.v1": {"reason": "subject"},
    "commitment.made.v1": {"text": "subject"},
    "commitment.broken.v1": {"reason": "subject"},
    "memory.import_started.v1": {"name": "house"},
    "memory.line_quarantined.v1": {"raw": "message", "sealed_place": "message"},
    "sink.trusted.v1": {"value": "either"},
    "subject.erased.v1": {"certificate": "house"},
}
"""The sealed fields of each event type, with the names of the models they lie in."""

ROWS: dict[str, dict[str, Whose]] = {
    "messages": {"raw": "message", "heading": "subject"},
    "profiles": {"name": "subject"},
    "identities": {"value": "subject"},
    "duplicates": {"evidence": "pair"},
    "facts": {"value": "either"},
    "questions": {"text": "subject", "answer": "subject"},
    "packs": {"header": "subject", "house": "house", "items": "subject"},
    "decisions": {"answer": "subject"},
    "actions": {"arguments": "subject", "summary": "subject"},
    "commitments": {"text": "subject", "reason": "subject"},
    "trusted_sinks": {"value": "either"},
    "imports": {"name": "house"},
    "import_lines": {"raw": "message"},
}
"""The sealed columns of each table."""
