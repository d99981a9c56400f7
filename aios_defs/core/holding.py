"""Owns what may be written while a restored home is held: what ends things, and who looks at it.

A backup holds the keys of its day. Until it is known who was forgotten after it, nothing new may be
made of its text: nothing taken in, decided, sent, learnt or archived.
"""

from aios_defs.core.errors import RestoreUnconfirmed

WHILE_HELD = frozenset(
    (
        "restore.confirmed.v1",
        "subject.erased.v1",
        "task.cancelled.v1",
        "action.cancelled.v1",
        "question.withdrawn.v1",
        "decision.superseded.v1",
        "message.ignored.v1",
        "fact.retracted.v1",
        "commitment.broken.v1",
        "sink.distrusted.v1",
        "override.paused.v1",
        "notice.raised.v1",
        "notice.dismissed.v1",
        "session.opened.v1",
        "session.ended.v1",
        "login.refused.v1",
        "backup.made.v1",
    )
)
"""The types of events that forgetting, confirming and looking append."""
SAID = "The restored home is read-only: somebody may have been forgotten after its backup was made."
REMEDY = (
    "Give the newest erasures.log of the old home or beside its backups: "
    "aios memory erasures FILE; or, if nobody was forgotten: aios memory erasures --none"
)


def refuse_while_held(event_type: str) -> None:
    """Refuse an event that a held home does not take; raises RestoreUnconfirmed."""
    if event_type not in WHILE_HELD:
        raise RestoreUnconfirmed(SAID, remedy=REMEDY)
