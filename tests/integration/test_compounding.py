"""Proves the report on compounding on a history of two workflows that was counted by hand."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.compounding import compounding, fold_compounding
from aios_defs.services.questions import answer
from aios_defs.services.tables.compounding import compounding_table
from tests.integration.desk import FILES, LOU, Desk, Mail
from tests.integration.promising import let_go, promising_desk, say
from tests.servers.database import home_environment

MAIL, SUPPORT = FILES["connectors.yaml"], FILES["catalog.yaml"]
MAILS = MAIL + MAIL.replace("mail:", "sales:", 1).replace("mail/", "sales/").replace(
    "desk@", "sales@"
)
BOTH = SUPPORT + SUPPORT.removeprefix("\nworkflows:\n").replace(
    "name: support", "name: sales"
).replace("connector: mail", "connector: sales")
GREEN, BLUE = (Mail(text=f"How much is the {colour} widget?") for colour in ("green", "blue"))


@pytest.fixture
def shop(tmp_path: Path) -> Desk:
    """A house with two workflows, each with a mailbox of its own."""
    for folder in ("inbox", "outbox", "sent"):
        for part in ("new", "cur", "tmp"):
            (tmp_path / "sales" / folder / part).mkdir(parents=True)
    return Desk(tmp_path, files={"connectors.yaml": MAILS, "catalog.yaml": BOTH}).begin()


def lived(shop: Desk) -> tuple[str, str]:
    """Live two days; return the fact that support learnt, and the one of the operator's file."""
    shop.receive(GREEN)
    answer(shop.kernel, shop.question().id, "50 EUR")
    shop.turn()
    shop.wait(days=1)
    target = shop.path / "sales/inbox/new/1.outside"
    raw = Mail(text=GREEN.text, sender=LOU, to="sales@widgets.example").raw(100)
    target.write_bytes(raw)
    moment = shop.clock.now().timestamp()
    os.utime(target, (moment, moment))
    shop.turn()
    shop.receive(BLUE)
    done = sorted(shop.actions(), key=lambda one: one.created_at)
    learnt, own = done[0].cited_facts[0], done[-1].cited_facts[0]
    assert {one.cited_facts for one in done} == {(learnt,), (own,)}
    return learnt, own


FIRST, SECOND = "2031-05-06", "2031-05-07"
# Support's first pack: the blue price (the operator's), the mail (its own). Its second: the blue
# price, the green one (learnt from its own question), the mail, the answer.
SUPPORT_FIRST = {"packs": 2, "items": 6, "items_own": 4, "items_other": 0, "answers": 1} | {
    "answers_citing": 1,
    "answers_citing_other": 0,
}
# The next day: the blue price, the green one (its own), the mail.
SUPPORT_SECOND = {"packs": 1, "items": 3, "items_own": 2, "items_other": 0, "answers": 1} | {
    "answers_citing": 1,
    "answers_citing_other": 0,
}
# Sales: the blue price, the green one, which support learnt, and the mail; its answer states it.
SALES_SECOND = {"packs": 1, "items": 3, "items_own": 1, "items_other": 1, "answers": 1} | {
    "answers_citing": 1,
    "answers_citing_other": 1,
}


def counts(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in SUPPORT_FIRST}


def test_the_report_is_what_was_counted_by_hand(shop: Desk) -> None:
    """Each number of two days, by day, by workflow and by fact."""
    learnt, own = lived(shop)

    found: Any = compounding(shop.kernel)

    by_day = {one["at"]: counts(one) for one in found["series"] if one["packs"]}
    assert by_day == {
        FIRST: SUPPORT_FIRST,
        SECOND: {name: SUPPORT_SECOND[name] + SALES_SECOND[name] for name in SUPPORT_SECOND},
    }
    by_workflow = {one["name"]: counts(one) for one in found["by_workflow"]}
    assert by_workflow == {
        "support": {name: SUPPORT_FIRST[name] + SUPPORT_SECOND[name] for name in SUPPORT_FIRST},
        "sales": SALES_SECOND,
    }
    assert [
        (one["id"], one["workflow"], one["packs"], one["cited"], one["workflows"])
        for one in found["facts"]
    ] == [(learnt, "support", 3, 2, 2), (own, None, 4, 1, 2)]
    totals = found["totals"]
    assert (totals["share_other"], totals["share_citing"]) == (round(1 / 12, 4), 1.0)
    assert (totals["facts_packed"], totals["facts_cited"], totals["facts_shared"]) == (2, 2, 2)
    assert (totals["packs_per_fact"], totals["answers_per_fact"]) == (3.5, 1.5)


