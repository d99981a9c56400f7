"""Proves that labels are decided at the boundary and kept with what they label."""

from dataclasses import replace
from pathlib import Path

import pytest

from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.errors import PolicyRefused
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.approve import approve, edit_and_approve
from aios_defs.services.context import build_pack
from aios_defs.services.fact_learning import learn
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.facts import NewFact
from aios_defs.services.memory_changes import items_since
from aios_defs.services.tables.memory import memory_table
from tests.integration.desk import ASK_FIRST, KIM, LOU, Desk, Mail
from tests.integration.past_kit import bring, write

RULES = """
- address: "@company.example"
  folder: sent
  level: local
- address: lou@company.example
  level: local
- sign: bank_details
  level: local
- address: kim@company.example
  level: public
"""


def desk_of(path: Path, rules: str = RULES) -> Desk:
    return Desk(path, files={"labels.yaml": rules}).begin()


def interaction(desk: Desk) -> InteractionRow:
    with desk.kernel.ledger.view() as view:
        return view.select(InteractionRow, order="position")[-1]


def pack(desk: Desk) -> ContextPack:
    with desk.kernel.ledger.view() as view:
        return build_pack(desk.kernel, view, desk.tasks()[-1], "support")


def last_message(desk: Desk) -> PackItem:
    return pack(desk).of_kind("message")[-1]


@pytest.mark.parametrize(
    ("mail", "level"),
    [
        (Mail(text="Hello.", sender="a@elsewhere.example"), Level.SHAREABLE),
        (Mail(text="Hello.", sender=LOU), Level.LOCAL),
        (Mail(text="Hello.", sender=KIM), Level.PUBLIC),
        (Mail(text="Pay to GB29NWBK60161331926819.", sender=KIM), Level.LOCAL),
        (Mail(text="Hello.", headers=(("Sensitivity", "Company-Confidential"),)), Level.LOCAL),
        (Mail(text="Hello.", subject="[Vertraulich] An offer"), Level.LOCAL),
    ],
)
def test_the_boundary_decides_and_everything_reads_it_there(
    tmp_path: Path, mail: Mail, level: Level
) -> None:
    """The rules' level stands on the turn, in the pack, in memory and in its table."""
    desk = desk_of(tmp_path)
    desk.deliver(mail)
    desk.take()

    with desk.kernel.ledger.view() as view:
        found = items_since(desk.kernel, view, after=0, upto=view.head().position)
        turns = [one.item for _, some in found for one in some if one.item.kind == "turn"]
    table = memory_table(desk.kernel, "interactions").rows
    assert interaction(desk).label.level is level
    assert last_message(desk).label == interaction(desk).label
    assert turns[-1].label == interaction(desk).label
    assert table[-1].to_json()["level"] == level


def test_what_the_operator_sent_meets_the_rules_of_whom_it_went_to(tmp_path: Path) -> None:
    """A rule on a domain and the sent folder holds for mail to somebody there, and for no other."""
    desk = desk_of(tmp_path)
    desk.deliver(Mail(text="Yes.", sender="desk@widgets.example", to=KIM), folder="sent")
    desk.take()
    to_company = interaction(desk).level
    desk.deliver(Mail(text="No.", sender="desk@widgets.example", to="b@x.example"), folder="sent")
    desk.take()

    assert (to_company, interaction(desk).level) == (Level.LOCAL, Level.SHAREABLE)


def test_imported_mail_meets_the_same_rules(tmp_path: Path) -> None:
    """Old mail is labelled by what it says and who wrote it, as new mail is."""
    desk = desk_of(tmp_path)
    old = Mail(text="Our account is GB29NWBK60161331926819.", sender="a@elsewhere.example")
    bring(desk, write(tmp_path / "old.mbox", old.raw(1)))

    assert interaction(desk).level == Level.LOCAL


def test_a_level_that_nobody_knows_is_the_strictest(tmp_path: Path) -> None:
    """What a newer AIOS or a slip wrote as a level opens nothing."""
    desk = desk_of(tmp_path)
    desk.deliver(Mail(text="Hello.", sender=KIM))
    desk.take()

    assert replace(interaction(desk), level="secret").label.level is Level.LOCAL


def test_a_local_mail_is_answered_and_its_text_goes_nowhere(tmp_path: Path) -> None:
    """An answer in the house's words goes, under its subject; one that carries its text never."""
    desk = desk_of(tmp_path)
    desk.set_rules(ASK_FIRST)
    subject = "An idea of ours about widgets for everybody"
    secret = "nightingale-4471"
    desk.receive(
        Mail(text=f"How much is the blue widget for {secret}?", subject=subject, sender=LOU)
    )
    plain = desk.action()

    with pytest.raises(PolicyRefused):
        edit_and_approve(desk.kernel, plain.id, {"body": f"You said: {secret}"})
    approve(desk.kernel, plain.id)
    desk.wait(seconds=60)
    desk.turn()

    assert [str(one["Subject"]) for one in desk.sent()] == [f"Re: {subject}"]


def told(desk: Desk, predicate: str, author: str, level: Level) -> Level:
    """Let somebody state something of the first subject; returns the level it got."""
    subject = interaction(desk).profile_id
    with desk.kernel.ledger.transaction(actor=author) as tx:
        fact = NewFact(
            topic=None,
            predicate=predicate,
            value={"text": f"said by {author}"},
            label=Label(level=level, audience=(subject,), trust=Trust.THIRD_PARTY),
            subject_id=subject,
            author=author,
        )
        fact_id = learn(desk.kernel, tx, fact, reason="a test").fact_id
        row = tx.get(FactRow, fact_id)
    assert row is not None
    return row.label.level


def test_a_predicate_sets_how_wide_others_may_say_it(tmp_path: Path) -> None:
    """Nobody but the operator states bank details or an illness wider than on this machine."""
    desk = desk_of(tmp_path)
    desk.deliver(Mail(text="Hello.", sender=KIM))
    desk.take()

    assert told(desk, "bank_details", "agent:support", Level.PUBLIC) is Level.LOCAL
    assert told(desk, "mental_health", "import", Level.SHAREABLE) is Level.LOCAL
    assert told(desk, "interest", "agent:support", Level.PUBLIC) is Level.SHAREABLE
    assert told(desk, "interest", "import", Level.LOCAL) is Level.LOCAL


def test_the_operator_says_a_level_or_gets_the_predicates(tmp_path: Path) -> None:
    """Without a level the operator's word is as close as its predicate; with one it is as said."""
    desk = desk_of(tmp_path)
    desk.deliver(Mail(text="Hello.", sender=KIM))
    desk.take()
    subject = interaction(desk).profile_id
    words = [
        Word(predicate="iban", text="GB29", subject_id=subject),
        Word(predicate="health", text="A cold", subject_id=subject, level=Level.SHAREABLE),
        Word(predicate="tone", text="Brief", subject_id=subject),
        Word(predicate="iban", text="GB30", topic="us"),
    ]
    ids = [set_fact(desk.kernel, one).fact_id for one in words]

    with desk.kernel.ledger.view() as view:
        rows = [view.get(FactRow, one) for one in ids]
    levels = [row.label.level for row in rows if row]
    assert levels == [Level.LOCAL, Level.SHAREABLE, Level.SHAREABLE, Level.PUBLIC]
