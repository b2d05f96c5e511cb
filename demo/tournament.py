"""Players fill a tournament of 8 and play it to its end; its bracket is drawn as it grows. Or many of them at once."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from demo.bracket import Board
from demo.player import ApiError, EventStream, Player, Received
from demo.run import GAME_SERVER, Stage, together

SIZE = 8
EVENT_SECONDS = 120.0
"""No event is waited for longer than this; most of a run is countdown and pauses."""
SIGN_UPS_AT_ONCE = 16
NOT_FOUND = 404


@dataclass(slots=True)
class Cup:
    """One tournament, and what has happened in it."""

    players: list[Player]
    streams: dict[int, EventStream]
    id: int = 0
    code: str = ""
    last_score: dict[int, float] = field(default_factory=dict)
    """By stage, when the last point of its last match was answered."""
    first_start: dict[int, float] = field(default_factory=dict)
    """By stage, when the first `game-start` arrived."""
    board: Board | None = None
    winner: str = ""

    def pauses(self) -> list[float]:
        """The seconds from the last score of each stage to the first `game-start` of the next."""
        return [
            self.first_start[stage + 1] - scored
            for stage, scored in self.last_score.items()
            if stage + 1 in self.first_start
        ]


async def play(stage: Stage) -> None:
    """Play as many tournaments at once as were asked for; a single one in the open."""
    many = stage.tournaments > 1
    cups = [Cup(players, {}) for players in await _everybody(stage)]
    async with stage.listening([p for cup in cups for p in cup.players], quiet=True) as streams:
        for cup in cups:
            cup.streams = {player.id: streams[player.id] for player in cup.players}
        stage.terminal.say(GAME_SERVER, f"{len(streams)} players are online")
        await together([_play_out(stage, cup, in_the_open=not many) for cup in cups])
        for cup in cups:
            await _check(stage, cup)
    pauses = sorted(pause for cup in cups for pause in cup.pauses())
    stage.terminal.title("From the last score of a stage to the next game-start")
    head = ["tournaments", "pauses", "median", "95 %", "longest"]
    figures = [f"{pauses[int(len(pauses) * share)]:.2f} s" for share in (0.5, 0.95)]
    row = [str(len(cups)), str(len(pauses)), *figures, f"{pauses[-1]:.2f} s"]
    stage.terminal.table(head, [row], left=0)


async def _everybody(stage: Stage) -> list[list[Player]]:
    """The players of every tournament: who creates it is registered, and so are the others of a single one."""
    gate = asyncio.Semaphore(SIGN_UPS_AT_ONCE)

    async def one(*, registered: bool) -> Player:
        async with gate:
            return await (Player.register(stage.api) if registered else Player.guest(stage.api))

    single = stage.tournaments == 1
    return [
        await together([one(registered=single or n == 0) for n in range(SIZE)])
        for _ in range(stage.tournaments)
    ]


async def _play_out(stage: Stage, cup: Cup, *, in_the_open: bool) -> None:
    creator, *others = cup.players
    made = await creator.create_tournament("Demo Cup", SIZE)
    cup.id, cup.code = made["id"], made["code"]
    if in_the_open:
        stage.terminal.say(
            creator.username, f"makes a tournament of {SIZE}: {cup.code}", "POST /play/tournament/"
        )
    for player in others:
        await player.join_tournament(cup.code)
        if in_the_open:
            stage.terminal.say(player.username, "joins", f"POST /play/tournament/{cup.code}/")
    starts = [await stream.next("tournament-start", timeout=EVENT_SECONDS) for stream in cup.streams.values()]
    if in_the_open:
        seeds = {p["id"]: p["seed"] for p in starts[0].data["participants"]}
        cup.board = Board(stage.terminal, seeds)
        cup.board.show(starts[0].data)
    playing = [asyncio.create_task(_play_matches(stage, cup, player)) for player in cup.players]
    watching = asyncio.create_task(_watch(cup, cup.streams[creator.id])) if in_the_open else None
    try:
        finishes = await together(
            [stream.next("tournament-finish", timeout=EVENT_SECONDS) for stream in cup.streams.values()]
        )
        cup.winner = finishes[0].kwargs["username"]
    finally:
        for task in (*playing, *([watching] if watching else ())):
            task.cancel()
        results = await asyncio.gather(*playing, return_exceptions=True)
    for failed in results:
        if isinstance(failed, Exception):
            raise failed
    if in_the_open:
        stage.terminal.say(GAME_SERVER, f"{cup.winner} wins the tournament", f"tournament {cup.id}")


async def _watch(cup: Cup, stream: EventStream) -> None:
    while True:
        result = await stream.next("tournament-match-finish", timeout=EVENT_SECONDS)
        if cup.board:
            cup.board.show(result.data)


async def _play_matches(stage: Stage, cup: Cup, player: Player) -> None:
    """The game server plays the matches in which the player is on side a."""
    while True:
        start = await cup.streams[player.id].next("game-start", timeout=EVENT_SECONDS)
        number = start.data["tournament_stage_id"]
        cup.first_start[number] = min(start.at, cup.first_start.get(number, start.at))
        sides = [start.data["teams"][side]["players"][0]["id"] for side in "ab"]
        if player.id == sides[0]:
            await _play_match(stage, start, sides)
            cup.last_score[number] = max(time.monotonic(), cup.last_score.get(number, 0.0))


async def _play_match(stage: Stage, start: Received, sides: list[int]) -> None:
    match: dict[str, Any] = start.data
    while not match["finished"]:
        await asyncio.sleep(stage.pace)
        scorer = random.choice(sides)
        try:
            match = await stage.game_server.score(scorer)
        except ApiError as error:
            # Over already: a point was counted whose answer got lost. Or void: then the results won't be right.
            if error.status != NOT_FOUND:
                raise
            return


async def _check(stage: Stage, cup: Cup) -> None:
    """Compare what the API tells of a finished tournament with the rules."""
    played = await cup.players[0].played_tournament(cup.id)
    matches = [match for each in played["matches"].values() for match in each]
    stage.check(len(matches) == SIZE - 1, f"tournament {cup.id} has {len(matches)} matches")
    stage.check(
        all(match["finish_reason"] == "normal-end" for match in matches),
        f"not every match of tournament {cup.id} was played to its end",
    )
    final = played["matches"]["final"][0]
    won = final["user_1" if final["winner"] == "a" else "user_2"]["username"]
    stage.check(won == cup.winner, f"{won} has won the final, but {cup.winner} the tournament {cup.id}")
    for stream in cup.streams.values():
        told = len(stream.received("tournament-match-finish"))
        stage.check(told == SIZE - 1, f"somebody was told of {told} results of tournament {cup.id}")
    wins = [(await player.stats())["tournament"]["tournament_wins"] for player in cup.players]
    stage.check(sorted(wins) == [0] * (SIZE - 1) + [1], f"the wins of tournament {cup.id} are {wins}")
