"""The shim: passes calls of AWS on to the engine, and does to them what the rates say.

GET /_faults                       rates, seed and counts
PUT /_faults {"rates": {…}, "planted": "…", "planted_rate": 0.1}     what is named is changed
PUT /_faults {"held": true}         lets nothing through from now on; answers when nothing is under way any more
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from faults.shim import answers, kinds
from faults.shim.batches import in_part
from faults.shim.calls import Call
from faults.shim.counts import Counts
from faults.shim.kinds import Kind
from faults.shim.pages import Pages
from faults.shim.planted import BUGS, Planted

CONTROL = "/_faults"

LONGEST_DELAY_SECONDS = 1.0
GIVEN_UP_SECONDS = 60.0
"""No client waits longer for an answer."""

MAX_TOKENS = 10_000

JSON = [("Content-Type", "application/x-amz-json-1.0")]

OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "expect"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What the engine has answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def with_body(self, body: dict[str, Any]) -> Reply:
        """The same with another body. The checksum that DynamoDB sends of its body is left out."""
        headers = [field for field in self.headers if field[0].lower() != "x-amz-crc32"]
        return Reply(self.status, headers, json.dumps(body).encode())


class EngineAway(Exception):
    """The engine closed the connection, or nothing listens there."""


class Shim:
    """The application of one shim."""

    def __init__(self, engine: str, seed: int) -> None:
        self.engine = engine
        self.seed = seed
        self.rates: dict[str, float] = {}
        self.planted = Planted(None, 0.0, seed)
        self.counts = Counts()
        self._open = asyncio.Event()
        self._open.set()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._pages = Pages()
        self._done: OrderedDict[str, Reply] = OrderedDict()
        """The answers to committed transactions by their tokens, as AWS keeps them for ten minutes. The engine forgets
        them when it is killed."""
        self._session: aiohttp.ClientSession

    async def with_session(self, _: web.Application) -> AsyncIterator[None]:
        """Hold connections to the engine while the application runs."""
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            auto_decompress=False,
        ) as self._session:
            yield

    # ── control ──────────────────────────────────────────────────────────────────────────────────────────

    async def show(self, _: web.Request) -> web.Response:
        """Answer GET /_faults."""
        bug = self.planted.bug
        planted = {bug.name: self.planted.hits} if bug else {}
        facts = {"seed": self.seed, "rates": self.rates, "planted": planted, **self.counts.report()}
        return web.json_response(facts)

    async def change(self, request: web.Request) -> web.Response:
        """Answer PUT /_faults."""
        wanted = await request.json()
        try:
            kinds.check(wanted.get("rates", {}))
        except kinds.WrongRates as problem:
            return web.json_response({"problem": str(problem)}, status=400)
        if wanted.get("planted") not in {None, *BUGS}:
            return web.json_response({"problem": f"there is no bug {wanted['planted']}"}, status=400)
        self.rates = wanted.get("rates", self.rates)
        if "planted" in wanted:
            self.planted = Planted(wanted["planted"], wanted.get("planted_rate", 1.0), self.seed)
        if wanted.get("held") is True:
            self._open.clear()
            await self._idle.wait()
        elif wanted.get("held") is False:
            self._open.set()
        return await self.show(request)

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Answer what is for the engine."""
        body = await request.read()
        call = Call.of(request.headers, body)
        try:
            if call is None:
                return _response(await self._forward(request, body))
            self.counts.arrives(call)
            kind, generator = kinds.draw(self.seed, call.action, self.counts.number(call.action), self.rates)
            if kind is not None and kind.name == "conflict" and call.token in self._done:
                kind = None  # nothing conflicts with what is committed
            if kind is not None and kind.name == "trimmed" and not self._pages.trim(call):
                kind = None
            return await self._with_fault(request, call, body, kind, generator)
        except EngineAway:
            return _cut(request)

    async def _with_fault(
        self, request: web.Request, call: Call, body: bytes, kind: Kind | None, generator: random.Random
    ) -> web.StreamResponse:
        if kind is None:
            return await self._without_fault(request, call, body)
        if kind.way == "delayed":
            await asyncio.sleep(generator.random() * LONGEST_DELAY_SECONDS)
            return self._changed(request, call, kind, await self._answer(request, call, body))
        if kind.way == "changed":
            asked, left = in_part(call.body, generator)
            reply = await self._forward(request, json.dumps(asked).encode())
            if reply.status == 200:
                reply = reply.with_body({**json.loads(reply.body), "UnprocessedKeys": left})
            return self._changed(request, call, kind, reply)
        return await self._broken(request, call, body, kind, generator)

    async def _broken(
        self, request: web.Request, call: Call, body: bytes, kind: Kind, generator: random.Random
    ) -> web.StreamResponse:
        """The ways in which the client doesn't get the engine's answer."""
        answer = None
        if kind.way.startswith("refused"):
            committed = call.token in self._done
            answer = answers.refusal(call, kind.name, generator, is_committed=committed)
        self.counts.add("injected", kind.name, call.action)
        self.counts.awaits(kind.name, call)
        waits = kind.way == "late" or kind.way.startswith("silent")
        waited = await _until_given_up(request) if kind.way == "late" else 0.0
        reaches_engine = kind.way.endswith("after") or kind.way == "late"
        if reaches_engine and (await self._answer(request, call, body)).status == 200:
            self.counts.add("committed", kind.name, call.action)
        if kind.way.startswith("silent"):
            waited = await _until_given_up(request)
        if kinds.gave_up(call.action, waited) if waits else not _has_gone(request):
            self.counts.add("bitten", kind.name, call.action)
        if answer is not None:
            return web.Response(status=answer.status, text=answer.text, headers=answer.headers)
        return _cut(request)

    async def _without_fault(self, request: web.Request, call: Call, body: bytes) -> web.StreamResponse:
        if call.action == "GetShardIterator":
            body = json.dumps(self._pages.beginning(call)).encode()
        reply = await self._answer(request, call, body)
        if reply.status == 200 and call.action == "GetShardIterator":
            self._pages.opened(json.loads(reply.body)["ShardIterator"])
        if reply.status != 200 or call.action != "GetRecords":
            return _response(reply)
        page = json.loads(reply.body)
        changed = await self._page(request, call, page) if page["Records"] else page
        self._pages.given(call.body["ShardIterator"], changed)
        changed = {**changed, "Records": self.planted.page(changed["Records"])}
        return _response(reply if changed == page else reply.with_body(changed))

    async def _page(self, request: web.Request, call: Call, page: dict[str, Any]) -> dict[str, Any]:
        """A page of records with its fault."""

        async def read_again(limit: int) -> dict[str, Any]:
            reply = await self._forward(request, json.dumps({**call.body, "Limit": limit}).encode())
            found: dict[str, Any] = json.loads(reply.body)
            return found

        kind, generator = kinds.draw(self.seed, kinds.PAGE, self.counts.number(kinds.PAGE), self.rates)
        page = await self._pages.ordered(page, read_again)
        if kind is None:
            return page
        changed = await self._pages.changed(call.body["ShardIterator"], page, kind, generator, read_again)
        if changed["Records"] != page["Records"]:
            self.counts.add("injected", kind.name, kinds.PAGE)
            if not _has_gone(request):
                self.counts.add("bitten", kind.name, kinds.PAGE)
        return changed

    def _changed(self, request: web.Request, call: Call, kind: Kind, reply: Reply) -> web.StreamResponse:
        self.counts.add("injected", kind.name, call.action)
        if not _has_gone(request):
            self.counts.add("bitten", kind.name, call.action)
        return _response(reply)

    async def _answer(self, request: web.Request, call: Call, body: bytes) -> Reply:
        """The engine's answer, with a planted bug's work in it."""
        if call.token in self._done:
            return self._done[call.token]
        reply = await self._new_answer(request, call, body)
        if call.token and reply.status == 200:
            self._done[call.token] = reply
            if len(self._done) > MAX_TOKENS:
                self._done.popitem(last=False)
        return reply

    async def _new_answer(self, request: web.Request, call: Call, body: bytes) -> Reply:
        changed = self.planted.change(call.action, call.body)
        bug = self.planted.bug
        if changed is None or bug is None:
            return await self._forward(request, body)
        if bug.effect == "acknowledge":
            return Reply(200, JSON, b"{}")
        reply = await self._forward(request, json.dumps(changed).encode())
        if bug.effect == "deny" and reply.status == 200:
            answer = answers.refusal(call, "conflict", random.Random(self.seed))
            return Reply(answer.status, list(answer.headers.items()), answer.text.encode())
        return reply

    async def _forward(self, request: web.Request, body: bytes) -> Reply:
        """Let the engine answer. Raises EngineAway."""
        while not self._open.is_set():  # it may be held again before this task goes on
            await self._open.wait()
        self._under_way += 1
        self._idle.clear()
        try:
            headers = [
                field for field in request.headers.items() if field[0].lower() not in OF_THE_CONNECTION
            ]
            async with self._session.request(
                request.method, self.engine + request.raw_path, headers=headers, data=body,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                content = await answer.read()
        except aiohttp.ClientError as problem:
            raise EngineAway from problem
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        kept = [field for field in answer.headers.items() if field[0].lower() not in OF_THE_CONNECTION]
        return Reply(answer.status, kept, content)


def application(engine: str, seed: int) -> web.Application:
    """The shim in front of the engine at this URL."""
    shim = Shim(engine, seed)
    made = web.Application(client_max_size=64 * 1024 * 1024)
    made.cleanup_ctx.append(shim.with_session)
    made.router.add_get(CONTROL, shim.show)
    made.router.add_put(CONTROL, shim.change)
    made.router.add_route("*", "/{path:.*}", shim.pass_on)
    return made


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, headers=CIMultiDict(reply.headers), body=reply.body)


def _has_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


async def _until_given_up(request: web.Request) -> float:
    """Wait until the client has closed its connection; how many seconds that took."""
    begin = time.monotonic()
    while not _has_gone(request) and time.monotonic() < begin + GIVEN_UP_SECONDS:  # noqa: ASYNC110 - aiohttp has no event for it
        await asyncio.sleep(0.02)
    return time.monotonic() - begin


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
