"""`make play`: an opponent who queues for duels and plays them on the game server, until Ctrl-C."""

from __future__ import annotations

import ssl
from http import HTTPStatus

from pong_client import ApiError, AsyncPong, Retries

from demo.player import Player
from demo.run import players_of
from demo.running import RunningStack
from demo.terminal import Terminal
from developer.accounts import enter
from developer.game_client import play
from game.bot import Bot, Skill

A_DAY = 86_400.0


async def run(stack: RunningStack, subject: str, skill: Skill = "well") -> None:
    """Queue and play, again and again."""
    terminal = Terminal()
    tls = ssl.create_default_context(cafile=str(stack.cacert))
    async with AsyncPong(stack.url, ca=stack.cacert, retries=Retries(5)) as api:
        me = await enter(api, subject) if subject else await Player.guest(api)
        async with me.connect() as events:
            try:
                while True:
                    await me.join_duel()
                    terminal.say(me.username, "waits in the duel queue", "POST /play/duel/")
                    start = await events.next("game-start", timeout=A_DAY)
                    players = [player["username"] for player in players_of(start.data)]
                    terminal.say(me.username, f"plays: {' and '.join(players)}", f"match {start.data['id']}")
                    _, _, reason, *score = await play(start.payload["target"][0]["url"], tls, Bot(skill))
                    result = " : ".join(
                        f"{name} {points}" for name, points in zip(players, score, strict=True)
                    )
                    terminal.say(me.username, f"the match is over: {result}", reason)
            finally:
                await _leave(me)


async def _leave(player: Player) -> None:
    """Leave the queue, so that no player is paired with an absent opponent."""
    try:
        await player.leave_duel()
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
