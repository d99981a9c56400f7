"""Owns the hooks: messages that an outside system pushes in, taken in durably and acknowledged.

The only listener that may stand in the open, so it knows one kind of address and says nothing about
any other. What it takes is untrusted like all that comes from outside, and nobody vouches for its
sender; it is decided after the answer. The same bytes again are the same message.
"""

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
READ_SECONDS = 30
"""How long its sending may take."""
_BEARER = "bearer "


def hooks_app(desk: Desk) -> ASGIApp:
    """Return the app of the hooks' own listener."""

    async def take(request: Request) -> Response:
        return await _take(desk, request)

    handlers = {AiosError: _refused, HTTPException: _nothing, Exception: _fault}
    routes = [Route("/hooks/{connector}", take, methods=["POST"])]
    return Starlette(routes=routes, exception_handlers=handlers)


async def _take(desk: Desk, request: Request) -> Response:
    name = request.path_params["connector"]
    hook = desk.kernel.business.hooks.get(name)
    if hook is None:
        raise HTTPException(404)
    raw = await _body(request)
    await run_in_threadpool(_admit, desk.kernel, hook, request, raw)
    await run_in_threadpool(_keep, desk.kernel, name, raw)
    desk.lane.wake()
    return JSONResponse({"status": "accepted"}, status_code=202)


async def _body(request: Request) -> bytes:
    """Return the body, read within the limits of size and time."""
    given = request.headers.get("content-length", "0")
    found = bytearray()
    try:
        with fail_after(READ_SECONDS):
            if given.isascii() and given.isdigit() and int(given) <= MOST_BYTES:
                async for part in request.stream():
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


def _admit(kernel: Kernel, hook: Hook, request: Request, raw: bytes) -> None:
    """Let in who proves to be the sender that the connector's entry names.

    Raises:
        LoginRefused: the proof is missing or wrong; counted.
        OperatorError: the secret that the entry names is not set.

    """
    if hook.token is not None:
        given = request.headers.get("authorization", "")
        secret = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
        token = find_token(kernel, secret)
        is_proved = token is not None and token.name == hook.token
    else:
        given = request.headers.get(hook.header, "").removeprefix("sha256=").strip().lower()
        is_proved = compare_digest(given.encode(), _signature(hook, raw).encode())
    if not is_proved:
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
