"""A player who writes down every operation and every event. A game server is one without a stream."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from pong_client import ApiError, AsyncEventStream, AsyncPong, AsyncPongService, PongError, StreamSettings

from faults.history import SERVICE, Operation, Outcome, StreamLine, kept
from faults.load.world import World, attempts, now

STREAM = StreamSettings(longest_wait=3.0)
"""A stack under faults is soon there again."""

UNKEYED = frozenset({"create_guest", "register_user", "register_guest", "delete_me", "send_message_once"})
"""Calls without an idempotency key."""

WAITED_FOR = frozenset({"game-start", "tournament-finish"})
PASSWORD = "correct-horse-7"  # noqa: S105 - of made-up accounts


@dataclass(frozen=True, slots=True)
class Done:
    """How an operation ended."""

    outcome: Outcome
    body: Any = None
    code: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was acknowledged."""
        return self.outcome == "acknowledged"


async def perform(
    world: World,
    pong: AsyncPong | AsyncPongService,
    caller: int,
    chapter: str,
    name: str,
    /,
    *args: Any,
    **body: Any,
) -> Done:
    """Make one operation of the client, and write it down with its outcome."""
    key = None if name in UNKEYED else str(uuid.UUID(int=world.rng.getrandbits(128), version=4))
    keyed = {} if key is None else {"idempotency_key": key}
    statuses: list[int | None] = []
    token = attempts.set(statuses)
    start, done, status = now(), Done("unknown"), None
    try:
        call: Any = _send_once if name == "send_message_once" else getattr(type(pong), name)
        answer = await call(pong, *args, **keyed, **body)
        done, status = Done("acknowledged", answer), statuses[-1]
    except ApiError as error:
        status = error.status
        # An earlier request without an answer may be carried out after the refusal of its repetition.
        refused = status < 500 and all(each is not None and each < 500 for each in statuses)
        done = Done("refused" if refused else "unknown", None, error.code)
    except PongError:
        pass
    finally:
        attempts.reset(token)
        intent = {
            **({"args": list(args)} if args else {}),
            **{k: v for k, v in body.items() if "password" not in k},
        }
        operation = Operation(
            caller, chapter, name, key, intent, start, now(),
            done.outcome, status, done.code, len(statuses), {**kept(done.body), **_signed_in(pong, name, done)},
        )  # fmt: skip
        world.history.add_operation(operation)
    return done


async def _send_once(pong: AsyncPong, chat: int, *, content: str) -> Any:
    """A message without an idempotency key, as other clients send it: its request is not repeated."""
    return (await pong.call("POST", f"/chat/{chat}/messages/", json={"content": content})).body


def _signed_in(pong: AsyncPong | AsyncPongService, name: str, done: Done) -> dict[str, int]:
    """The user of the tokens that the answer brought."""
    if not done.ok or name not in ("create_guest", "register_user") or not isinstance(pong, AsyncPong):
        return {}
    assert pong.tokens is not None  # noqa: S101 - they came with this answer
    payload = pong.tokens.access.split(".")[1]
    return {"user": int(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])}


