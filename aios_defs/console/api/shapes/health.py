"""Owns the shapes of the health of the house, and of the acts on its connectors."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.shape import Body, Hash, Look, Moment, Nonce, Shape


class Attention(Shape):
    """Something that is not well; `at` is the part that tells more."""

    what: str
    words: str
    at: str


class Head(Shape):
    """Where the ledger stands."""

    position: int
    hash: Hash


class Verified(Shape):
    """What a check of the whole ledger found; `anchors` compares it with heads kept outside."""

    ok: bool
    events: int
    head_position: int
    head_hash: Hash
    first_bad_position: int | None
    finding: str | None
    anchors: str | None


class Verification(Look):
    """A check of every event, link and seal of the ledger."""

    result: Verified | None


class Standing(Shape):
    """A connector: whether it may write, until when, and what it received."""

    name: str
    standing: str
    until: Moment | None
    reason: str | None
    account: str
    is_loopback: bool
    operations: list[str]
    received: int


class Answering(Standing):
    """A connector and how it answered; None of all three while nobody has looked."""

    stored: int | None
    error: str | None
    remedy: str | None


class Connectors(Shape):
    """The connectors, and how old the look at them is."""

    looked: Look
    each: Annotated[list[Answering], Field(alias="list")]


class Process(Shape):
    """A process that `aios up` keeps alive; `cpu_percent` is of one core."""

    name: str
    pid: int | None
    since: Moment
    restarts: int
    last_exit: str | None
    is_failing: bool
    cpu_percent: float | None
    rss_bytes: int | None


class Processes(Shape):
    """What `aios up` keeps alive; `state` is none when it does not run this home."""

    state: str
    ports: Annotated[dict[str, int], Field(description="By name; not there when none runs.")] = {}
    each: Annotated[list[Process], Field(alias="list")]


class MirrorHealth(Shape):
    """How far the stories were told to Dagster by the gateway, and what went wrong since when."""

    state: str
    position: int
    head: int
    runs: int
    error: str | None
    since: Moment | None


class LaneHealth(Shape):
    """How the gateway's lane is: working, degraded (it goes on by itself) or stopped."""

    state: str
    error: str | None
    since: Moment | None
    rounds: int
    last_round: Moment | None
    counts: Annotated[dict[str, int], Field(description="By outcome, since the start.")]
    mirror: MirrorHealth | None


class Mirrored(Shape):
    """How far the mirror is behind the ledger, in events."""

    position: int
    head: int
    behind: int


class Finding(Shape):
    """What a check of the house found; `level` is ok, warning or failure."""

    name: str
    level: str
    message: str
    remedy: str


class Findings(Shape):
    """What every check of the house found."""

    findings: list[Finding]


class Examination(Look):
    """A look at the house and its machine, as `aios doctor` does."""

    result: Findings | None


class Disk(Shape):
    """What the home takes, by part, and what its disk has left, in bytes."""

    parts: dict[str, int]
    used: int
    free: int
    size: int


class DiskLook(Look):
    """A look at the disk."""

    result: Disk | None


class HealthNonces(Shape):
    """The nonces to check the ledger, and by connector to let it write or stop it."""

    verify: Nonce
    trust: dict[str, Nonce]
    suspend: dict[str, Nonce]


class Health(Shape):
    """How everything is, what is wrong first."""

    is_well: bool
    attention: list[Attention]
    ledger: Head
    verification: Verification | None
    connectors: Connectors
    processes: Processes
    lane: LaneHealth
    mirror: Mirrored
    findings: Examination
    disk: DiskLook
    nonces: HealthNonces


class StatusHead(Shape):
    """Where the ledger stands."""

    position: int
    head: Hash


class Messages(Shape):
    """What came in, and what became of it."""

    received: int
    answered: int
    waiting: int
    ignored: int
    quarantined: int


class Status(Shape):
    """Where the home stands, as `aios status --json` says it."""

    ledger: StatusHead
    messages: Messages
    tasks: dict[str, int]
    actions: dict[str, int]
    paused: list[str]
    connectors: Annotated[dict[str, str], Field(description="The standing of each by name.")]


class LetWrite(Body):
    """Let the connector write for so many days."""

    days: Annotated[int, Field(ge=1, le=90)]


class Suspend(Body):
    """Take the connector back to reading only."""

    reason: str = ""
