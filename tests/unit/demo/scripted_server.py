"""A real HTTP server on a port of its own that answers each connection as a test's script says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


@dataclass
class Exchange:
    """One accepted connection: its request, and the means to answer."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    writer: asyncio.StreamWriter
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, status: int, body: bytes, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close", *headers]
        await self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)


Script = Callable[[Exchange], Awaitable[None]]


@dataclass
class ScriptedServer:
    url: str
    exchanges: list[Exchange]


@asynccontextmanager
async def scripted_server(*scripts: Script) -> AsyncIterator[ScriptedServer]:
    """Serve; the n-th connection is played by the n-th script, later ones by the last. A connection closes
    when its script returns. An error in a script fails the test that left the block."""
    exchanges: list[Exchange] = []
    errors: list[BaseException] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            exchange = Exchange(method, target, headers, body, writer)
            script = scripts[min(len(exchanges), len(scripts) - 1)]
            exchanges.append(exchange)
            watch = asyncio.create_task(reader.read())
            watch.add_done_callback(lambda _: exchange.left.set())
            try:
                await script(exchange)
            finally:
                watch.cancel()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The client went away in the middle, as clients do.
        except asyncio.CancelledError:
            pass  # The test is over.
        except Exception as error:  # noqa: BLE001 - raised again where the test can see it
            errors.append(error)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield ScriptedServer(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", exchanges)
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
    if errors:
        raise errors[0]


def wire(number: int, code: str = "lobby-message", data: str = "null") -> bytes:
    """An event as the API writes it, with the id `<number>-0`."""
    payload = f'{{"event_code": "{code}", "data": {data}, "kwargs": null, "message": ""}}'
    return f"id: {number}-0\nevent: {code}\ndata: {payload}\n\n".encode()


PING = b'event: ping\ndata: {"event_code": "ping"}\n\n'