class Player:
    """Made by `guest` or `register`. `listen` makes the player online."""

    def __init__(self, world: World, api: AsyncPong) -> None:
        self.world = world
        self.pong = AsyncPong(api.url, http=api.http, retries=api.retries)
        self.id = 0
        self.username = ""
        self._streams: list[AsyncEventStream[Any]] = []
        self._readers: list[asyncio.Task[None]] = []
        self._pending: dict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self._arrival = asyncio.Condition()

    @classmethod
    async def guest(cls, world: World, api: AsyncPong, streams: int = 1) -> Self:
        """A guest who is online; tried until it is acknowledged."""
        return await cls._online(world, api, streams, "create_guest")

    @classmethod
    async def register(cls, world: World, api: AsyncPong, streams: int = 1) -> Self:
        """A registered user who is online; tried until it is acknowledged, each time with another name."""
        return await cls._online(world, api, streams, "register_user")

    @classmethod
    async def _online(cls, world: World, api: AsyncPong, streams: int, how: str) -> Self:
        while True:
            player = cls(world, api)
            body = {} if how == "create_guest" else {"username": world.name(), "password": PASSWORD}
            if (await player.do("accounts", how, **body)).ok and await player.read_me():
                await player.listen(streams)
                return player
            await world.pause(0.5)

    async def read_me(self) -> bool:
        """Take over id and name."""
        me = await self.read("get_me")
        if me is not None:
            self.id, self.username = me["id"], me["username"]
        return me is not None

    async def do(self, chapter: str, name: str, /, *args: Any, **body: Any) -> Done:
        """A change, written down."""
        return await perform(self.world, self.pong, self.id, chapter, name, *args, **body)

    async def read(self, name: str, /, *args: Any, **query: Any) -> Any:
        """A reading; None if it failed."""
        try:
            return await getattr(self.pong, name)(*args, **query)
        except PongError:
            return None

    async def until_done(self, chapter: str, name: str, /, *args: Any, **body: Any) -> Done:
        """A change that is tried again, each time as an operation of its own, until it is known how it ended."""
        while True:
            done = await self.do(chapter, name, *args, **body)
            if done.outcome != "unknown" and done.code != "throttled":
                return done
            await self.world.pause(0.5)

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────

    async def listen(self, streams: int = 1) -> None:
        """Open event streams, and note everything that comes until `leave` or the end of the run."""
        for _ in range(streams):
            stream = self.pong.events(settings=STREAM)
            name = f"{self.id}/{len(self._streams)}"
            while True:
                try:
                    async with asyncio.timeout(30):
                        await stream.open()
                    break
                except (TimeoutError, PongError):
                    await asyncio.sleep(0.5)
            self._streams.append(stream)
            self._readers.append(asyncio.create_task(self._read(stream, name, now()), name=f"stream {name}"))
        self.world.players.append(self)

    async def _read(self, stream: AsyncEventStream[Any], name: str, opened: float) -> None:
        history, closed, why = self.world.history, None, ""
        try:
            while (event := await stream.next()) is not None:
                history.add_delivery(name, stream.last_event_id, event)
                if event["event_code"] in WAITED_FOR and name.endswith("/0"):
                    self._pending[event["event_code"]].append(event["data"])
                    async with self._arrival:
                        self._arrival.notify_all()
        except PongError as error:  # the check says whether the account's deletion explains it
            closed, why = now(), type(error).__name__
        history.add(
            StreamLine(name, self.id, opened, closed, stream.connections, stream.repeats, "python", why)
        )

    async def event(
        self, code: str, seconds: float, where: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any] | None:
        """The data of the next event of this code; None after so many seconds."""
        pending = self._pending[code]

        def found() -> bool:
            while pending and not where(pending[0] or {}):
                pending.popleft()
            return bool(pending)

        try:
            async with asyncio.timeout(seconds), self._arrival:
                await self._arrival.wait_for(found)
        except TimeoutError:
            return None
        return pending.popleft() or {}

    def forget(self, code: str) -> None:
        """Drop the events of this code that have come."""
        self._pending[code].clear()

    async def end(self) -> None:
        """Close the streams at the end of the run; what came is in the history."""
        for stream in self._streams:
            await stream.close()
        await asyncio.gather(*self._readers)

    async def connected(self) -> None:
        """Wait until all streams are connected, or the players end."""
        while self.world.running and any(stream.state != "open" for stream in self._streams):  # noqa: ASYNC110 - the client has no event for it
            await asyncio.sleep(0.1)

    async def ended(self) -> None:
        """Wait until the server has ended the streams for good, after a deletion."""
        self.world.players.remove(self)
        await asyncio.wait(self._readers, timeout=60)
        for stream in self._streams:
            await stream.close()
        await asyncio.gather(*self._readers)


class GameServer:
    """A game server: operations of the private API."""

    _stream: AsyncEventStream[Any]
    _reading: asyncio.Task[None]

    def __init__(self, world: World) -> None:
        self.world = world
        api = world.api()
        self.pong = AsyncPongService(world.url, world.service_token, http=api.http, retries=api.retries)

    async def do(self, chapter: str, name: str, /, *args: Any, **body: Any) -> Done:
        """A change, written down."""
        return await perform(self.world, self.pong, SERVICE, chapter, name, *args, **body)

    async def listen(self) -> None:
        """Follow all matches until the end of the run."""
        stream = self.pong.matches(settings=STREAM)
        await stream.open()
        self._stream, opened, name = stream, now(), f"{SERVICE}/0"

        async def read() -> None:
            while (event := await stream.next()) is not None:
                self.world.history.add_delivery(name, stream.last_event_id, event)
            line = StreamLine(name, SERVICE, opened, None, stream.connections, stream.repeats)
            self.world.history.add(line)

        self._reading = asyncio.create_task(read(), name="stream of all matches")

    async def end(self) -> None:
        """Close the stream."""
        await self._stream.close()
        await self._reading

    async def connect(self, match_id: int, user_id: int) -> None:
        """Report a player as connected; a point does so, too."""
        try:
            await self.pong.connect_player(match_id, user_id)
        except PongError:
            return
