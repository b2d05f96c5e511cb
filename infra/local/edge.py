"""The edge: one HTTPS address for /api/, /sse/ and /assets/, as CloudFront and API Gateway are on AWS.

    python -m infra.local.edge <configuration as JSON>

Granian does TLS, HTTP/1.1 and HTTP/2 in this process; the API is answered by worker processes or by a deployed API
Gateway (apis.py), streams come from the SSE process (proxy.py). This process imports none of the endpoints: it stays
small.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]
from granian.server.embed import Server

from infra.local import assets, gateway, proxy
from infra.local.apis import Api, DeployedApi, LocalApi, failure
from infra.local.gateway import Answer, Headers
from infra.local.pools import WorkerPools
from infra.local.worker import Pool
from shared.domain.errors import (
    DomainError,
    MethodNotAllowed,
    NoSuchFile,
    NoSuchPath,
    TooLarge,
    UriTooLong,
)
from shared.http import answers
from shared.settings import settings

MAX_CONNECTIONS = 8192
"""Connections open at once, idle event streams included; Granian's own default is 1,024."""

DRAIN_SECONDS = 3.0
"""How long requests under way may take when the edge is told to stop."""

log = logging.getLogger("edge")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the runner tells the edge; settings of the product come by the environment."""

    host: str
    port: int
    certificate: str
    """File with the private key and the certificate chain."""
    assets: str
    access_log: str
    function_log: str
    ready_fd: int
    """Where to write a line of JSON once requests are answered."""
    pools: list[dict[str, Any]]
    """Groups of worker processes; none where an API Gateway has the functions."""
    app: str = "app"
    """The module whose import registers all routes."""
    api: str = ""
    """The URL of the deployed API's stage; empty: the handlers run in workers of ours."""


