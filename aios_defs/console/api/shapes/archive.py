"""Owns the shapes of a person's archive; what it holds came from outside.

A text is a string or, where it was erased, `{"erased": event id}`, hence any value here.
docs/reference/subject-archive.md tells it name by name.
"""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.facts import FactLine, StoryLine
from aios_defs.console.api.shapes.memory import Merge
from aios_defs.console.api.shapes.shape import Anything, Link, Moment, Shape


class KnownBy(Shape):
    """The event by which something is known."""

    event_id: str
    position: int
    at: Moment


class ArchivedProfile(Shape):
    """One of the profiles that are one."""

    id: str
    name: Anything
    kind: str
    stage: str
    status: str | None
    language: str | None
    company_id: str | None
    company: Anything
    is_endorsed: bool
    origin: str
    merged_into: str | None
    source: KnownBy | None


class ArchivedIdentity(Shape):
    """An address, number or handle, and how we know that it is theirs."""

    kind: str
    value: Anything
    basis: str
    profile_id: str


class Said(Shape):
    """Who said a fact, and in which words, unless these are somebody else's."""

    kind: str
    by: str | None
    file: str | None
    import_id: str | None
    link: Link | None
    sentence: str | None


class SaidAgain(Shape):
    """Who said the same again."""

    by: str
    source: KnownBy | None


class ArchivedVersion(FactLine):
    """A version of a fact with its typed value, who said it, and its story."""

    data: Anything
    said: Said
    evidence: list[SaidAgain]
    story: list[StoryLine]
    source: KnownBy | None


class ArchivedFact(Shape):
    """A fact with all its versions, the oldest first."""

    topic: str | None
    predicate: str
    versions: list[ArchivedVersion]


class ArchivedMessage(Shape):
    """A message; `content` is what it says, `file` its untouched bytes in the zip."""

    id: str
    direction: str
    at: Moment
    connector: str
    folder: str
    thread_id: str | None
    task_id: str | None
    state: str
    reason: str | None
    authenticated: str
    signs: list[str]
    is_shared: bool
    bytes: int
    content: Anything
    file: str | None
    source: KnownBy | None


class ArchivedInteraction(Shape):
    """A contact; what was said is in its message or action."""

    id: str
    direction: str
    channel: str
    at: Moment
    thread_id: str
    message_id: str | None
    action_id: str | None
    profile_id: str
    source: KnownBy | None


class ArchivedTask(Shape):
    """A task of the person."""

    id: str
    workflow: str
    kind: str
    state: str
    reason: str | None
    created_at: Moment
    deadline: Moment
    message_ids: list[str]
    source: KnownBy | None


class ArchivedQuestion(Shape):
    """What the operator was asked, and answered."""

    id: str
    task_id: str
    state: str
    text: Anything
    answer: Anything
    source: KnownBy | None


class ArchivedDecision(Shape):
    """What an agent decided, with all it answered."""

    id: str
    task_id: str
    pack_id: str
    agent: str
    agent_version: str
    outcome: str
    category: str | None
    is_superseded: bool
    answer: Anything
    source: KnownBy | None


class ArchivedApproval(Shape):
    """A question to the operator about an action, and where it is."""

    id: str
    state: str


class ArchivedAction(Shape):
    """An action, with everything it does or did; `rejected` is why the operator said no."""

    id: str
    task_id: str
    decision_id: str | None
    connector: str
    operation: str
    title: str
    state: str
    author: str
    rule: str
    created_at: Moment
    summary: Anything
    arguments: Anything
    cited_facts: list[str]
    approvals: list[ArchivedApproval]
    rejected: Anything
    source: KnownBy | None


class ArchivedCommitment(Shape):
    """What was promised to the person, by when, and what became of it."""

    id: str
    action_id: str
    thread_id: str
    text: Anything
    due: Moment | None
    basis: str
    state: str
    reason: Anything
    source: KnownBy | None


class ArchivedItem(Shape):
    """Something of the person that an agent was given."""

    name: str
    content: Anything


class ArchivedPack(Shape):
    """What an agent was given; what was about others is counted in `others`."""

    id: str
    task_id: str
    agent: str
    items: list[ArchivedItem]
    others: int
    source: KnownBy | None


class ArchivedSink(Shape):
    """What the operator trusts of the person."""

    kind: str
    value: Anything
    expires_at: Moment | None
    source: KnownBy | None


class ArchivedLine(Shape):
    """An entry of an imported file that could not be taken."""

    import_id: str
    place: str
    reason: str
    text: Anything
    source: KnownBy | None


class ArchivedEvent(KnownBy):
    """An event about the person, in a line."""

    type: str
    by: str
    text: str


class LeftOut(Shape):
    """What is somebody else's as well: what, how many, and why it is not in it."""

    what: str
    count: int
    why: str


class ArchivedSubject(Shape):
    """Whom an archive is about."""

    id: str
    name: Anything


class SubjectArchive(Shape):
    """Everything about one person, as docs/reference/subject-archive.md tells."""

    format: str
    version: int
    made_at: Moment
    position: Annotated[int, Field(description="The last event of the ledger that it knows.")]
    business: str
    subject: ArchivedSubject
    erased_by: KnownBy | None
    profiles: list[ArchivedProfile]
    merges: list[Merge]
    identities: list[ArchivedIdentity]
    facts: list[ArchivedFact]
    messages: list[ArchivedMessage]
    interactions: list[ArchivedInteraction]
    tasks: list[ArchivedTask]
    questions: list[ArchivedQuestion]
    decisions: list[ArchivedDecision]
    actions: list[ArchivedAction]
    commitments: list[ArchivedCommitment]
    packs: list[ArchivedPack]
    sinks: list[ArchivedSink]
    import_lines: list[ArchivedLine]
    events: list[ArchivedEvent]
    left_out: list[LeftOut]
