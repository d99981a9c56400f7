"""Owns the hooks: messages that an outside system pushes in, taken in durably and acknowledged.

The only listener that may stand in the open, so it knows one kind of address and says nothing about
any other. What it takes is untrusted like all that comes from outside, and nobody vouches for its
sender; it is decided after the answer. The same bytes again are the same message.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from hmac import new as hmac

from anyio import fail_after
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from aios_defs.console.desk import Desk
from aios_defs.console.problems import status_of
from aios_defs.core.business import Hook
from aios_defs.core.errors import AiosError, LoginRefused, OperatorError, RequestRefused
from aios_defs.services.attempts import refusal
from aios_defs.services.flow import handed_item, take_handed
from aios_defs.services.kernel import Kernel
from aios_defs.services.tokens import find_token
from aios_defs.settings.environment import named_secret

MOST_BYTES = 10_000_000
"""How long a message may be; anyone can make us read so many bytes."""
MOST_HELD = 5 * MOST_BYTES
"""How many bytes all messages that are under way may have together; more come again later."""
READ_SECONDS = 30
"""How long its sending may take."""
_BEARER = "bearer "


def hooks_app(desk: Desk, *, most_held: int = MOST_HELD) -> ASGIApp:
    """Return the app of the hooks' own listener."""
    room = Room(most_held)

    async def take(request: Request) -> Response:
        with room.lent() as hold:
            return await _take(desk, request, hold)

    handlers = {AiosError: _refused, HTTPException: _nothing, Exception: _fault}
    routes = [Route("/hooks/{connector}", take, methods=["POST"])]
    return Starlette(routes=routes, exception_handlers=handlers)


class Room:
    """How much of strangers' bytes is held: nobody has proved anything before the last of them."""

    def __init__(self, most: int) -> None:
        """Hold nothing yet."""
        self._left = most

    @contextmanager
    def lent(self) -> Iterator[Callable[[int], bool]]:
        """Lend room for one message: call with a part's size; False means that there is none."""
        mine = 0

        def hold(size: int) -> bool:
            nonlocal mine
            is_held = size <= self._left
            if is_held:
                self._left -= size
                mine += size
            return is_held

        try:
            yield hold
        finally:
            self._left += mine


async def _take(desk: Desk, request: Request, hold: Callable[[int], bool]) -> Response:
    name = request.path_params["connector"]
    hook = desk.kernel.business.hooks.get(name)
    if hook is None:
        raise HTTPException(404)
    if hook.token is not None:
        await run_in_threadpool(_admit_token, desk.kernel, hook.token, request)
    raw = await _body(request, hold)
    if raw is None:
        return _later()
    if hook.token is None:
        await run_in_threadpool(_admit_signed, desk.kernel, hook, request, raw)
    await run_in_threadpool(_keep, desk.kernel, name, raw)
    desk.lane.wake()
    return JSONResponse({"status": "accepted"}, status_code=202)


async def _body(request: Request, hold: Callable[[int], bool]) -> bytes | None:
    """Return the body, read within the limits of size and time; None when there is no room."""
    given = request.headers.get("content-length", "0")
    found = bytearray()
    try:
        with fail_after(READ_SECONDS):
            if given.isascii() and given.isdigit() and int(given) <= MOST_BYTES:
                async for part in request.stream():
                    if not hold(len(part)):
                        return None
                    found += part
                    if len(found) > MOST_BYTES:
                        break
                else:
                    return _some(bytes(found))
    except (TimeoutError, ClientDisconnect):
        pass
    raise RequestRefused(
        f"A message may have {MOST_BYTES} bytes and take {READ_SECONDS} s.",
        remedy="Send a shorter one.",
        reason="size",
    )


def _some(body: bytes) -> bytes:
    if not body:
        raise RequestRefused("There is no message.", remedy="Send it as the body.", reason="path")
    return body


def _admit_token(kernel: Kernel, name: str, request: Request) -> None:
    """Let in who carries the token of the connector's entry; raises LoginRefused, counted."""
    given = request.headers.get("authorization", "")
    secret = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
    token = find_token(kernel, secret)
    if token is None or token.name != name:
        raise refusal(kernel, "token")


def _admit_signed(kernel: Kernel, hook: Hook, request: Request, raw: bytes) -> None:
    """Let in who signed these bytes with the secret of the connector's entry.

    Raises:
        LoginRefused: the signature is missing or wrong; counted.
        OperatorError: the secret that the entry names is not set.

    """
    given = request.headers.get(hook.header, "").removeprefix("sha256=").strip().lower()
    if not compare_digest(given.encode(), _signature(hook, raw).encode()):
        raise refusal(kernel, "token")


def _keep(kernel: Kernel, name: str, raw: bytes) -> None:
    take_handed(kernel, name, handed_item(kernel, name, raw))


def _signature(hook: Hook, raw: bytes) -> str:
    secret = named_secret(hook.secret_env or "")
    if secret is None:
        raise OperatorError(
            f"The variable {hook.secret_env} is not set, so no message can prove its sender.",
            remedy="Set it and start AIOS again.",
        )
    return hmac(secret.get_secret_value().encode(), raw, "sha256").hexdigest()


def _refused(_: Request, error: Exception) -> Response:
    """Answer a refusal: a sender learns whether to try again, and no more."""
    assert isinstance(error, AiosError)  # noqa: S101 - as registered
    status = status_of(error)
    if isinstance(error, LoginRefused):
        wait = error.fields.get("retry_after_s")
        headers = {"Retry-After": str(wait)} if wait else {}
        return JSONResponse({"status": "not proved"}, status_code=status, headers=headers)
    if isinstance(error, RequestRefused):
        return JSONResponse({"status": error.message}, status_code=status)
    return _later()


def _nothing(_: Request, __: Exception) -> Response:
    """Answer any other address, and any other method, as if there were nothing."""
    return JSONResponse({"status": "nothing here"}, status_code=404)


def _fault(_: Request, __: Exception) -> Response:
    return _later()


def _later() -> Response:
    return JSONResponse({"status": "later"}, status_code=503, headers={"Retry-After": "60"})
