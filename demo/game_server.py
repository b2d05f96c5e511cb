"""The private API, as the game server uses it with a service token."""

from collections.abc import Sequence
from typing import Any, Literal

from demo.api import Answer, Api
from demo.player import Json

FinishReason = Literal["player-disconnect", "player-not-connected"]


class GameServer:
    """Creates matches, reports points and ends."""

    def __init__(self, api: Api, service_token: str) -> None:
        self.api = api
        self._token = service_token

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """`Api.call` with the service token; `path` without `/private`."""
        return await self.api.call(method, f"/private{path}", token=self._token, **more)

    async def body(self, method: str, path: str, json: Any = None) -> Json:
        """The body of the answer to `call`."""
        found: Json = (await self.call(method, path, json=json)).body
        return found

    async def notify(
        self, users_id: Sequence[int], event_code: str, data: Any = None, kwargs: Any = None
    ) -> Answer:
        """Send an event to users."""
        body = {"users_id": list(users_id), "event_code": event_code, "data": data, "kwargs": kwargs}
        return await self.call("POST", "/users/", json=body)

    async def create_match(self, game_mode: str, a: Sequence[int], b: Sequence[int]) -> Json:
        """Create a match between the users of side a and of side b."""
        teams = {"a": [{"id": user_id} for user_id in a], "b": [{"id": user_id} for user_id in b]}
        return await self.body("POST", "/match/create/", {"game_mode": game_mode, "teams": teams})

    async def book_ranked(self, winner: int, looser: int, trophies: int) -> Answer:
        """Book a ranked match that was played elsewhere, 3 to 0; the winner gets these trophies."""
        teams = {
            "a": {"score": 3, "players": [{"id": winner, "score": 3, "trophies": trophies}]},
            "b": {"score": 0, "players": [{"id": looser, "score": 0}]},
        }
        body = {"game_mode": "ranked", "teams": teams, "winner": "a", "looser": "b"}
        return await self.call("POST", "/users/result-match/", json=body)

    async def running_match(self, user_id: int) -> Json:
        """The running match of a user; `ApiError` 404 if there is none."""
        return await self.body("GET", f"/match/{user_id}/")

    async def connect(self, match_id: int, user_id: int) -> Json:
        """Report that the player has connected to the match."""
        return await self.body("GET", f"/match/{match_id}/{user_id}/")

    async def score(self, user_id: int, *, own_goal: bool = False) -> Json:
        """Report a point of the player (an own goal counts for the other side); the match."""
        return await self.body("PUT", f"/match/score/{user_id}/", {"own_goal": True} if own_goal else {})

    async def finish(self, match_id: int, user_id: int, reason: FinishReason) -> Json:
        """End the match: the side of this user loses by 0 to 3."""
        body = {"user_id": user_id, "finish_reason": reason}
        return await self.body("PATCH", f"/match/finish/{match_id}/", body)
