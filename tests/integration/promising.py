"""Owns a desk for tests whose agent says what it is told: the words of the mail after `say:`."""

from collections.abc import Mapping
from pathlib import Path

from aios_defs.core.decision import Agent, ContextPack, Decision, Promised, Proposal
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.services.approve import approve
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import FILES, Desk, Mail

SCRIPTED = {"catalog.yaml": FILES["catalog.yaml"].replace("agent: support", "agent: scripted")}


def parrot(pack: ContextPack) -> Decision:
    """Answer the last message with its own words after `say:`; `state:` is stated as a promise."""
    said = pack.of_kind("message")[-1]
    text = said.text.partition("say:")[2].strip() or "Noted."
    stated = said.text.partition("state:")[2].partition("say:")[0].strip()
    proposal = Proposal(
        connector="mail",
        operation="mail.send",
        arguments={"to": [said.data["from"]], "subject": "Re: widgets", "body": text},
        commitments=(Promised(text=stated),) if stated else (),
    )
    return Decision(outcome="propose", proposals=(proposal,), rationale="", confidence=1.0)


def promising_desk(path: Path, agents: Mapping[str, Agent] | None = None) -> Desk:
    """Return a desk whose agent answers as it is told."""
    agents = agents or {"scripted": ScriptedAgent(parrot)}
    return Desk(path=path, agents=agents, files=SCRIPTED).begin()


def say(desk: Desk, text: str, *, stated: str = "", **more: str) -> None:
    """Have the desk send these words to Kim, in the thread of `identity`'s first mail."""
    head = f"state: {stated}\n" if stated else ""
    answers = (more["answers"],) if "answers" in more else ()
    desk.receive(
        Mail(text=f"{head}say: {text}", identity=more.get("identity", ""), answers=answers)
    )


def commitments(desk: Desk) -> list[CommitmentRow]:
    """Return the commitments, in the order they were made."""
    with desk.kernel.ledger.view() as view:
        return view.select(CommitmentRow, order="position")


def let_go(desk: Desk) -> None:
    """Approve what waits, and send it."""
    for row in desk.actions():
        if row.state == "awaiting_approval":
            approve(desk.kernel, row.id, window=0)
    desk.turn()
