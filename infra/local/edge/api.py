"""Who answers /api/ behind the edge: worker processes of ours, or the API Gateway of a deployed stack."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

from infra.local import gateway, proxy
from infra.local.gateway import Answer
from infra.local.pools import FunctionFailed, NoWorker, WorkerDied, WorkerPools
from shared.domain.errors import MethodNotAllowed, TooLarge
from shared.http import answers, registry

API_TIMEOUT_SECONDS = 29.0
"""API Gateway's limit for a function's answer."""

CALLS_AT_ONCE = 6
"""Requests that are with an emulator's API Gateway at the same time; others wait here.

For every further call of a function at the same time it starts a process: a hundred at once would be a hundred
Pythons starting on this machine. On AWS that is Lambda's business.
"""

log = logging.getLogger("edge.api")


class Api(Protocol):
    """Answers the requests whose path begins with /api/."""

    async def start(self) -> None:
        """Get ready."""

    async def call(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> Answer:
        """The answer to one request. Raises DomainErrors for what never gets to a function."""

    def processes(self) -> dict[str, Any]:
        """Its worker processes: process id -> pool, and their parent."""

    def stop(self) -> None:
        """End at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(registry.Address):
    """A route as far as the edge needs to know it: where it is, and who answers."""

    module: str
    cpu_heavy: bool


class LocalApi:
    """The embedded mode: what API Gateway does with a request, and worker processes for the functions."""

    def __init__(self, pools: WorkerPools) -> None:
        self._pools = pools
        self._endpoints: list[Endpoint] = []
        # registry.match, remembered: it looks through all routes each time.
        self._find = lru_cache(maxsize=4096)(self._match)

    async def start(self) -> None:
        """Start the workers; they tell which routes they serve."""
        self._endpoints = [endpoint_of(told) for told in await self._pools.start()]

    async def call(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> Answer:
        """Find the route, make the event, let a worker handle it."""
        path = scope.path.removeprefix(gateway.API_PREFIX)
        origin = scope.headers.get("origin")
        try:
            match = self._find(scope.method, path)
        except MethodNotAllowed as problem:
            if scope.method != "OPTIONS":
                raise
            return gateway.answer_of(answers.preflight(problem.allowed, request_id=request_id, origin=origin))
        body = await read_body(scope, protocol)
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
        return await self._handle(match.route, event, request_id, origin)

    def processes(self) -> dict[str, Any]:
        """Parent and workers."""
        return {
            "parent": self._pools.parent_pid,
            **{str(pid): pool for pid, pool in self._pools.pids.items()},
        }

    def stop(self) -> None:
        """End the workers."""
        self._pools.stop()

    def _match(self, method: str, path: str) -> registry.Match[Endpoint]:
        return registry.match(method, path, self._endpoints)

    async def _handle(
        self, route: Endpoint, event: dict[str, Any], request_id: str, origin: str | None
    ) -> Answer:
        pool = "cpu_heavy" if route.cpu_heavy else "default"
        try:
            async with asyncio.timeout(API_TIMEOUT_SECONDS):
                answer = gateway.answer_of(await self._pools.call(pool, route.module, event))
        except NoWorker as problem:
            return failure(503, "unavailable", f"Try again: {problem}.", request_id, origin)
        except TimeoutError:
            return failure(504, "timeout", "The function did not answer in time.", request_id, origin)
        except WorkerDied:
            return failure(502, "bad_gateway", "The function ended before it answered.", request_id, origin)
        except (FunctionFailed, gateway.BadGateway) as problem:
            log.error("%s: %s", route.module, problem)  # noqa: TRY400 - the worker logged where it came from
            return failure(502, "bad_gateway", "The function failed.", request_id, origin)
        if not any(name == "x-request-id" for name, _ in answer.headers):
            answer.headers.append(("x-request-id", request_id))
        return answer


class DeployedApi:
    """The deployed mode: a mirror of an API Gateway, as CloudFront is on AWS. `url` is the stage's."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname  # noqa: S101 - the runner gives a whole URL
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path.rstrip("/")
        self._places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def start(self) -> None:
        """The gateway is there already."""

    async def call(self, scope: Scope, protocol: HTTPProtocol, request_id: str) -> Answer:
        """Pass the request on."""
        body = await read_body(scope, protocol)
        target = self._path + scope.path.removeprefix(gateway.API_PREFIX)
        if scope.query_string:
            target += "?" + scope.query_string
        headers = [*scope.headers.items(), ("x-forwarded-for", scope.client.rpartition(":")[0])]
        origin = scope.headers.get("origin")
        try:
            async with asyncio.timeout(API_TIMEOUT_SECONDS), self._places:
                upstream, content = await self._exchange(scope.method, target, headers, body)
        except (proxy.UpstreamDown, proxy.UpstreamBroken) as problem:
            log.error("API Gateway: %s", problem)  # noqa: TRY400 - there is no more to it
            return failure(502, "bad_gateway", "API Gateway does not answer.", request_id, origin)
        except TimeoutError:
            return failure(504, "timeout", "API Gateway did not answer in time.", request_id, origin)
        answer = [
            (name, value) for name, value in proxy.end_to_end(upstream.headers) if name != "content-length"
        ]
        return Answer(upstream.status, answer, content)

    async def _exchange(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> tuple[proxy.Upstream, bytes]:
        """The head and the body of the answer to one request."""
        upstream = await proxy.open_upstream(
            self._host, self._port, method, target, headers, body, API_TIMEOUT_SECONDS
        )
        try:
            content = b""
            while chunk := await upstream.next_chunk():
                content += chunk
        finally:
            upstream.close()
        return upstream, content

    def processes(self) -> dict[str, Any]:
        """None of ours."""
        return {}

    def stop(self) -> None:
        """There is nothing to end."""


def endpoint_of(told: Mapping[str, Any]) -> Endpoint:
    """An entry of the workers' route table."""
    return Endpoint(
        methods=tuple(told["methods"]),
        path=told["path"],
        int_params=frozenset(told["int_params"]),
        module=told["module"],
        cpu_heavy=told["cpu_heavy"],
    )


def failure(status: int, code: str, detail: str, request_id: str, origin: str | None) -> Answer:
    """An error of the edge itself: something behind it is broken or overloaded."""
    body = json.dumps({"detail": detail, "code": code})
    retry = {"Retry-After": "1"} if status == 503 else {}
    return gateway.answer_of(
        answers.answer(status, body, request_id=request_id, origin=origin, headers=retry)
    )


async def read_body(scope: Scope, protocol: HTTPProtocol) -> bytes:
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
