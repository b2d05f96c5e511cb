"""Many matches at once on the game server of a stack of its own: punctuality, CPU, bytes, the delay of an input.

    python -m bench.game [--matches 100] [--seconds 30] [--edge]

Players connect to the game server directly, or through the edge. Their paddles go up and down, and points never end a
match.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from pong_client import AsyncPong, AsyncPongService, Retries
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.load import percentile
from bench.own_stack import own_stack
from bench.processes import cpu_seconds, groups_of, usage
from demo.running import RunningStack, service_token

SETTINGS = {"POINTS_TO_WIN": "1000", "MATCH_MAX_SECONDS": "3600"}
AT_ONCE = 8
AIM_SECONDS = 2.0
"""Longer than a paddle needs from one end of the field to the other."""

FRAME_BYTES = 2
"""The head of a WebSocket frame of up to 125 bytes, from a server."""
HIGH = 7_200


@dataclass
class Seat:
    """A player's connection and what was counted on it."""

    socket: ClientConnection
    paddle: int = 0
    y: int = 0
    aimed_at: float | None = None
    messages: int = 0
    size: int = 0
    delays: list[float] = field(default_factory=list)
    """From an aim to the first state in which the paddle has moved, in seconds."""

    async def read(self) -> None:
        """Count what comes, and how long an input takes."""
        async for text in self.socket:
            self.messages += 1
            self.size += len(text) + FRAME_BYTES
            if str(text).startswith('["s"'):
                y = json.loads(text)[6 + self.paddle]
                if self.aimed_at is not None and y != self.y:
                    self.delays.append(time.perf_counter() - self.aimed_at)
                    self.aimed_at = None
                self.y = y
            elif str(text).startswith('["welcome"'):
                self.paddle = json.loads(text)[1]["you"]["paddle"]

    async def move(self) -> None:
        """Go up and down."""
        await asyncio.sleep(random.uniform(0, AIM_SECONDS))
        target = HIGH
        while True:
            self.aimed_at = time.perf_counter()
            await self.socket.send(json.dumps(["aim", target]))
            target = -target
            await asyncio.sleep(AIM_SECONDS * random.uniform(0.9, 1.1))


async def measure(stack: RunningStack, matches: int, seconds: float, *, edge: bool) -> dict[str, Any]:
    """Begin the matches, wait until all play, count for so many seconds."""
    urls = await _begin(stack, matches, edge=edge)
    tls = ssl.create_default_context(cafile=str(stack.cacert)) if edge else None
    groups = {name: pids for name, pids in groups_of(stack.run["pids"]).items() if name in ("game", "edge")}
    seats: list[Seat] = []
    async with httpx.AsyncClient() as http, asyncio.TaskGroup() as tasks:
        running = []
        for url in urls:
            seats.append(await _seat(url, tls))
            running += [tasks.create_task(seats[-1].read()), tasks.create_task(seats[-1].move())]
        await asyncio.sleep(5.0)  # the countdown
        for seat in seats:
            seat.messages, seat.size = 0, 0
            seat.delays.clear()
        before, cpu, began = await _health(http, stack), cpu_seconds(groups), time.perf_counter()
        await asyncio.sleep(seconds)
        lasted = time.perf_counter() - began
        after, used = await _health(http, stack), cpu_seconds(groups)
        for task in running:
            task.cancel()
    delays = sorted(delay for seat in seats for delay in seat.delays)
    steps = after["steps"] - before["steps"]
    late = {
        ms: after["late_steps"].get(ms, 0) - before["late_steps"].get(ms, 0) for ms in after["late_steps"]
    }
    return {
        "matches": matches,
        "through": "edge" if edge else "directly",
        "steps_per_second": round(steps / lasted, 1),
        "skipped": after["skipped_steps"] - before["skipped_steps"],
        "late_percent_by_ms": {ms: round(100 * count / steps, 2) for ms, count in late.items()},
        "cpu_percent": {name: round(100 * (used[name] - cpu[name]) / lasted, 1) for name in groups},
        "bytes_per_second_and_player": round(sum(seat.size for seat in seats) / lasted / len(seats)),
        "messages_per_second_and_player": round(
            sum(seat.messages for seat in seats) / lasted / len(seats), 1
        ),
        "input_to_state_ms": {
            name: round(1000 * percentile(delays, share), 1) for name, share in (("p50", 0.5), ("p99", 0.99))
        },
        "memory_mib": {each.name: round(each.pss / 2**20, 1) for each in usage(groups)},
    }


async def _begin(stack: RunningStack, matches: int, *, edge: bool) -> list[str]:
    """The addresses of the players of so many duels."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with (
        AsyncPong(stack.url, ca=stack.cacert, retries=Retries(5)) as api,
        AsyncPongService(stack.url, await service_token(stack.state), http=api.http) as service,
    ):

        async def duel() -> list[str]:
            async with gate:
                players = [AsyncPong(stack.url, http=api.http) for _ in range(2)]
                for player in players:
                    await player.create_guest()
                a, b = [(await player.get_me())["id"] for player in players]
                match = await service.create_match(
                    game_mode="duel", teams={"a": [{"id": a}], "b": [{"id": b}]}
                )
                return [(await player.get_match(match["code"]))["url"] for player in players]

        pairs = await asyncio.gather(*(duel() for _ in range(matches)))
    return [url if edge else _direct(stack, url) for pair in pairs for url in pair]


def _direct(stack: RunningStack, url: str) -> str:
    parts = urlsplit(url)
    return f"{str(stack.run['game']).replace('http', 'ws')}{parts.path}?{parts.query}"


async def _seat(url: str, tls: ssl.SSLContext | None) -> Seat:
    socket = await connect(
        url, ssl=tls, subprotocols=[Subprotocol("pong.1")], compression=None, ping_interval=None, proxy=None
    )
    return Seat(socket)


async def _health(http: httpx.AsyncClient, stack: RunningStack) -> dict[str, Any]:
    answer: dict[str, Any] = (await http.get(f"{stack.run['game']}/healthz")).json()
    return answer


async def run(matches: Sequence[int], seconds: float, *, edge: bool) -> None:
    """Measure with each number of matches, on a stack of its own."""
    for count in matches:
        async with own_stack(SETTINGS) as stack:
            print(json.dumps(await measure(stack, count, seconds, edge=edge), indent=2), flush=True)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser("bench.game", description="Many matches at once on the game server.")
    parser.add_argument("--matches", type=int, nargs="+", default=[100])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--edge", action="store_true", help="connect through the edge")
    options = parser.parse_args()
    asyncio.run(run(options.matches, options.seconds, edge=options.edge))


if __name__ == "__main__":
    main()
