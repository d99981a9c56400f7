r"""Owns a TCP proxy on 127.0.0.1 that plays planned faults between a client and a real server.

A fault is armed by a pattern (a regular expression over bytes) on what the client sends; it is
looked for in a rolling window of the connection, so it is found however TCP cut the bytes. The
chunk that completes the match is the request, the next bytes from the server are the reply:

drop_before       the request never reaches the server; both sides see a reset
commit_then_drop  the server takes the request and answers; the reply is swallowed, both are reset
truncate          the client gets the first half of the reply, then the end of the connection
delay             the reply comes `seconds` later
slow_drip         the reply comes byte by byte, `seconds` apart
duplicate         the matched bytes go to the server twice in a row; both answers reach the client

`duplicate` repeats exactly what the pattern matched, as a stuttering middlebox does. In a protocol
of lines (SMTP, IMAP) match one whole command: `RCPT TO:[^\r]*\r\n`. The repeated end of data
(`\r\n\.\r\n`) is an unknown command to an SMTP server, and an IMAP command that announces a
literal can't be repeated: its second copy would become the literal's beginning.

The proxy sees no bytes inside TLS: put it before a plain listener. It is no part of the product.
"""

import asyncio
import socket
import struct
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from resources.testing.fault_plan import Due, Fault, FaultPlan, Played

_WINDOW_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass(slots=True, kw_only=True)
class FaultProxy:
    """A proxy before the server at `target` (host, port); use it as a context manager.

    It runs in a thread of its own. Faults are armed at its `plan`; `connections` counts the clients
    that came.
    """

    target: tuple[str, int]
    port: int = 0
    connections: int = field(default=0, init=False)
    plan: FaultPlan = field(default_factory=FaultPlan, init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _thread: threading.Thread = field(init=False)
    _stopping: asyncio.Event = field(init=False)

    def __enter__(self) -> Self:
        """Listen on `port` of 127.0.0.1, a free one by default."""
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), daemon=True)
        self._thread.start()
        self.port = ready.result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and end every connection."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _run(self, ready: "Future[int]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            task = asyncio.create_task(self._connect(self.connections, _Side(reader, writer)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        try:
            server = await asyncio.start_server(came, "127.0.0.1", self.port)
        except OSError as error:
            ready.set_exception(error)
            return
        ready.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self, number: int, client: "_Side") -> None:
        try:
            server = _Side(*await asyncio.open_connection(*self.target))
        except OSError:
            client.reset()
            return
        await _Link(self, number, client, server).run()


@dataclass(slots=True)
class _Side:
    """One end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()

    def reset(self) -> None:
        """End it at once: the peer sees a reset, not an end."""
        peer: socket.socket | None = self.writer.get_extra_info("socket")
        if peer is not None and not self.writer.transport.is_closing():
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self.writer.transport.abort()

    async def close(self) -> None:
        """End it in good order: what was sent arrives, then the end."""
        self.writer.close()
        await asyncio.wait_for(self.writer.wait_closed(), timeout=5)


@dataclass(slots=True)
class _Link:
    """One client's connection, passed on to the server in both directions."""

    proxy: FaultProxy
    number: int
    client: _Side
    server: _Side
    window: bytes = b""
    planned: Due | None = None

    async def run(self) -> None:
        pumps = [asyncio.create_task(one) for one in (self._up(), self._down())]
        try:
            await asyncio.gather(*pumps)
            await self.client.close()
        except (OSError, TimeoutError, _Ended):
            pass
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self.client.reset()
            self.server.reset()

    async def _up(self) -> None:
        while chunk := await self.client.reader.read(_CHUNK_BYTES):
            await self.server.send(self._request(chunk))
        self.server.writer.write_eof()

    def _request(self, chunk: bytes) -> bytes:
        """Return what of the client's chunk the server shall get."""
        old = len(self.window)
        window = self.window + chunk
        self.window = window[-_WINDOW_BYTES:]
        due = self.proxy.plan.due(window, old)
        if due is None:
            return chunk
        fault, found = due
        self.window = b""
        if fault.kind == "drop_before":
            self._note(due)
            raise _Ended
        self.planned = due
        if fault.kind == "duplicate":
            end = found.end() - old
            return chunk[:end] + found.group() + chunk[end:]
        return chunk

    async def _down(self) -> None:
        while chunk := await self.server.reader.read(_CHUNK_BYTES):
            planned, self.planned = self.planned, None
            if planned is None:
                await self.client.send(chunk)
                continue
            self._note(planned, chunk)
            await self._reply(planned[0], chunk)
        self.client.writer.write_eof()

    def _note(self, planned: Due, reply: bytes = b"") -> None:
        fault, found = planned
        played = Played(kind=fault.kind, connection=self.number, matched=found.group(), reply=reply)
        self.proxy.plan.note(played)

    async def _reply(self, fault: Fault, reply: bytes) -> None:
        """Give the client of the reply what the fault leaves of it."""
        match fault.kind:
            case "truncate":
                await self.client.send(reply[: len(reply) // 2])
                await self.client.close()
                raise _Ended
            case "delay":
                await asyncio.sleep(fault.seconds)
                await self.client.send(reply)
            case "slow_drip":
                for one in reply:
                    await self.client.send(bytes((one,)))
                    await asyncio.sleep(fault.seconds)
            case "duplicate":
                await self.client.send(reply)
            case _:
                raise _Ended


class _Ended(Exception):
    """A fault ended the connection."""
