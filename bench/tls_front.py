"""TLS in front of an engine that speaks HTTP: on AWS every call of a service goes through it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import trustme

from infra.local.settings import HOST


@asynccontextmanager
async def tls_front(engine: str, authority: Path) -> AsyncIterator[str]:
    """The https address that leads to the engine. `authority` is the file for the certificate that verifies it."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(authority))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.issue_cert(HOST).configure_cert(context)
    behind = urlsplit(engine)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(_copy(reader, requests), _copy(answers, writer))

    server = await asyncio.start_server(connected, HOST, 0, ssl=context)
    async with server:
        yield f"https://{HOST}:{server.sockets[0].getsockname()[1]}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # the function has ended, and its connection with it
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