def test_the_report_depends_on_the_ledger_alone(shop: Desk) -> None:
    """A rebuild of the projections changes no word of it, and it names nobody."""
    lived(shop)
    before = compounding(shop.kernel)

    shop.home.ledger.rebuild()
    shop.reopen()

    assert compounding(shop.kernel) == before
    assert not any(one in json.dumps(before) for one in ("kim", "lou", "€"))


def test_the_table_has_a_row_for_each_day_and_workflow(shop: Desk) -> None:
    """The asset keeps the same counts."""
    lived(shop)

    table, _ = compounding_table(shop.kernel)

    rows = {row.key: row.to_json() for row in table.rows}
    assert {name: counts(row) for name, row in rows.items()} == {
        f"{FIRST} support": SUPPORT_FIRST,
        f"{SECOND} support": SUPPORT_SECOND,
        f"{SECOND} sales": SALES_SECOND,
    }


def test_what_lies_before_the_time_is_not_counted(shop: Desk) -> None:
    """A report of one day has the second day and the one before it, by whole days; later, none."""
    lived(shop)

    shop.wait(days=1)
    found: Any = compounding(shop.kernel, timedelta(days=1))
    assert [(one["at"], one["packs"]) for one in found["series"]] == [
        (SECOND, 2),
        ("2031-05-08", 0),
    ]

    shop.wait(days=100)
    late: Any = compounding(shop.kernel, timedelta(days=90))
    assert (late["step"], late["totals"]["packs"], late["totals"]["share_other"]) == (
        "week",
        0,
        None,
    )
    assert len(late["series"]) == 14


@pytest.mark.parametrize("days", [0, -1, 401])
def test_a_time_that_is_none_is_refused(shop: Desk, days: int) -> None:
    """Nothing, less than nothing and more than 400 days are no time."""
    with pytest.raises(UsageInvalid):
        compounding(shop.kernel, timedelta(days=days))


def test_the_command_tells_it(
    shop: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As sentences and tables, and as the same JSON."""
    for name, value in home_environment(shop.path).items():
        monkeypatch.setenv(name, value)
    lived(shop)
    capsys.readouterr()

    assert main(["memory", "report", "--since", "400d"]) == 0
    told = capsys.readouterr().out
    assert main(["memory", "report", "--since", "400d", "--json"]) == 0

    assert "8% came from another workflow; 100% of the answers state a fact" in told
    assert "sales" in told
    assert json.loads(capsys.readouterr().out)["step"] == "week"


def test_every_kind_of_memory_has_an_origin(tmp_path: Path) -> None:
    """Turns in both directions, promises and tasks were learnt in the workflow they came from."""
    desk = promising_desk(tmp_path)
    say(desk, "I will send you the offer by Friday.")
    let_go(desk)

    with desk.kernel.ledger.view() as view:
        origin = fold_compounding(desk.kernel, view).names.origin
        found = {
            *(f"memory:turn:{one.id}" for one in view.select(InteractionRow)),
            *(f"message:{one.id}" for one in view.select(MessageRow)),
            *(f"action:{one.id}" for one in view.select(ActionRow)),
            *(f"task:{one.id}" for one in view.select(TaskRow)),
            *(f"commitment:{one.id}" for one in view.select(CommitmentRow)),
        }
        assert len(found) == 6
        assert {origin(one) for one in found} == {"support"}
        assert {origin(f"{one}gone") for one in found} == {""}
