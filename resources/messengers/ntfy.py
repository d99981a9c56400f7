"""Owns telling the operator by ntfy (https://docs.ntfy.sh/publish/): one notification to a topic.

Published as JSON to the server's root. The address that a tap opens carries the beginning of the
key behind `#`, which no web server is sent; by it the message is found in what ntfy keeps. When it
keeps older messages and not ours, ours was not taken; when it keeps none, nobody knows.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from aios_defs.core.business import NtfyPlace
from aios_defs.core.connector import Finding, Receipt
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.model import JsonObject
from aios_defs.core.telling import Message, TellingKind

if TYPE_CHECKING:
    import httpx

SECONDS = 10.0
"""How long to wait for each step of a request, and a third of what an answer may take in all."""
MAX_BYTES = 1_000_000
"""How much of an answer is read."""
MAX_TEXT_BYTES = 3_500
"""ntfy takes 4096 bytes of text; a longer one would become an attachment."""
Secret = Callable[[str], str | None]
"""Returns the value of a variable of the environment, None when it is not set."""

_MARK = "aios-"
_OK, _TOO_MANY, _SERVER = range(200, 300), 429, 500
_REFUSED = {
    401: "Correct the token of notify.ntfy in business/operator.yaml.",
    403: "Give the token the right to write to the topic.",
    413: "Allow messages of this size on the server.",
}


class NtfyMessenger:
    """A topic of an ntfy server; it takes what is urgent, and tests."""

    channel = "ntfy"
    connector = None

    def __init__(
        self,
        place: NtfyPlace,
        kinds: tuple[TellingKind, ...],
        secret: Secret,
        *,
        seconds: float = SECONDS,
    ) -> None:
        """Keep where to publish and what to; `secret` is asked for the token at each use."""
        self._place, self._kinds = place, kinds
        self._secret, self._seconds = secret, seconds

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        return self._place.is_loopback

    def takes(self, kind: TellingKind) -> bool:
        """Return whether the operator wants this kind by ntfy."""
        return kind in self._kinds

    def send(self, message: Message, fence: Callable[[], None]) -> str:
        """Publish the message; returns the id that the server gave it."""
        import httpx

        with self._client() as client:
            fence()
            try:
                status, answer = _asked(client, "POST", "/", json=self._published(message))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise _failed("can't be reached", retryable=True) from error
            except (httpx.HTTPError, ValueError) as error:
                raise _uncertain() from error
        return _taken(status, answer)

    def find(self, message: Message) -> Finding:
        """Look into what the server keeps of the topic since the message was made."""
        import httpx

        params = {"poll": "1", "since": "all"}
        try:
            with self._client() as client:
                status, answer = _asked(client, "GET", f"/{self._place.topic}/json", params=params)
        except (httpx.HTTPError, ValueError, OutsideFailed) as error:
            reason = f"unreachable ({type(error).__name__})"
            return Finding(answer="unknown", reason=reason, ask_again=True)
        if status not in _OK:
            return Finding(answer="unknown", reason=f"it answered {status}", ask_again=True)
        return _found(message, answer)

    def _client(self) -> "httpx.Client":
        import httpx

        return httpx.Client(
            base_url=self._place.url,
            headers=self._authorization(),
            timeout=self._seconds,
            follow_redirects=False,
            trust_env=False,
        )

    def _authorization(self) -> dict[str, str]:
        name = self._place.token_env
        if name is None:
            return {}
        token = self._secret(name) or ""
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise _failed(
                f"needs a token, and the variable {name} holds none",
                retryable=True,
                remedy=f"Set {name} where `aios up` runs, and start it anew.",
            )
        return {"Authorization": f"Bearer {token}"}

    def _published(self, message: Message) -> JsonObject:
        return {
            "topic": self._place.topic,
            "title": message.title,
            "message": _cut(message.text),
            "priority": 4 if message.kind == "urgent" else 3,
            **_mark(message),
        }


def _mark(message: Message) -> JsonObject:
    """Return what the message is found by: the address a tap opens, or a tag without one."""
    mark = _MARK + message.key[:16]
    return {"click": f"{message.link}#{mark}"} if message.link else {"tags": [mark]}


def _cut(text: str) -> str:
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if len("\n".join((*lines, line)).encode()) > MAX_TEXT_BYTES:
            return "\n".join((*lines, "..."))
        lines.append(line)
    return "\n".join(lines)


def _asked(
    client: "httpx.Client",
    method: str,
    path: str,
    *,
    json: JsonObject | None = None,
    params: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Return the status and text of an answer; raises ValueError when it is too long or slow."""
    limit = time.monotonic() + 3 * (client.timeout.read or SECONDS)
    with client.stream(method, path, json=json, params=params) as answer:
        content = b""
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > MAX_BYTES or time.monotonic() > limit:
                raise ValueError
        return answer.status_code, content.decode("utf-8", "replace")


def _taken(status: int, answer: str) -> str:
    """Return the id in an answer; raises what its status means."""
    if status in _OK:
        found = next(_lines(answer), {})
        return str(found.get("id") or "")
    if status == _TOO_MANY:
        raise _failed(f"answered {status}", retryable=True)
    if status >= _SERVER:
        raise _uncertain(f"answered {status}")
    raise _failed(f"answered {status}", retryable=False, remedy=_REFUSED.get(status))


def _found(message: Message, answer: str) -> Finding:
    kept = [one for one in _lines(answer) if one.get("event") == "message"]
    for one in kept:
        if _carries(one, _mark(message)):
            return Finding(answer="found", receipt=Receipt(outside_ref=str(one.get("id") or "")))
    if any(_is_older(one, message) for one in kept):
        return Finding(answer="absent", reason="the server keeps older ones, and not this one")
    return Finding(answer="unknown", reason="the server keeps none so old", ask_again=True)


def _carries(kept: JsonObject, mark: JsonObject) -> bool:
    return all(kept.get(name) == value for name, value in mark.items())


def _is_older(kept: JsonObject, message: Message) -> bool:
    at = kept.get("time")
    return isinstance(at, int | float) and at <= message.made_at.timestamp()


def _lines(answer: str) -> Iterator[JsonObject]:
    """Yield each line that is a JSON object."""
    for line in answer.splitlines():
        try:
            value: object = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield cast("JsonObject", value)


def _failed(what: str, *, retryable: bool, remedy: str | None = None) -> OutsideFailed:
    return OutsideFailed(
        f"The ntfy server {what}.",
        remedy=remedy or "Look at the server, and at notify.ntfy in business/operator.yaml.",
        retryable=retryable,
    )


def _uncertain(what: str = "did not answer") -> OutsideUncertain:
    return OutsideUncertain(
        f"The ntfy server {what}.", remedy="It is asked whether it took the message."
    )
