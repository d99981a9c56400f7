"""Owns the parameters of the API: what each means, and how long it may be."""

from typing import Annotated

from fastapi import Path, Query

LONGEST = 500
"""How many characters a word in an address may have."""


def _named(what: str) -> object:
    return Path(description=what, max_length=LONGEST)


def _asked(what: str) -> object:
    return Query(description=what, max_length=LONGEST)


CardId = Annotated[str, _named("The id of a card, as the list of the inbox has it.")]
AnyId = Annotated[str, _named("Any id: of a message, task, action, fact, decision, run, event.")]
MessageId = Annotated[str, _named("The id of a message.")]
ProfileId = Annotated[str, _named("The id of a person.")]
MemoryType = Annotated[str, _named("profiles, facts, leads, projects, intents or commitments.")]
FactId = Annotated[str, _named("The id of a version of a fact.")]
LabelledId = Annotated[str, _named("The id of a version of a fact, or of a message.")]
ArtifactName = Annotated[str, _named("The name of an artifact with checks, such as `facts`.")]
DigestId = Annotated[str, _named("The id of a digest.")]
WorkflowName = Annotated[str, _named("The name of a workflow of the catalog.")]
ConnectorName = Annotated[str, _named("The name of a connector.")]
SessionId = Annotated[str, _named("The id of a session.")]
TokenId = Annotated[str, _named("The id of a bearer token.")]

InGroup = Annotated[str, _asked("Only events of this group, one of `filters.groups`.")]
OfWorkflow = Annotated[str, _asked("Only this workflow.")]
OfAgent = Annotated[str, _asked("Only this agent.")]
OfConnector = Annotated[str, _asked("Only this connector.")]
ByActor = Annotated[str, _asked("Only what this kind of actor did: operator, agent or system.")]
OfPerson = Annotated[str, _asked("Only what concerns the person of this id.")]
AboutId = Annotated[str, _asked("Only what concerns this id.")]
Before = Annotated[str, _asked("The `older` of the page before: what lies before this position.")]
Flat = Annotated[str, _asked("Any text: do not fold the routine of a task.")]
Search = Annotated[str, _asked("Only what holds these words.")]
AsOfDay = Annotated[str, _asked("What was valid then: a day or a moment; empty is now.")]
KnownAt = Annotated[str, _asked("By what was known then: a day, a moment or `#position`.")]
Question = Annotated[str, _asked("What to look for, in words.")]
AboutWhom = Annotated[
    str, _asked("About whom: an id, address, phone number, handle or whole name, or `house`.")
]
UpToLevel = Annotated[str, _asked("As who is cleared for: local (all), shareable or public.")]
TrueOn = Annotated[str, _asked("What was true then: a day or a moment; empty is now.")]
KnownOn = Annotated[str, _asked("By what was known then: a day or a moment; empty is now.")]
InShort = Annotated[str, _asked("Any text: summaries of days instead of what was said.")]
InStage = Annotated[str, _asked("Only people of this stage, one of `stages`.")]
Skip = Annotated[str, _asked("The `more` of the page before: how many to pass over.")]
OfKind = Annotated[str, _asked("Only cards of this kind; `later` is what was set aside.")]
OfGroup = Annotated[str, _asked("Only the section of this `key`.")]
After = Annotated[str, _asked("The `next` of the section: its cards after this one.")]
Days = Annotated[int, Query(ge=1, le=400, description="How many days back the metrics reach.")]
