"""The edge: one HTTPS address for /api/, /sse/ and /assets/, as CloudFront and API Gateway are on AWS.

    python -m infra.local.edge <configuration as JSON>

Granian does TLS, HTTP/1.1 and HTTP/2 in this process; handlers run in worker processes (pools.py), streams
come from the SSE process (sse_proxy.py). This process imports none of the endpoints: it stays small.
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
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]
from granian.server.embed import Server

from infra.local import assets, gateway, sse_proxy
from infra.local.gateway import Answer, Headers
from infra.local.pools import FunctionFailed, NoWorker, WorkerDied, WorkerPools
from infra.local.worker import Pool
from shared.domain.errors import DomainError, MethodNotAllowed, NotFound, TooLarge, UriTooLong
from shared.http import answers, registry
from shared.settings import settings

API_TIMEOUT_SECONDS = 29.0
"""API Gateway's limit for a function's answer."""

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
    app: str = "app"
    """The module whose import registers all routes."""


class Edge:
    """The RSGI application."""

    def __init__(self, configuration: Configuration, pools: WorkerPools, access_log: TextIO) -> None:
        self._assets = Path(configuration.assets)
        self._pools = pools
        self._access_log = access_log
        self._streams: set[sse_proxy.Upstream] = set()
        self._allows: Callable[[str], bool] = settings().allows_origin
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
            answer = await self._call(scope, protocol, request_id)
        except DomainError as problem:
            origin = scope.headers.get("origin")
            answer = gateway.answer_of(answers.error_answer(problem, request_id=request_id, origin=origin))
        return _send(scope, protocol, answer)

    # /api/

    async def _call(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> Answer:
        if scope.path == "/":
            return Answer(302, [("location", "/api/docs/"), ("x-request-id", request_id)], b"")
        if not scope.path.startswith(gateway.API_PREFIX + "/"):
            raise NotFound("No such path.")
        path = scope.path.removeprefix(gateway.API_PREFIX)
        try:
            match = find_route(scope.method, path)
        except MethodNotAllowed as problem:
            if scope.method != "OPTIONS":
                raise
            return gateway.preflight(request_id, scope.headers.get("origin"), problem.allowed, self._allows)
        body = await _body(scope, protocol)
        headers = scope.headers.items()
        if scope.authority and "host" not in scope.headers:
            headers.append(("host", scope.authority))
        request = gateway.Request(
            request_id=request_id,
            method=scope.method,
            path=path,
            query=scope.query_string,
            headers=headers,
            client=scope.client.rpartition(":")[0],
            protocol=f"HTTP/{scope.http_version}",
            received_at=time.time(),
            body=body,
        )
        event = gateway.proxy_event(request, match.route.path, match.params)
        return await self._handle(match.route, event, request_id, scope.headers.get("origin"))

    async def _handle(
        self, route: registry.Route, event: dict[str, Any], request_id: str, origin: str | None
    ) -> Answer:
        pool = "cpu_heavy" if route.cpu_heavy else "default"
        try:
            async with asyncio.timeout(API_TIMEOUT_SECONDS):
                answer = gateway.answer_of(await self._pools.call(pool, route.module, event))
        except NoWorker as problem:
            return _failure(503, "unavailable", f"Try again: {problem}.", request_id, origin)
        except TimeoutError:
            return _failure(504, "timeout", "The function did not answer in time.", request_id, origin)
        except WorkerDied:
            return _failure(502, "bad_gateway", "The function ended before it answered.", request_id, origin)
        except (FunctionFailed, gateway.BadGateway) as problem:
            log.error("%s: %s", route.module, problem)  # noqa: TRY400 - the worker logged where it came from
            return _failure(502, "bad_gateway", "The function failed.", request_id, origin)
        if not any(name == "x-request-id" for name, _ in answer.headers):
            answer.headers.append(("x-request-id", request_id))
        return answer

    # /sse/

    async def _stream(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> tuple[int, int]:
        target = scope.path + ("?" + scope.query_string if scope.query_string else "")
        origin = scope.headers.get("origin")
        headers = [*scope.headers.items(), ("x-forwarded-for", scope.client), ("x-request-id", request_id)]
        host, port = settings().sse_host, settings().sse_port
        try:
            upstream = await sse_proxy.open_upstream(host, port, scope.method, target, headers)
        except sse_proxy.UpstreamDown:
            detail = "The event stream is not available now."
            return _send(scope, protocol, _failure(503, "unavailable", detail, request_id, origin))
        except sse_proxy.UpstreamBroken:
            detail = "The event stream ended before it answered."
            return _send(scope, protocol, _failure(502, "bad_gateway", detail, request_id, origin))
        answer = sse_proxy.end_to_end(upstream.headers)
        names = {name for name, _ in answer}
        if "x-request-id" not in names:
            answer.append(("x-request-id", request_id))
        if "vary" not in names:
            answer += [(name.lower(), value) for name, value in answers.cors_headers(origin).items()]
        self._streams.add(upstream)
        try:
            transport = protocol.response_stream(upstream.status, answer)
            copied = await sse_proxy.pump(upstream, transport.send_bytes, protocol.client_disconnect())
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
            raise NotFound("No such file.")
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


def _failure(status: int, code: str, detail: str, request_id: str, origin: str | None) -> Answer:
    """An error of the edge itself: something behind it is broken or overloaded."""
    body = json.dumps({"detail": detail, "code": code})
    retry = {"Retry-After": "1"} if status == 503 else {}
    return gateway.answer_of(
        answers.answer(status, body, request_id=request_id, origin=origin, headers=retry)
    )


async def _body(scope: Scope, protocol: HTTPProtocol) -> bytes:
    """The request's body. Raises TooLarge as soon as it is known to be too large, without reading the rest."""
    announced = scope.headers.get("content-length", "")
    if announced.isdigit():
        if int(announced) > gateway.MAX_BODY_BYTES:
            raise TooLarge
        return await protocol() if announced != "0" else b""
    if scope.http_version == "1.1" and "transfer-encoding" not in scope.headers:
        return b""
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > gateway.MAX_BODY_BYTES:
            raise TooLarge
    return bytes(body)


