"""The private API, as the game server uses it with a service token."""

from collections.abc import Sequence
from typing import Any, Literal

from pong_client import AsyncPong, AsyncPongService

from demo.player import Json, plain

FinishReason = Literal["player-disconnect", "player-not-connected"]


class GameServer:
    """Creates matches, reports points and ends, over the connections of another client."""

    def __init__(self, api: AsyncPong, service_token: str) -> None:
        self.pong = AsyncPongService(api.url, service_token, http=api.http, retries=api.retries)

    async def notify(
        self, users_id: Sequence[int], event_code: str, data: Any = None, kwargs: Any = None
    ) -> None:
        """Send an event to users."""
        await self.pong.push_event(users_id=list(users_id), event_code=event_code, data=data, kwargs=kwargs)

    async def create_match(self, game_mode: Any, a: Sequence[int], b: Sequence[int]) -> Json:
        """Create a match between the users of side a and of side b."""
        teams: Any = {"a": [{"id": user_id} for user_id in a], "b": [{"id": user_id} for user_id in b]}
        return plain(await self.pong.create_match(game_mode=game_mode, teams=teams))

    async def book_ranked(self, winner: int, looser: int, trophies: int) -> None:
        """Book a ranked match that was played elsewhere, 3 to 0; the winner gets these trophies."""
        teams: Any = {
            "a": {"score": 3, "players": [{"id": winner, "score": 3, "trophies": trophies}]},
            "b": {"score": 0, "players": [{"id": looser, "score": 0}]},
        }
        await self.pong.book_match(game_mode="ranked", teams=teams, winner="a", looser="b")

    async def running_match(self, user_id: int) -> Json:
        """The running match of a user; `ApiError` 404 if there is none."""
        return plain(await self.pong.get_running_match(user_id))

    async def connect(self, match_id: int, user_id: int) -> Json:
        """Report that the player has connected to the match."""
        return plain(await self.pong.connect_player(match_id, user_id))

    async def score(self, user_id: int, *, own_goal: bool = False) -> Json:
        """Report a point of the player (an own goal counts for the other side); the match."""
        if own_goal:
            return plain(await self.pong.score_point(user_id, own_goal=True))
        return plain(await self.pong.score_point(user_id))

    async def finish(self, match_id: int, user_id: int, reason: FinishReason) -> Json:
        """End the match: the side of this user loses by 0 to 3."""
        return plain(await self.pong.finish_match(match_id, user_id=user_id, finish_reason=reason))
