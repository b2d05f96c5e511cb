"""The answers to /api/: from handlers in this process, or from the API Gateway of a deployed stack."""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache

import aiohttp

from infra.local.edge import forwarding, gateway
from infra.local.edge.gateway import Answer
from infra.local.edge.reply import failure
from infra.local.edge.request import Receive, Request
from infra.local.workers.handlers import HANDLER_SECONDS, FunctionFailed
from infra.local.workers.pool import NoWorker, Pool, process_pool, thread_pool
from shared.domain.errors import MethodNotAllowed
from shared.http import answers, registry
from shared.http.registry import Match, Route

CALLS_AT_ONCE = 6
"""Requests that are with an emulator's API Gateway at the same time; others wait here.

For every further call of a function at the same time it starts a process: a hundred at once would be a hundred
Pythons starting on this machine. On AWS that is Lambda's business.
"""

log = logging.getLogger("edge.api")


class EmbeddedApi:
    """Does what API Gateway does with a request, and what Lambda does with its event."""

    def __init__(self, threads: int, processes: int) -> None:
        self._cpu_heavy = process_pool(processes)
        self._default = thread_pool(threads)
        # registry.match goes through all routes.
        self._match = lru_cache(maxsize=4096)(_match)

    async def call(self, request: Request, path: str, receive: Receive) -> Answer:
        """The answer to one request. `path` is decoded and without /api. Raises what `Request.body` does, too."""
        try:
            found = self._match(request.method, path)
        except MethodNotAllowed as problem:
            if request.method != "OPTIONS":
                raise
            origin = request.header("origin")
            return gateway.answer_of(answers.preflight(problem.allowed, request_id=request.id, origin=origin))
        body = await request.body(receive)
        pool = self._cpu_heavy if found.route.cpu_heavy else self._default
        return await self._run(pool, found, request, path, body)

    def stop(self) -> None:
        """End the pools."""
        self._default.stop()
        self._cpu_heavy.stop()

    async def _run(self, pool: Pool, found: Match[Route], request: Request, path: str, body: bytes) -> Answer:
        event = gateway.proxy_event(request, path, body, found.route.path, found.params)
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                answer = gateway.answer_of(await pool.call(found.route.module, event))
        except NoWorker as problem:
            return failure(request, 503, "unavailable", f"Try again: {problem}.")
        except TimeoutError:
            return failure(request, 504, "timeout", "The function did not answer in time.")
        except (FunctionFailed, gateway.BadGateway) as problem:
            log.error("%s: %s", found.route.module, problem)  # noqa: TRY400 - the handler's log has the traceback
            return failure(request, 502, "bad_gateway", "The function failed.")
        if not any(name == "x-request-id" for name, _ in answer.headers):
            answer.headers.append(("x-request-id", request.id))
        return answer


def _match(method: str, path: str) -> Match[Route]:
    return registry.match(method, path, registry.ROUTES)


class DeployedApi:
    """Mirrors a deployed API Gateway, as CloudFront does on AWS. `url` is the stage's."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def call(self, request: Request, path: str, receive: Receive) -> Answer:
        """The answer to one request, as of EmbeddedApi."""
        body = await request.body(receive)
        try:
            async with asyncio.timeout(HANDLER_SECONDS), self._places:
                return await self._exchange(request, path, body)
        except (forwarding.Unreachable, forwarding.NoAnswer, aiohttp.ClientError) as problem:
            log.error("API Gateway: %s", problem)  # noqa: TRY400 - there is no more to it
            return failure(request, 502, "bad_gateway", "API Gateway does not answer.")
        except TimeoutError:
            return failure(request, 504, "timeout", "API Gateway did not answer in time.")

    def stop(self) -> None:
        """Nothing was started."""

    async def _exchange(self, request: Request, path: str, body: bytes) -> Answer:
        async with forwarding.forwarded(
            self._session, self._url, path, request, body, seconds=HANDLER_SECONDS
        ) as answer:
            headers = forwarding.answered_headers(answer)
            return Answer(answer.status, headers, await answer.read())