class Edge:
    """The RSGI application."""

    def __init__(self, assets_directory: Path, api: Api, access_log: TextIO) -> None:
        self._assets = assets_directory
        self._api = api
        self._access_log = access_log
        self._streams: set[proxy.Upstream] = set()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request and log it."""
        started = time.perf_counter()
        request_id = str(uuid4())
        self._under_way += 1
        self._idle.clear()
        status, size = 0, 0
        try:
            status, size = await self._respond(scope, protocol, request_id)
        except ProtocolClosed:
            status = 499  # the client left before its answer; the number is nginx's custom
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
            self._log(scope, request_id, status, size, time.perf_counter() - started)

    def close_streams(self) -> None:
        """End all event streams: the clients resume elsewhere."""
        for upstream in list(self._streams):
            upstream.close()

    async def drained(self, seconds: float) -> bool:
        """Wait for the requests under way; whether they ended in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _respond(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> tuple[int, int]:
        try:
            if len(scope.path) + len(scope.query_string) >= gateway.MAX_URI_BYTES:
                raise UriTooLong
            if scope.path.startswith("/sse/"):
                return await self._stream(scope, protocol, request_id)
            if scope.path.startswith(assets.PREFIX):
                return self._file(scope, protocol, request_id)
            answer = await self._api_answer(scope, protocol, request_id)
        except DomainError as problem:
            origin = scope.headers.get("origin")
            answer = gateway.answer_of(answers.error_answer(problem, request_id=request_id, origin=origin))
            if isinstance(problem, TooLarge) and scope.http_version.startswith("1"):
                # What isn't read of the body ends the connection: the client mustn't send the next request there.
                answer.headers.append(("connection", "close"))
        return _send(scope, protocol, answer)

    async def _api_answer(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> Answer:
        if scope.path == "/":
            return Answer(302, [("location", "/api/docs/"), ("x-request-id", request_id)], b"")
        if not scope.path.startswith(gateway.API_PREFIX + "/"):
            raise NoSuchPath
        return await self._api.call(scope, protocol, request_id)

    # /sse/

    async def _stream(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> tuple[int, int]:
        target = scope.path + ("?" + scope.query_string if scope.query_string else "")
        origin = scope.headers.get("origin")
        headers = [*scope.headers.items(), ("x-forwarded-for", scope.client), ("x-request-id", request_id)]
        host, port = settings().sse_host, settings().sse_port
        try:
            upstream = await proxy.open_upstream(host, port, scope.method, target, headers)
        except proxy.UpstreamDown:
            detail = "The event stream is not available now."
            return _send(scope, protocol, failure(503, "unavailable", detail, request_id, origin))
        except proxy.UpstreamBroken:
            detail = "The event stream ended before it answered."
            return _send(scope, protocol, failure(502, "bad_gateway", detail, request_id, origin))
        answer = proxy.end_to_end(upstream.headers)
        names = {name for name, _ in answer}
        if "x-request-id" not in names:
            answer.append(("x-request-id", request_id))
        if "vary" not in names:
            answer += [(name.lower(), value) for name, value in answers.cors_headers(origin).items()]
        self._streams.add(upstream)
        try:
            transport = protocol.response_stream(upstream.status, answer)
            copied = await proxy.pump(upstream, transport.send_bytes, protocol.client_disconnect())
        finally:
            self._streams.discard(upstream)
            upstream.close()
        return upstream.status, copied

    # /assets/

    def _file(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> tuple[int, int]:
        if scope.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(scope.method, ("GET", "HEAD"))
        asset = assets.find(self._assets, scope.path)
        if asset is None:
            raise NoSuchFile
        headers: Headers = [
            *asset.headers,
            ("access-control-allow-origin", "*"),
            ("x-request-id", request_id),
        ]
        if asset.is_held(scope.headers.get("if-none-match", "")):
            protocol.response_empty(304, headers)
            return 304, 0
        if scope.method == "HEAD":
            protocol.response_empty(200, headers)
            return 200, 0
        protocol.response_file(200, headers, str(asset.file))
        return 200, asset.size

    def _log(self, scope: Scope, request_id: str, status: int, size: int, seconds: float) -> None:
        now = time.time()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        query = gateway.loggable_query(scope.query_string)
        self._access_log.write(
            f"{at} {scope.client.rpartition(':')[0]} {scope.method} {scope.path}{query} {status}"
            f" {seconds * 1000:.1f}ms {size}B HTTP/{scope.http_version} {request_id}\n"
        )


def _send(scope: Scope, protocol: HTTPProtocol, answer: Answer) -> tuple[int, int]:
    if scope.method == "HEAD" or not answer.body:
        protocol.response_empty(answer.status, answer.headers)
        return answer.status, 0
    protocol.response_bytes(answer.status, answer.headers, answer.body)
    return answer.status, len(answer.body)


async def _accepts(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


async def run(configuration: Configuration) -> int:
    """Serve until SIGTERM (exit code 0) or until the API's functions can't run any more (1)."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def hopeless(sentence: str) -> None:
        log.error(sentence)
        end(1)

    loop.add_signal_handler(signal.SIGTERM, end, 0)
    loop.add_signal_handler(signal.SIGINT, end, 0)
    api = _api(configuration, hopeless)
    starting = asyncio.ensure_future(api.start())
    await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        api.stop()
        return ended.result()
    starting.result()
    with Path(configuration.access_log).open("a", buffering=1) as access_log:  # noqa: ASYNC230 - before serving
        edge = Edge(Path(configuration.assets), api, access_log)
        server = Server(
            edge,
            address=configuration.host,
            port=configuration.port,
            interface=Interfaces.RSGI,
            websockets=False,
            backlog=MAX_CONNECTIONS,
            http1_settings=HTTP1Settings(max_buffer_size=64 * 1024),
            ssl_cert=Path(configuration.certificate),
            ssl_key=Path(configuration.certificate),
            ssl_protocol_min=SSLProtocols.tls12,
            log_enabled=False,
        )
        serving = asyncio.ensure_future(server.serve())
        while not serving.done() and not await _accepts(configuration.host, configuration.port):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
        os.write(configuration.ready_fd, json.dumps({"pools": api.processes()}).encode() + b"\n")
        if configuration.ready_fd > sys.stderr.fileno():
            os.close(configuration.ready_fd)
        await asyncio.wait((serving, ended), return_when=asyncio.FIRST_COMPLETED)
        server.interrupt_signal = True
        server.main_loop_interrupt.set()
        edge.close_streams()
        await edge.drained(DRAIN_SECONDS)
        api.stop()
    return ended.result() if ended.done() else 1


def _api(configuration: Configuration, hopeless: Callable[[str], None]) -> Api:
    if configuration.api:
        return DeployedApi(configuration.api)
    pools = [Pool(**pool) for pool in configuration.pools]
    return LocalApi(WorkerPools(configuration.app, pools, Path(configuration.function_log), hopeless))


def main() -> None:
    """Run the edge; never returns, because Granian's threads outlive the loop."""
    configuration = Configuration(**json.loads(sys.argv[1]))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    # Every stream takes two descriptors here; the usual soft limit is 1,024.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    code = asyncio.run(run(configuration))
    logging.shutdown()
    os._exit(code)


if __name__ == "__main__":
    main()
