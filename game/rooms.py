"""All running matches: they come and go by the API's events, and their points go to the API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Literal

from pong_client import (
    ApiError,
    AsyncPongService,
    ProtocolError,
    Retries,
    SignedOutError,
    UnreachableError,
)
from pong_client.retries import back_off
from pong_client.types import FinishedMatchInstance, MatchEvent, MatchInstance, RunningMatchInstance

from game.match import Absence, Point
from game.room import Room, score_of
from game.settings import Settings

log = logging.getLogger("game.rooms")

PAGE = 100

Winner = Literal["a", "b"] | None

PATIENT = Retries(1_000_000, first_wait=0.2, longest_wait=5.0)
"""A report is sent again until the API answers: meanwhile the ball rests, and the API ends the match in the end."""

FIRST_WAIT = 0.2
LONGEST_WAIT = 20.0
"""Seconds until another try at an address where something else than the event stream answers."""

FAILED_SECONDS = 2.0
"""After an error in the API a report waits for so long."""


class Rooms:
    """The rooms by their codes. `tasks` runs the reports; one that fails for good ends the process."""

    def __init__(
        self,
        api: AsyncPongService,
        settings: Settings,
        tasks: asyncio.TaskGroup,
        on_begin: Callable[[], None],
    ) -> None:
        self.by_code: dict[str, Room] = {}
        self.begun: set[Room] = set()
        """Those that have to be stepped."""
        self._reporting: dict[Room, asyncio.Task[None]] = {}
        """The report of each room that the API hasn't answered: one at a time."""
        self._api = api
        self._settings = settings
        self._tasks = tasks
        self._on_begin = on_begin

    # ── the API's side ───────────────────────────────────────────────────────────────────────────────────

    async def follow(self, streams: AsyncPongService, on_listed: Callable[[], None]) -> None:
        """Follow all matches. Lists after opening a stream, so that none falls between. `on_listed`: the first time."""
        is_first = True
        async with aclosing(_events(streams)) as events:
            async for event in events:
                if event is not None and event["event_code"] != "resync":
                    self._take(event)
                    continue
                await self._list_running()
                if is_first:
                    log.info("following matches, running=%d", len(self.by_code))
                    on_listed()
                    is_first = False

    def _take(self, event: MatchEvent) -> None:
        data: Any = event["data"]  # a code that the client doesn't know may come with anything
        match event["event_code"]:
            case "match-start":
                self.open(data)
            case "match-finish":
                self._finish(data, data["finish_reason"])
            case "match-void":
                self._close(data["code"], data["id"], None, "void", None)

    def open(self, instance: RunningMatchInstance) -> Room:
        """The room of a match. Codes are given again: another match under the same code takes its place."""
        room = self.by_code.get(instance["code"])
        if room is None or room.id != instance["id"]:
            room = self.by_code[instance["code"]] = Room(instance, self._settings, self._begin_report)
        return room

    def begin(self, room: Room) -> None:
        """A player has come: step this room."""
        self.begun.add(room)
        self._on_begin()

    def step(self) -> bool:
        """Step all rooms; whether there are any."""
        for room in list(self.begun):
            room.step()
        return bool(self.begun)

    def _finish(self, match: MatchInstance | FinishedMatchInstance, reason: str) -> None:
        self._close(match["code"], match["id"], match["winner"], reason, score_of(match["teams"]))

    def _close(self, code: str, match_id: int, winner: Winner, reason: str, score: list[int] | None) -> None:
        """The API has ended the match. A report that is under way would count in the player's next match."""
        room = self.by_code.get(code)
        if room is None or room.id != match_id:
            return
        del self.by_code[code]
        self.begun.discard(room)
        if (reporting := self._reporting.pop(room, None)) is not None:
            reporting.cancel()
        room.end(winner, reason, score or room.match.score)
        for connection in list(room.connections):
            self._tasks.create_task(connection.close(1000))

    async def _list_running(self) -> None:
        """Open the rooms of all running matches, and close those whose end was missed."""
        before, listed = list(self.by_code.values()), set()
        offset, more = 0, True
        while more:
            page = await self._api.list_running_matches(limit=PAGE, offset=offset)
            for instance in page["results"]:
                listed.add(self.open(instance))
            offset, more = offset + PAGE, page["next"] is not None
        for room in before:
            if room not in listed and not await self._runs(room):
                self._close(room.code, room.id, None, "unknown", None)

    async def _runs(self, room: Room) -> bool:
        """A match may be missed while one pages: ask for it by a player."""
        try:
            return (await self._api.get_running_match(room.players[0].id))["id"] == room.id
        except ApiError as refusal:
            if refusal.code != "match_not_found":
                raise
            return False

    # ── reports ──────────────────────────────────────────────────────────────────────────────────────────

    def _begin_report(self, room: Room, report: Point | Absence) -> None:
        self._reporting[room] = self._tasks.create_task(self._send(room, report))

    async def _send(self, room: Room, report: Point | Absence) -> None:
        """Report until the API answers, or the match has ended otherwise."""
        while self.by_code.get(room.code) is room:
            try:
                match = await self._reported(room, report)
            except SignedOutError:
                raise
            except ApiError as refusal:
                if refusal.code in ("match_not_found", "match_finished"):
                    return  # The event of its end is on its way.
                log.error("match=%d report=%s: %s", room.id, type(report).__name__, refusal)  # noqa: TRY400
            except UnreachableError as problem:
                log.warning("match=%d report=%s: %s", room.id, type(report).__name__, problem)
            else:
                self._reporting.pop(room, None)
                if match["finished"]:
                    self._finish(match, report.reason if isinstance(report, Absence) else "normal-end")
                else:
                    room.confirmed(match["teams"])
                return
            await asyncio.sleep(FAILED_SECONDS)

    async def _reported(self, room: Room, report: Point | Absence) -> MatchInstance:
        player = room.players[report.paddle]
        if isinstance(report, Absence):
            return await self._api.finish_match(room.id, user_id=player.id, finish_reason=report.reason)
        # A server that was restarted may report another player's point under the key that its predecessor has used.
        key = f"game.{room.id}.{report.number}"
        try:
            if report.own:
                return await self._api.score_point(player.id, own_goal=True, idempotency_key=key)
            return await self._api.score_point(player.id, idempotency_key=key)
        except ApiError as refusal:
            if refusal.code != "idempotency_key_reused":
                raise
            return await self._api.get_running_match(player.id)


async def _events(streams: AsyncPongService) -> AsyncGenerator[MatchEvent | None, None]:
    """The events of all matches; None when a stream has opened.

    A new stack's domain leads elsewhere until its DNS is set: what another site answers is no reason to end. Raises
    what the API itself refuses a token with.
    """
    failures = 0
    while True:
        try:
            async with streams.matches() as events:
                failures = 0
                yield None
                async for event in events:
                    yield event
        except (ApiError, ProtocolError) as problem:
            if isinstance(problem, ApiError) and problem.status in (401, 403) and problem.code is not None:
                raise
            log.warning("no event stream at its address: %s", str(problem)[:200])
            await asyncio.sleep(back_off(failures, FIRST_WAIT, LONGEST_WAIT))
            failures += 1
