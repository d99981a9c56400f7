"""Owns the live stream: the head of the ledger and what waits, told when it moves (WHATWG SSE).

Reading the head once a second for each open page costs next to nothing; what waits is counted only
when it moved.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from aios_defs.console.desk import Desk, desk_of
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.inbox import count_waiting

router = APIRouter()

_EVERY_SECONDS = 1.0
_KEEP_ALIVE = 15
"""Rounds without a change after which a comment keeps the connection open."""


@router.get("/live")
async def live(request: Request) -> StreamingResponse:
    """Tell the page when something changed; the page fetches what it shows."""
    return StreamingResponse(
        _told(request, desk_of(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _told(request: Request, desk: Desk) -> AsyncIterator[str]:
    known, quiet = -1, 0
    yield "retry: 2000\n\n"
    while not await request.is_disconnected():
        head = await run_in_threadpool(_head, desk)
        if head != known:
            known, quiet = head, 0
            yield f"event: moved\ndata: {await run_in_threadpool(_news, desk, head)}\n\n"
        elif (quiet := quiet + 1) % _KEEP_ALIVE == 0:
            yield ": still here\n\n"
        await asyncio.sleep(_EVERY_SECONDS)


def _head(desk: Desk) -> int:
    with desk.kernel.ledger.view() as view:
        return view.head().position


def _news(desk: Desk, head: int) -> str:
    with desk.kernel.ledger.view() as view:
        paused = sorted(view.column(PauseRow, "scope"))
    waiting = count_waiting(desk.kernel)
    return json.dumps({"head": head, "waiting": waiting, "paused": paused})
