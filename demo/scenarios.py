"""The scenarios by name. A new one is a module beside `duel.py` with a `play(run)`, and a line here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from demo import chat, clash, custom_game, duel, friends, ranked, tournament
from demo.run import Run


@dataclass(frozen=True, slots=True)
class Scenario:
    """`play` shows on the terminal what happens, and notes the problems that it finds."""

    title: str
    play: Callable[[Run], Awaitable[None]]
    players: int
    """The number of players by default."""


SCENARIOS: dict[str, Scenario] = {
    "duel": Scenario("players queue for duels and play them to the end", duel.play, players=2),
    "friends": Scenario("players become friends, play, and part", friends.play, players=2),
    "clash": Scenario("lobbies of three, two and one play three against three", clash.play, players=6),
    "custom-game": Scenario("a lobby with teams and spectators plays twice", custom_game.play, players=8),
    "chat": Scenario("players talk while they wait for a match", chat.play, players=2),
    "ranked": Scenario("players wait for opponents of about their trophies", ranked.play, players=4),
    "tournament": Scenario("8 players play a tournament, its bracket is drawn", tournament.play, players=8),
}
