"""Owns that a stream or a websocket does not outlive its session."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aios_defs.services.kernel import Kernel
from aios_defs.services.sessions import lasts

LOOK_AGAIN_SECONDS = 5
"""How often a stream that has something to tell looks whether its session lasts."""
_VIOLATION = 1008


class Watch:
    """Watches the session of one request; without one there is nothing to watch."""

    def __init__(self, kernel: Kernel, session_id: str | None) -> None:
        """Begin to count from now."""
        self._kernel = kernel
        self._session_id = session_id
        self._looked = kernel.clock.now()
        self._is_over = False

    async def http(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run an application; the body that it still sends after the session's end breaks off."""

        async def watched(message: Message) -> None:
            if message.get("more_body", False) and await self._has_ended():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                raise ClientDisconnect
            await send(message)

        try:
            await app(scope, receive, watched)
        except ClientDisconnect:
            return

    async def websocket(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run an application; to it, the end of the session is the end of the connection."""

        async def sending(message: Message) -> None:
            if not await self._closes(send):
                await send(message)

        async def receiving() -> Message:
            message = await receive()
            if await self._closes(send):
                return {"type": "websocket.disconnect", "code": _VIOLATION}
            return message

        await app(scope, receiving, sending)

    async def _closes(self, send: Send) -> bool:
        was_over = self._is_over
        if await self._has_ended() and not was_over:
            reason = "the session ended"
            await send({"type": "websocket.close", "code": _VIOLATION, "reason": reason})
        return self._is_over

    async def _has_ended(self) -> bool:
        now = self._kernel.clock.now()
        is_fresh = (now - self._looked).total_seconds() < LOOK_AGAIN_SECONDS
        if self._session_id is None or self._is_over or is_fresh:
            return self._is_over
        self._looked = now
        self._is_over = not await run_in_threadpool(lasts, self._kernel, self._session_id)
        return self._is_over