def fill_registry(routes: list[dict[str, Any]]) -> None:
    """Enter the workers' route table into this process's registry: what matching a path needs, no more."""
    for route in routes:
        registry.add(
            registry.Route(
                methods=tuple(route["methods"]),
                path=route["path"],
                name=route["name"],
                module=route["module"],
                int_params=frozenset(route["int_params"]),
                cpu_heavy=route["cpu_heavy"],
                auth=registry.Auth.NOBODY,
                status=200,
                summary="",
                description="",
                body=None,
                answer=None,
                query=(),
                errors=(),
                online=False,
            )
        )


@lru_cache(maxsize=4096)
def find_route(method: str, path: str) -> registry.Match:
    """registry.match, remembered: the registry looks through all routes each time."""
    return registry.match(method, path)


async def _accepts(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


async def run(configuration: Configuration) -> int:
    """Serve until SIGTERM (exit code 0) or until the workers can't run any more (1)."""
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
    pools = WorkerPools(
        configuration.app,
        [Pool(**pool) for pool in configuration.pools],
        Path(configuration.function_log),
        hopeless,
    )
    starting = asyncio.ensure_future(pools.start())
    await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        pools.stop()
        return ended.result()
    fill_registry(starting.result())
    with Path(configuration.access_log).open("a", buffering=1) as access_log:  # noqa: ASYNC230 - before serving
        edge = Edge(configuration, pools, access_log)
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
        ready = {
            "pools": {"parent": pools.parent_pid, **{str(pid): name for pid, name in pools.pids.items()}}
        }
        os.write(configuration.ready_fd, json.dumps(ready).encode() + b"\n")
        os.close(configuration.ready_fd)
        await asyncio.wait((serving, ended), return_when=asyncio.FIRST_COMPLETED)
        server.interrupt_signal = True
        server.main_loop_interrupt.set()
        edge.close_streams()
        await edge.drained(DRAIN_SECONDS)
        pools.stop()
    return ended.result() if ended.done() else 1


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
