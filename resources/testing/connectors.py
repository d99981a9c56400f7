"""Owns the fake connectors that ship with AIOS: one per strategy, and one that breaks its promise.

Each is loaded like any other (`kind: resources.testing.connectors:VerifyOnlyConnector`) with the
keys of FakeConfig. Their outside world is a folder that several processes share (FakeServer), so a
test may kill one and count what was delivered.

On the way of a commit: point `fake.ready`, the pause, the fence, the effect, point `fake.taken`,
the answer, point `fake.answered`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, ValidationError

from aios_defs.core.canonical import sha256_hex
from aios_defs.core.connector import (
    CommitRequest,
    Description,
    Finding,
    Item,
    Operation,
    ParsedMessage,
    Receipt,
    Strategy,
)
from aios_defs.core.errors import AiosError, OutsideFailed, OutsideUncertain
from aios_defs.core.model import JsonObject, Model
from aios_defs.core.ports import Points
from resources.connector_entry import read_entry
from resources.connectors.mail.parse import parse_message
from resources.points import NoPoints
from resources.testing.connector_server import FakeServer, wait_while_locked

SEND = "fake.send"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FakeArguments(Model):
    """The arguments of `fake.send`; a single recipient may stand without a list."""

    to: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_listed)]
    body: str


class FakeConfig(Model):
    """The keys of a fake's entry: its folder (under the home) and the faults to play, how often.

    `fail_before` fails before the effect, `commit_then_fail` takes the effect and fails before the
    answer, `uncertain` does not take it and can't tell. `pause` names a file: while another process
    holds a lock on it, the commit waits before the fence.
    """

    kind: str = ""
    path: str
    since: str = "now"
    fail_before: Annotated[int, Field(ge=0)] = 0
    commit_then_fail: Annotated[int, Field(ge=0)] = 0
    uncertain: Annotated[int, Field(ge=0)] = 0
    retryable: bool = True
    pause: str | None = None


class FakeConnector:
    """What the fakes have in common; each strategy says how its server keeps an effect single."""

    strategy: ClassVar[Strategy]

    def __init__(self, config: FakeConfig, home: Path, *, points: Points | None = None) -> None:
        """Keep the configuration; opens nothing."""
        self.config = config
        self.server = FakeServer(home / config.path)
        self.pause = home / config.pause if config.pause else None
        self.points = points or NoPoints()

    @classmethod
    def from_config(cls, name: str, config: JsonObject, home: Path) -> Self:
        """Build the fake; raises ConfigurationInvalid naming each wrong key."""
        return cls(read_entry(FakeConfig, name, config), home)

    def describe(self) -> Description:
        """Return the fake's account and its one operation."""
        operation = Operation(
            name=SEND,
            strategy=self.strategy,
            addresses_people=True,
            recipients=("to",),
            content=("body",),
        )
        return Description(
            account="fake@example.test",
            schema_version=1,
            operations=(operation,),
            is_loopback=True,
        )

    def arguments_model(self, operation: str) -> type[FakeArguments]:
        """Return the arguments of `fake.send`; raises KeyError for any other operation."""
        return {SEND: FakeArguments}[operation]

    def scan(self, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield the raw messages that a test delivered."""
        return self.server.items(known)

    def count(self) -> int:
        """Return how many messages the inbox holds."""
        return self.server.count()

    def parse(self, item: Item) -> ParsedMessage:
        """Understand a message as mail."""
        return parse_message(item)

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Perform the effect as the strategy does it, playing the planned faults."""
        digest = self._digest(request)
        self.points.reached("fake.ready")
        self._fault("fail_before", self._failed)
        if self.pause:
            wait_while_locked(self.pause)
        self._perform(request, digest, fence)
        return _receipt(request.key)

    def find(self, operation: str, key: str) -> Finding:
        """Tell whether the effect of that key was delivered."""
        self.arguments_model(operation)
        if self.server.effects(key):
            return Finding(answer="found", receipt=_receipt(key))
        return Finding(answer="absent", reason="no effect of this key")

    def compensate(self, request: CommitRequest, receipt: Receipt) -> Receipt:
        """Refuse: a fake effect can't be undone."""
        raise OutsideFailed(
            f"The effect {receipt.outside_ref!r} can't be undone.",
            remedy="Do what is needed by hand.",
            retryable=False,
            key=request.key,
        )

    def _perform(self, request: CommitRequest, digest: str, fence: Callable[[], None]) -> None:
        """Ask the server, which looks, refuses and keeps within one request."""
        fence()
        with self.server.locked(request.key):
            taken = self.server.effects(request.key)
            if not taken:
                self._take(request, digest)
        _check_content(request, digest, taken)
        self._answer()

    def _take(self, request: CommitRequest, digest: str) -> None:
        self._fault("uncertain", _uncertain)
        arguments = request.arguments
        line: JsonObject = {"key": request.key, "digest": digest, "arguments": arguments}
        self.server.append("effects", line)
        self.points.reached("fake.taken")

    def _answer(self) -> None:
        self._fault("commit_then_fail", _uncertain)
        self.points.reached("fake.answered")

    def _digest(self, request: CommitRequest) -> str:
        try:
            model = self.arguments_model(request.operation)
            content = model.model_validate(request.arguments).model_dump(mode="json")
        except (ValidationError, KeyError) as error:
            raise OutsideFailed(
                "The operation or its arguments are not valid.",
                remedy="Propose the action again with valid arguments.",
                retryable=False,
            ) from error
        return sha256_hex(content)

    def _fault(self, name: str, error: Callable[[], AiosError]) -> None:
        times = int(getattr(self.config, name))
        if times and self.server.uses_fault(name, times):
            raise error()

    def _failed(self) -> OutsideFailed:
        return OutsideFailed(
            "The fake server refused the request.",
            remedy="Try again.",
            retryable=self.config.retryable,
        )


class PreconditionConnector(FakeConnector):
    """Creates only what is not there (`If-None-Match: *`); 412 shows what was there first."""

    strategy = Strategy.PRECONDITION


class ServerKeyConnector(FakeConnector):
    """Sends an idempotency key; the server answers a repeated one with its first answer."""

    strategy = Strategy.SERVER_KEY


class NaturalKeyConnector(FakeConnector):
    """Looks up by a name made from the key before it creates, and reads back."""

    strategy = Strategy.NATURAL_KEY


class VerifyOnlyConnector(FakeConnector):
    """Sends like SMTP: the server takes anything, and files it in its sent folder afterwards.

    An attempt holds a lock from before its fence on, and leaves a mark before it goes on the wire.
    Filed is found; marked but not filed is unknown, and so is an attempt that still holds its lock
    (a worker that was paused after its fence may yet send); else absent is conclusive.
    """

    strategy = Strategy.VERIFY_ONLY

    def find(self, operation: str, key: str) -> Finding:
        """Tell what the sent folder shows; an attempt that it does not show proves nothing."""
        self.arguments_model(operation)
        if self.server.filed(key):
            return Finding(answer="found", receipt=_receipt(key))
        if self.server.is_taking(key):
            return Finding(answer="unknown", reason="an attempt went out and is not filed")
        with self.server.attempting(key) as is_alone:
            if not is_alone:
                return Finding(answer="unknown", reason="an attempt is under way", ask_again=True)
        return Finding(answer="absent", reason="no attempt went out")

    def _perform(self, request: CommitRequest, digest: str, fence: Callable[[], None]) -> None:
        if self.server.filed(request.key):
            _check_content(request, digest, self.server.effects(request.key))
            return
        with self.server.attempting(request.key) as is_alone:
            if not is_alone or self.server.is_taking(request.key):
                raise _uncertain()
            fence()
            self.server.mark_taking(request.key)
            self._take(request, digest)
        self._fault("commit_then_fail", _uncertain)
        self.server.append("filed", {"key": request.key})
        self.points.reached("fake.answered")


class NoneConnector(FakeConnector):
    """Sends without any way to look up or refuse; a person confirms each time."""

    strategy = Strategy.NONE

    def find(self, operation: str, key: str) -> Finding:
        """Never know."""
        self.arguments_model(operation)
        return Finding(answer="unknown", reason=f"nothing shows the effect of {key!r}")

    def _perform(self, request: CommitRequest, digest: str, fence: Callable[[], None]) -> None:
        fence()
        self._take(request, digest)
        self._answer()


class NaiveSender(FakeConnector):
    """Sends at least once: no key, no fence, no look-up; the harness must find its duplicates."""

    strategy = Strategy.NATURAL_KEY

    def find(self, operation: str, key: str) -> Finding:
        """Claim that nothing was sent, which invites a repetition."""
        self.arguments_model(operation)
        return Finding(answer="absent", reason=f"did not look for {key!r}")

    def _perform(self, request: CommitRequest, digest: str, fence: Callable[[], None]) -> None:
        del fence
        self._take(request, digest)
        self._answer()


def _receipt(key: str) -> Receipt:
    return Receipt(outside_ref=f"fake-{key}")


def _uncertain() -> OutsideUncertain:
    return OutsideUncertain(
        "The fake server did not answer.", remedy="Ask it, or settle it with `aios resolve`."
    )


def _check_content(request: CommitRequest, digest: str, taken: list[JsonObject]) -> None:
    if taken and taken[0]["digest"] != digest:
        raise OutsideFailed(
            f"The key {request.key!r} was used for another content.",
            remedy="Propose the new content as an action of its own.",
            retryable=False,
        )
