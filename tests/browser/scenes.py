"""Owns what a site has been through before a visitor comes: a day with every kind of card."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from aios_defs.core.actions import ActionState
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.approve import approve, reject
from aios_defs.services.commit import commit_action
from aios_defs.services.fact_learning import learn
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.facts import NewFact
from aios_defs.services.identity.describing import Description, create
from aios_defs.services.notices import raise_notice
from aios_defs.services.quality.telling import tell_verdict
from aios_defs.services.quality.verdict import Unmet, Verdict
from resources.quality.verdicts import Verdicts
from tests.integration.desk import DESK, KIM, LOU, STRANGER, Desk, Mail

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 6
LONG_TEXT = "\n\n".join(
    f"{number}. How much is the blue widget, and could you tell me at length what it does? "
    f"{LONG_WORD} {'It should fit our shelves. ' * 12}"
    for number in range(1, 13)
)


def asked(desk: Desk, count: int = 1, *, sender: str = KIM) -> list[str]:
    """Let that many price questions come in; returns the ids of the decisions that wait."""
    before = {one.id for one in waiting(desk)}
    for number in range(count):
        desk.deliver(
            Mail(
                text=f"How much is the blue widget? I need {number + 1}.",
                sender=sender,
                subject=f"Price of widget {number + 1}",
                identity=f"asked-{len(before)}-{number}@outside.example",
            )
        )
    desk.turn()
    return [one.id for one in waiting(desk) if one.id not in before]


def waiting(desk: Desk) -> list[ActionRow]:
    """Return the decisions that wait, oldest first."""
    found = [one for one in desk.actions() if one.state is ActionState.AWAITING_APPROVAL]
    return sorted(found, key=lambda one: one.created_at)


def failed(desk: Desk) -> str:
    """Let an approved reply fail for good, because its folder is gone; returns the action's id."""
    (action,) = asked(desk)
    with closed_outbox(desk.path):
        for _ in range(5):
            if desk.action().state is ActionState.AWAITING_APPROVAL:
                approve(desk.kernel, action, window=0)
            commit_action(desk.kernel, action, force=True)
    return action


@contextmanager
def closed_outbox(home: Path) -> Iterator[None]:
    """Let nothing be sent meanwhile: a file lies where the folder should be."""
    outbox, aside = home / "mail/outbox", home / "mail/aside"
    outbox.rename(aside)
    outbox.write_text("in the way")
    try:
        yield
    finally:
        outbox.unlink()
        aside.rename(outbox)


def busy(desk: Desk) -> None:
    """Give a site every kind of card, and something that ended well and badly."""
    sent, refused, *_ = asked(desk, 4)
    approve(desk.kernel, sent, window=0)
    commit_action(desk.kernel, sent)
    reject(desk.kernel, refused, "They asked by telephone already.")
    desk.receive(Mail(text="What colour is the moon over your workshop?", sender=LOU))
    desk.receive(Mail(text="How much is the green widget?", sender=STRANGER, subject="Green one"))
    desk.put(b"Subject: nobody wrote this\r\n\r\nx\r\n")
    desk.put(longest().as_bytes())
    desk.turn()
    failed(desk)
    raise_notice(desk.kernel, "trust", "mail", "The trust in mail ends in 2 days.", "Renew it.")
    disagreed(desk)
    kept_back(desk)
    create(desk.kernel, f"Works of {LONG_WORD[:180]}", "company", Description(stage="lead"))
    create(desk.kernel, f"New site for {LONG_WORD[:180]}", "project", Description(status="planned"))


def kept_back(desk: Desk) -> None:
    """Keep a verdict on a build of facts that is not served, and raise its card."""
    with desk.kernel.ledger.view() as view:
        ids = tuple(view.column(FactRow, "id"))
    unmet = Unmet(words="confidence is between 0 and 1", count=len(ids), ids=ids)
    verdict = Verdict(
        artifact="facts",
        at=desk.clock.now(),
        position=480,
        served=470,
        rows=len(ids),
        is_kept_back=True,
        unmet=(unmet,),
        drifted=(Unmet(words="state is spread as before"),),
    )
    Verdicts(desk.path).keep(verdict)
    tell_verdict(desk.kernel, verdict)


def disagreed(desk: Desk) -> None:
    """Let the house know a colour that changes, and two sources disagree about its hours."""
    now = desk.clock.now()
    for text, days in (("red", -400), ("blue", -30), (f"green {LONG_WORD}", 60)):
        begins = now + timedelta(days=days)
        set_fact(desk.kernel, Word(predicate="colour", text=text, valid_from=begins))
    for text, author in (("nine to five", "cards"), (f"ten to six, {LONG_TEXT}", "calendar")):
        hours = NewFact(
            topic=None,
            predicate="opening_hours",
            value={"text": text},
            label=Label(level=Level.PUBLIC, trust=Trust.FIRST_PARTY),
            author=author,
            import_id=author,
        )
        with desk.kernel.ledger.transaction(actor=author) as tx:
            learn(desk.kernel, tx, hours, reason="it changed")


def longest() -> EmailMessage:
    """Return the longest mail that a person might send: long words, names, names of files."""
    message = EmailMessage()
    message["From"] = f'"{LONG_WORD[:200]}" <{"a" * 60}@{"b" * 60}.example>'
    message["To"] = DESK
    message["Subject"] = f"Price of the blue widget {LONG_WORD} " * 2
    message["Message-ID"] = "<longest@outside.example>"
    message.set_content(f"How much is the blue widget?\n\n{LONG_TEXT}\n")
    message.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename=f"{LONG_WORD[:150]}.pdf"
    )
    return message
