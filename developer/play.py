"""`make play`: an opponent who queues for duels and plays them, until Ctrl-C.

There is no game server on a laptop unless you run one: the opponent's matches are played by points at random.
"""

from __future__ import annotations

from demo.api import Api
from demo.game_server import GameServer
from demo.player import Player
from demo.run import players_of
from demo.running import RunningStack, service_token
from demo.terminal import Terminal
from developer.accounts import enter
from developer.game import play_to_end

SECONDS_PER_POINT = 1.0
A_DAY = 86_400.0


async def run(stack: RunningStack, subject: str) -> None:
    """Queue and play, again and again."""
    terminal = Terminal()
    async with Api(stack.url, stack.cacert, throttle_retries=5) as api:
        server = GameServer(api, await service_token(stack.state))
        me = await enter(api, subject) if subject else await Player.guest(api)
        async with me.connect() as events:
            while True:
                await me.join_duel()
                terminal.say(me.username, "waits in the duel queue", "POST /play/duel/")
                start = await events.next("game-start", timeout=A_DAY)
                names = " and ".join(player["username"] for player in players_of(start.data))
                terminal.say(me.username, f"plays: {names}", f"match {start.data['id']}")
                match = await play_to_end(server, start.data, SECONDS_PER_POINT)
                score = " : ".join(f"{player['username']} {player['score']}" for player in players_of(match))
                terminal.say(me.username, f"the match is over: {score}")
