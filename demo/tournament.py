"""Players fill a tournament of 8 and play it to its end; its bracket is drawn as it grows. Or many at once."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from pong_client import ApiError

from demo.bracket import Drawing
from demo.event_log import Received
from demo.run import GAME_SERVER, OnlinePlayer, Run, SignUp, together

SIZE = 8
EVENT_SECONDS = 120.0
"""The longest wait for an event: most of a tournament is countdown and pauses."""
NOT_FOUND = 404


@dataclass(slots=True)
class Tournament:
    """One tournament with its players; the first one creates it."""

    players: list[OnlinePlayer]
    id: int = 0
    code: str = ""
    last_score: dict[int, float] = field(default_factory=dict)
    """By stage, when the last point of its last match was answered."""
    first_start: dict[int, float] = field(default_factory=dict)
    """By stage, when the first `game-start` arrived."""
    winner: str = ""

    def pauses(self) -> list[float]:
        """The seconds from the last score of each stage to the first `game-start` of the next."""
        return [
            self.first_start[stage + 1] - scored
            for stage, scored in self.last_score.items()
            if stage + 1 in self.first_start
        ]


async def play(run: Run) -> None:
    """Play all tournaments at once. Only a single one is shown as it goes on; its players are all registered."""
    shown = run.tournaments == 1
    others: SignUp[OnlinePlayer] = OnlinePlayer.register if shown else OnlinePlayer.guest
    sign_ups = [OnlinePlayer.register, *[others] * (SIZE - 1)] * run.tournaments
    async with run.online_players(*sign_ups, quiet=True) as players:
        run.say(GAME_SERVER, f"{len(players)} players are online")
        tournaments = [Tournament(players[first : first + SIZE]) for first in range(0, len(players), SIZE)]
        await together([_play_tournament(run, tournament, shown=shown) for tournament in tournaments])
        for tournament in tournaments:
            await _check(run, tournament)
    pauses = sorted(pause for tournament in tournaments for pause in tournament.pauses())
    run.terminal.title("From the last score of a stage to the next game-start")
    head = ["tournaments", "pauses", "median", "95 %", "longest"]
    figures = [f"{pauses[int(len(pauses) * share)]:.2f} s" for share in (0.5, 0.95)]
    row = [str(len(tournaments)), str(len(pauses)), *figures, f"{pauses[-1]:.2f} s"]
    run.terminal.table(head, [row], left=0)


async def _play_tournament(run: Run, tournament: Tournament, *, shown: bool) -> None:
    creator, *others = tournament.players
    created = await creator.create_tournament("Demo Cup", SIZE)
    tournament.id, tournament.code = created["id"], created["code"]
    if shown:
        run.say(creator, f"makes a tournament of {SIZE}: {tournament.code}", "POST /play/tournament/")
    for player in others:
        await player.join_tournament(tournament.code)
        if shown:
            run.say(player, "joins", f"POST /play/tournament/{tournament.code}/")
    starts = [await player.next("tournament-start", EVENT_SECONDS) for player in tournament.players]
    background = [
        asyncio.create_task(_play_matches(run, tournament, player)) for player in tournament.players
    ]
    if shown:
        background.append(asyncio.create_task(_draw(run, creator, starts[0].data)))
    try:
        finishes = await together(
            [player.next("tournament-finish", EVENT_SECONDS) for player in tournament.players]
        )
        tournament.winner = finishes[0].kwargs["username"]
    finally:
        for task in background:
            task.cancel()
        results = await asyncio.gather(*background, return_exceptions=True)
    for failed in results:
        if isinstance(failed, Exception):
            raise failed
    if shown:
        run.say(GAME_SERVER, f"{tournament.winner} wins the tournament", f"tournament {tournament.id}")


async def _draw(run: Run, player: OnlinePlayer, tournament: dict[str, Any]) -> None:
    """Draw the bracket, and again after every match."""
    drawing = Drawing(run.terminal, {each["id"]: each["seed"] for each in tournament["participants"]})
    drawing.show(tournament)
    while True:
        drawing.show((await player.next("tournament-match-finish", EVENT_SECONDS)).data)


async def _play_matches(run: Run, tournament: Tournament, player: OnlinePlayer) -> None:
    """The game server plays the matches in which the player is on side a."""
    while True:
        start = await player.next("game-start", EVENT_SECONDS)
        stage = start.data["tournament_stage_id"]
        tournament.first_start[stage] = min(start.at, tournament.first_start.get(stage, start.at))
        sides = [start.data["teams"][side]["players"][0]["id"] for side in "ab"]
        if player.id == sides[0]:
            await _play_match(run, start, sides)
            tournament.last_score[stage] = max(time.monotonic(), tournament.last_score.get(stage, 0.0))


async def _play_match(run: Run, start: Received, sides: list[int]) -> None:
    match: dict[str, Any] = start.data
    while not match["finished"]:
        await asyncio.sleep(run.pace)
        try:
            match = await run.game_server.score(random.choice(sides))
        except ApiError as error:
            # Over already: a point was counted whose answer got lost. Or void: then the results are wrong.
            if error.status != NOT_FOUND:
                raise
            return


async def _check(run: Run, tournament: Tournament) -> None:
    """Compare a finished tournament, as the API shows it, with the rules."""
    played = await tournament.players[0].played_tournament(tournament.id)
    matches = [match for stage in played["matches"].values() for match in stage]
    run.check(len(matches) == SIZE - 1, f"tournament {tournament.id} has {len(matches)} matches")
    run.check(
        all(match["finish_reason"] == "normal-end" for match in matches),
        f"not every match of tournament {tournament.id} was played to its end",
    )
    final = played["matches"]["final"][0]
    won = final["user_1" if final["winner"] == "a" else "user_2"]["username"]
    run.check(
        won == tournament.winner,
        f"{won} has won the final, but {tournament.winner} the tournament {tournament.id}",
    )
    for player in tournament.players:
        told = len(player.stream.received("tournament-match-finish"))
        run.check(told == SIZE - 1, f"{player} was told of {told} results of tournament {tournament.id}")
    wins = [(await player.stats())["tournament"]["tournament_wins"] for player in tournament.players]
    run.check(sorted(wins) == [0] * (SIZE - 1) + [1], f"the wins of tournament {tournament.id} are {wins}")
