"""Proves the operator's day on the command line: look, answer, approve, undo, trace, replay."""

from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.generated_business import generate_business
from tests.servers.database import copy_home

SEED = 5


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shell = Shell(home=generate_business(tmp_path_factory.mktemp("day"), SEED).home)
    policy = shell.home / "business" / "policies.yaml"
    policy.write_text("version: 1\nrules: []\n", encoding="utf-8")
    assert shell.run("init").code == 0
    assert shell.run("connector", "trust", "mail", "--for", "7d").code == 0
    shell.turn()
    return shell.home


@pytest.fixture
def shell(decided: Path, tmp_path: Path) -> Shell:
    home = tmp_path / "home"
    copy_home(decided, home)
    return Shell(home=home)


def test_an_approved_decision_is_sent_once(shell: Shell) -> None:
    """Approving sends the mail, exits 0, and approving again is refused without sending."""
    card = shell.cards("decision")[0]

    first = shell.run("approve", card["id"], "--hash", card["content_hash"], "--now", "--json")
    again = shell.run("approve", card["id"], "--now", "--json")

    assert (first.code, first.json["state"]) == (0, "committed")
    assert (again.code, again.json["error"]["code"]) == (1, "approval_stale")
    assert len(shell.outbox()) == 1


def test_another_hash_approves_nothing(shell: Shell) -> None:
    """An approval for content other than what stands is refused, and nothing is sent."""
    card = shell.cards("decision")[0]

    ran = shell.run("approve", card["id"], "--hash", "0" * 64, "--now", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (1, "approval_stale")
    assert shell.outbox() == []


def test_an_edit_is_what_is_sent(shell: Shell, tmp_path: Path) -> None:
    """The text of the file goes out in the decision's place, under a new id."""
    card = shell.cards("decision")[0]
    text = tmp_path / "reply.txt"
    text.write_text("A sentence by hand.\n", encoding="utf-8")

    ran = shell.run("approve", card["id"], "--edit", str(text), "--now", "--json")

    assert (ran.code, ran.json["state"]) == (0, "committed")
    assert ran.json["id"] != card["id"]
    assert b"A sentence by hand." in shell.outbox()[0]


def test_setting_an_unknown_argument_is_wrong_usage(shell: Shell) -> None:
    """A key that the decision lacks exits 2 and names those it has."""
    card = shell.cards("decision")[0]

    ran = shell.run("approve", card["id"], "--set", "subjct=x", "--now")

    assert ran.code == 2
    assert "subject" in ran.err


def test_a_rejected_decision_is_gone(shell: Shell) -> None:
    """Rejecting empties its place in the inbox and sends nothing."""
    card = shell.cards("decision")[0]

    ran = shell.run("reject", card["id"], "--reason", "by phone", "--json")

    assert (ran.code, ran.json["state"]) == (0, "rejected")
    assert card["id"] not in [one["id"] for one in shell.cards("decision")]


def test_a_card_set_aside_leaves_the_list_and_comes_back(shell: Shell) -> None:
    """It stands under --later with its moment, the list counts it, and --back shows it again."""
    card = shell.cards("question")[0]

    ran = shell.run("later", card["id"], "--until", "3h", "--json")
    aside = shell.run("inbox", "--later", "--json").json

    assert ran.code == 0
    assert [(one["id"], one["later_until"]) for one in aside] == [
        (card["id"], ran.json["later_until"])
    ]
    assert card["id"] not in [one["id"] for one in shell.cards("question")]
    assert "Set aside until later: 1" in shell.run("inbox").out
    assert "back" in shell.run("inbox", "--later").out
    assert shell.run("later", card["id"], "--back").code == 0
    assert card["id"] in [one["id"] for one in shell.cards("question")]


def test_a_moment_that_means_nothing_is_wrong_usage(shell: Shell) -> None:
    """A word that is no moment exits 2 and names those that are."""
    card = shell.cards("question")[0]

    ran = shell.run("later", card["id"], "--until", "soonish")

    assert ran.code == 2
    assert "tomorrow" in ran.err


def test_an_answer_moves_its_task_on(shell: Shell) -> None:
    """An answered question leaves the inbox and its task is decided at once."""
    card = shell.cards("question")[0]

    ran = shell.run("answer", card["id"], "Yes, from Monday on.", "--json")

    assert ran.code == 0
    assert ran.json["outcome"] in {"propose", "ask", "hand_over", "no_reply"}
    assert card["id"] not in [one["id"] for one in shell.cards("question")]


def test_a_short_id_is_enough(shell: Shell) -> None:
    """The last eight characters, as the tables show them, name the same thing as the whole id."""
    card = shell.cards("decision")[0]

    short, whole = (shell.run("show", one, "--json") for one in (card["id"][-8:], card["id"]))

    assert short.code == 0
    assert short.json == whole.json


def test_an_ambiguous_id_lists_what_it_may_mean(shell: Shell) -> None:
    """A beginning that several things share exits 2 and names them."""
    found = shell.run("show", shell.cards("decision")[0]["id"][:6], "--json")

    assert (found.code, found.json["error"]["code"]) == (2, "usage_invalid")
    assert "(action)" in found.json["error"]["message"]


def test_a_preview_shows_what_a_decision_needs(shell: Shell) -> None:
    """Exact content, recipients, the rules that ask, risk, undo and the mail stand in one place."""
    card = shell.cards("decision")[0]

    found = shell.run("show", card["id"], "--json").json
    shown = shell.run("show", card["id"]).out

    assert found["content"]["to"] == card["recipients"] == found["recipients"]
    assert found["content_hash"] == card["content_hash"]
    assert found["rules"]
    assert found["messages"][0]["text"]
    assert all(one in shown for one in ("exactly this:", "asked by", "risk", "undo", "untrusted"))


def test_the_wrong_kind_of_id_gets_the_right_command(shell: Shell) -> None:
    """Approving a question exits 1 and says which command answers it."""
    card = shell.cards("question")[0]

    ran = shell.run("approve", card["id"], "--json")

    assert ran.code == 1
    assert f"aios answer {card['id']}" in ran.json["error"]["remedy"]


def test_undo_outside_a_window_is_refused(shell: Shell) -> None:
    """What is not scheduled can't be taken back, and the state is named."""
    card = shell.cards("decision")[0]

    ran = shell.run("undo", card["id"], "--json")

    assert ran.code == 1
    assert ran.json["error"]["state"] == "awaiting_approval"


def test_a_pause_holds_what_is_approved(shell: Shell) -> None:
    """Nothing starts in a paused scope, and the approval waits there."""
    card = shell.cards("decision")[0]
    shell.run("pause", "connector:mail")

    held = shell.run("approve", card["id"], "--now", "--json")
    sent_while_paused = shell.outbox()
    shell.run("resume", "connector:mail")

    assert (held.code, held.json["state"]) == (1, "approved")
    assert sent_while_paused == []
    assert shell.run("status", "--json").json["paused"] == []


def test_every_decision_replays_identically(shell: Shell) -> None:
    """Each recorded decision is made again the same way, and the command exits 0."""
    ran = shell.run("replay", "--all", "--json")

    assert ran.code == 0
    assert {one["outcome"] for one in ran.json} == {"identical"}


def test_a_trace_leads_from_an_action_to_its_mail(shell: Shell) -> None:
    """The story of a decision holds its message, its proposal and the run it was decided in."""
    card = shell.cards("decision")[0]

    story = shell.run("trace", card["id"], "--json").json

    types = [one["type"] for one in story["events"]]
    assert {"message.received.v1", "decision.made.v1", "action.proposed.v1"} <= set(types)
    assert story["runs"]
    assert shell.run("trace", story["runs"][0], "--json").json["events"]


def test_the_messages_add_up(shell: Shell) -> None:
    """Every message received is answered, waiting, ignored or quarantined, and in one of them."""
    found = shell.run("status", "--json").json["messages"]

    assert found["received"] == sum(value for name, value in found.items() if name != "received")


def test_the_ledger_holds_and_its_end_is_read(shell: Shell) -> None:
    """Verify exits 0, and tail ends at the position that status names."""
    verified = shell.run("ledger", "verify", "--json")
    events = shell.run("ledger", "tail", "-n", "3", "--json").json

    assert (verified.code, verified.json["ok"]) == (0, True)
    assert len(events) == 3
    assert events[-1]["position"] == shell.run("status", "--json").json["ledger"]["position"]


@pytest.mark.parametrize(("word", "state"), [("approve", "asserted"), ("reject", "rejected")])
def test_a_proposed_fact_is_remembered_or_not(shell: Shell, word: str, state: str) -> None:
    """A fact card goes by the operator's word, once."""
    fact = shell.cards("fact")[0]

    first = shell.run(word, fact["id"], "--json")
    again = shell.run(word, fact["id"], "--json")

    assert (first.code, first.json["state"]) == (0, state)
    assert (again.code, again.json["error"]["code"]) == (1, "transition_refused")
    assert fact["id"] not in [one["id"] for one in shell.cards("fact")]


def test_a_skipped_card_counts_as_ignored(shell: Shell) -> None:
    """Skipping a decision takes its mail from waiting to ignored."""
    before = shell.run("status", "--json").json["messages"]
    card = shell.cards("decision")[0]

    ran = shell.run("skip", card["id"], "--json")

    after = shell.run("status", "--json").json["messages"]
    assert (ran.code, ran.json["state"]) == (0, "cancelled")
    assert after["ignored"] > before["ignored"]
    assert after["waiting"] < before["waiting"]
