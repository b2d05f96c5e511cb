"""What a program that plays needs: the API, a player, the player's events, and the game server's side.

Example::

    async with Api("https://localhost:4443", Path(".local/4443/ca.pem")) as api:
        ann, bob = await Player.register(api), await Player.guest(api)
        async with ann.connect() as events, bob.connect():
            await ann.join_duel()
            await bob.join_duel()
            start = await events.next("game-start")
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Self

from demo.api import Answer, Api, ApiError, UnreachableError
from demo.names import new_password, new_username
from demo.sse_parser import Event, EventParser
from demo.stream import Connection, EventStream, EventTimeoutError, Received, StreamEndedError

__all__ = [
    "Answer",
    "Api",
    "ApiError",
    "Connection",
    "Event",
    "EventParser",
    "EventStream",
    "EventTimeoutError",
    "GameServer",
    "Player",
    "Received",
    "StreamEndedError",
    "UnreachableError",
]

Json = dict[str, Any]
FinishReason = Literal["player-disconnect", "player-not-connected"]


class Player:
    """One account and what it may do. Make it with `register`, `guest` or `login`."""

    def __init__(self, api: Api, username: str, password: str | None, tokens: Mapping[str, str]) -> None:
        self.api = api
        self.username = username
        self.password = password
        """None for a guest."""
        self.access = tokens["access"]
        self.refresh = tokens["refresh"]
        self.id = 0
        """Known after `me`, which the three ways of making a player call."""

    def __repr__(self) -> str:
        return f"Player({self.username!r}, id={self.id})"

    @classmethod
    async def register(cls, api: Api, username: str | None = None, password: str | None = None) -> Self:
        """Sign up; name and password are drawn at random where not given."""
        username = username or new_username()
        password = password or new_password(username)
        tokens = await api.post("/auth/register/", json={"username": username, "password": password})
        return await cls._with_id(api, username, password, tokens.body)

    @classmethod
    async def guest(cls, api: Api) -> Self:
        """Come in without an account."""
        tokens = await api.post("/auth/guest/")
        return await cls._with_id(api, "", None, tokens.body)

    @classmethod
    async def login(cls, api: Api, username: str, password: str) -> Self:
        """Log in to an existing account."""
        tokens = await api.post("/auth/login/", json={"username": username, "password": password})
        return await cls._with_id(api, username, password, tokens.body)

    @classmethod
    async def _with_id(cls, api: Api, username: str, password: str | None, tokens: Mapping[str, str]) -> Self:
        player = cls(api, username, password, tokens)
        await player.me()
        return player

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """`Api.call` with this player's access token."""
        return await self.api.call(method, path, token=self.access, **more)

    async def become_registered(self, username: str | None = None, password: str | None = None) -> None:
        """Turn this guest into a registered user, who keeps id and statistics."""
        username = username or new_username()
        password = password or new_password(username)
        answer = await self.call(
            "PUT", "/auth/register/guest/", json={"username": username, "password": password}
        )
        self.username, self.password = username, password
        self.access, self.refresh = answer.body["access"], answer.body["refresh"]

    async def me(self) -> Json:
        """The own account; also takes over id and name from it."""
        body: Json = (await self.call("GET", "/users/me/")).body
        self.id, self.username = body["id"], body["username"]
        return body

    async def update(self, **fields: Any) -> Json:
        """PATCH of the own account: username, password with old_password, accept_…"""
        body: Json = (await self.call("PATCH", "/users/me/", json=fields)).body
        self.username = body["username"]
        self.password = fields.get("password", self.password)
        return body

    async def delete_account(self) -> Answer:
        """Delete the account for good."""
        return await self.call("DELETE", "/users/me/", json={"password": self.password})

    async def user(self, user_id: int) -> Json:
        """Another user as this player sees them."""
        body: Json = (await self.call("GET", f"/users/{user_id}/")).body
        return body

    async def stats(self) -> dict[str, Json]:
        """Statistics by game mode; `global` is over all of them."""
        return {entry["game_mode"]: entry for entry in (await self.call("GET", "/users/me/stats/")).body}

    async def trophy_changes(self, **query: str | int) -> Json:
        """One page of how the player's trophies changed, oldest first."""
        body: Json = (await self.call("GET", "/users/me/stats/ranked/", query=query)).body
        return body

    async def matches(self, user_id: int | None = None, **query: str | int) -> Json:
        """One page of finished matches, newest first; of the player where no other user is given."""
        path = f"/game/matches/{self.id if user_id is None else user_id}/"
        body: Json = (await self.call("GET", path, query=query)).body
        return body

    async def ask(self, username: str) -> Json:
        """Send a friend request to a user; the request."""
        body: Json = (await self.call("POST", "/users/me/friend_requests/", json={"username": username})).body
        return body

    async def accept(self, request_id: int) -> Json:
        """Accept a received friend request; the friendship."""
        body: Json = (await self.call("POST", f"/users/me/friend_requests/{request_id}/")).body
        return body

    async def end_request(self, request_id: int) -> Answer:
        """Cancel a sent friend request, or reject a received one."""
        return await self.call("DELETE", f"/users/me/friend_requests/{request_id}/")

    async def requests(self, *, received: bool = False, **query: str | int) -> Json:
        """One page of the friend requests sent, or received."""
        path = f"/users/me/friend_requests/{'received/' if received else ''}"
        body: Json = (await self.call("GET", path, query=query)).body
        return body

    async def friends(self, **query: str | int) -> Json:
        """One page of friends; `online="true"` leaves those who are."""
        body: Json = (await self.call("GET", "/users/me/friends/", query=query)).body
        return body

    async def remove_friend(self, friendship_id: int) -> Answer:
        """End a friendship."""
        return await self.call("DELETE", f"/users/me/friends/{friendship_id}/")

    async def block(self, user_id: int) -> Json:
        """Block a user; the block."""
        body: Json = (await self.call("POST", "/users/me/blocked/", json={"user_id": user_id})).body
        return body

    async def unblock(self, block_id: int) -> Answer:
        """End a block."""
        return await self.call("DELETE", f"/users/me/blocked/{block_id}/")

    async def start_chat(self, username: str) -> Json:
        """Start a conversation with a user; the conversation."""
        body: Json = (await self.call("POST", "/chat/", json={"username": username})).body
        return body

    async def chats(self, **query: str | int) -> Json:
        """One page of conversations; `q` looks for names, in hidden ones as well."""
        body: Json = (await self.call("GET", "/chat/", query=query)).body
        return body

    async def chat(self, chat_id: int) -> Json:
        """A conversation and how much of it is unread."""
        body: Json = (await self.call("GET", f"/chat/{chat_id}/")).body
        return body

    async def hide_chat(self, chat_id: int) -> Answer:
        """Hide a conversation, until it is read or the other one writes."""
        return await self.call("DELETE", f"/chat/{chat_id}/")

    async def messages(self, chat_id: int, **query: str | int) -> Json:
        """One page of a conversation's messages, newest first; that marks them as read."""
        body: Json = (await self.call("GET", f"/chat/{chat_id}/messages/", query=query)).body
        return body

    async def send_message(self, chat_id: int, content: str, *, is_read: bool = False) -> Json:
        """Write a message, and say whether the other one has the conversation open; the message."""
        sent = {"content": content, "is_read": is_read}
        body: Json = (await self.call("POST", f"/chat/{chat_id}/messages/", json=sent)).body
        return body

    def connect(self, watch: Callable[[Received], None] | None = None, **options: Any) -> EventStream:
        """A stream of this player's events: open it with `async with` or `await stream.open()`.

        `options` are those of `EventStream`. A player may have several streams at a time.
        """
        return EventStream(
            f"{self.api.url}/sse/users/", lambda: self.access, self.api.tls, watch=watch, **options
        )

    async def join_duel(self) -> Answer:
        """Queue for a duel; needs an open stream."""
        return await self.call("POST", "/play/duel/")

    async def leave_duel(self) -> Answer:
        """Leave the queue again; `ApiError` 404 if in none."""
        return await self.call("DELETE", "/play/duel/")

    async def join_ranked(self) -> Answer:
        """Queue for a ranked match; needs an open stream, and no guests."""
        return await self.call("POST", "/play/ranked/")

    async def leave_ranked(self) -> Answer:
        """Leave the ranked queue again; `ApiError` 404 if not in it."""
        return await self.call("DELETE", "/play/ranked/")

    async def create_lobby(self, game_mode: str, **more: str) -> Json:
        """Make a `clash` or `custom_game` lobby, with `match_type`; needs an open stream."""
        body: Json = (await self.call("POST", "/play/lobby/", json={"game_mode": game_mode, **more})).body
        return body

    async def lobby(self) -> Json:
        """The lobby that this player is in; `ApiError` 404 if in none."""
        body: Json = (await self.call("GET", "/play/lobby/")).body
        return body

    async def update_lobby(self, **settings: str) -> Json:
        """Change `match_type`, as the creator of a custom game; the lobby."""
        body: Json = (await self.call("PATCH", "/play/lobby/", json=settings)).body
        return body

    async def join_lobby(self, code: str) -> Json:
        """Join a lobby; this player as a participant. Needs an open stream."""
        body: Json = (await self.call("POST", f"/play/lobby/{code}/")).body
        return body

    async def update_part(self, code: str, **part: str | bool) -> Json:
        """Change `team` or `is_ready` in a lobby; this player as a participant."""
        body: Json = (await self.call("PATCH", f"/play/lobby/{code}/", json=part)).body
        return body

    async def leave_lobby(self, code: str) -> Answer:
        """Leave a lobby."""
        return await self.call("DELETE", f"/play/lobby/{code}/")

    async def ban_from_lobby(self, code: str, user_id: int) -> Answer:
        """Ban a participant from the own lobby."""
        return await self.call("DELETE", f"/play/lobby/{code}/ban/{user_id}/")

    async def invite_to_lobby(self, code: str, user_id: int) -> Answer:
        """Invite a friend to the own lobby."""
        return await self.call("POST", f"/play/lobby/{code}/invite/{user_id}/")

    async def say_in_lobby(self, code: str, content: str) -> Json:
        """Say something to everybody in the lobby."""
        body: Json = (await self.call("POST", f"/play/lobby/{code}/message/", json={"content": content})).body
        return body

    async def create_tournament(self, name: str, size: int, *, private: bool = False) -> Json:
        """Make a tournament and be in it; needs an open stream."""
        wanted = {"name": name, "size": size, "private": private}
        body: Json = (await self.call("POST", "/play/tournament/", json=wanted)).body
        return body

    async def tournament(self) -> Json:
        """The tournament that the player is in; `ApiError` 404 if in none."""
        body: Json = (await self.call("GET", "/play/tournament/")).body
        return body

    async def played_tournament(self, tournament_id: int) -> Json:
        """A tournament that has started, whoever plays in it."""
        body: Json = (await self.call("GET", f"/game/tournaments/{tournament_id}/")).body
        return body

    async def join_tournament(self, code: str) -> Json:
        """Join a tournament; the player as a participant."""
        body: Json = (await self.call("POST", f"/play/tournament/{code}/")).body
        return body

    async def leave_tournament(self, code: str) -> Answer:
        """Leave a tournament; a match that is being played is lost by that."""
        return await self.call("DELETE", f"/play/tournament/{code}/")

    async def ban_from_tournament(self, code: str, user_id: int) -> Answer:
        """Send a participant of the player's own tournament away."""
        return await self.call("DELETE", f"/play/tournament/{code}/ban/{user_id}/")

    async def invite_to_tournament(self, code: str, user_id: int) -> Answer:
        """Invite a friend to a tournament."""
        return await self.call("POST", f"/play/tournament/{code}/invite/{user_id}/")

    async def say_in_tournament(self, code: str, content: str) -> Json:
        """Say something to everybody else in a tournament."""
        sent = {"content": content}
        body: Json = (await self.call("POST", f"/play/tournament/{code}/message/", json=sent)).body
        return body

    async def search_tournaments(self, q: str = "", **query: str | int) -> Json:
        """One page of tournaments that haven't started."""
        body: Json = (await self.call("GET", "/play/tournament/search/", query={"q": q, **query})).body
        return body


class GameServer:
    """The private API, as the game server uses it with a service token."""

    def __init__(self, api: Api, service_token: str) -> None:
        self.api = api
        self._token = service_token

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """`Api.call` with the service token; `path` without `/private`."""
        return await self.api.call(method, f"/private{path}", token=self._token, **more)

    async def notify(
        self, users_id: Sequence[int], event_code: str, data: Any = None, kwargs: Any = None
    ) -> Answer:
        """Send an event to users."""
        body = {"users_id": list(users_id), "event_code": event_code, "data": data, "kwargs": kwargs}
        return await self.call("POST", "/users/", json=body)

    async def create_match(self, game_mode: str, a: Sequence[int], b: Sequence[int]) -> Json:
        """Create a match between the users of side a and of side b."""
        teams = {"a": [{"id": user_id} for user_id in a], "b": [{"id": user_id} for user_id in b]}
        body: Json = (
            await self.call("POST", "/match/create/", json={"game_mode": game_mode, "teams": teams})
        ).body
        return body

    async def book_ranked(self, winner: int, looser: int, trophies: int) -> Answer:
        """Book a ranked match that was played elsewhere, 3 to 0; the winner gets these trophies."""
        teams = {
            "a": {"score": 3, "players": [{"id": winner, "score": 3, "trophies": trophies}]},
            "b": {"score": 0, "players": [{"id": looser, "score": 0}]},
        }
        body = {"game_mode": "ranked", "teams": teams, "winner": "a", "looser": "b"}
        return await self.call("POST", "/users/result-match/", json=body)

    async def running_match(self, user_id: int) -> Json:
        """The match this user is playing; `ApiError` 404 if none."""
        body: Json = (await self.call("GET", f"/match/{user_id}/")).body
        return body

    async def connect(self, match_id: int, user_id: int) -> Json:
        """Report that the player has connected to the match."""
        body: Json = (await self.call("GET", f"/match/{match_id}/{user_id}/")).body
        return body

    async def score(self, user_id: int, *, own_goal: bool = False) -> Json:
        """Report a point of the player (for the other side, if an own goal); returns the match."""
        body: Json = (
            await self.call("PUT", f"/match/score/{user_id}/", json={"own_goal": True} if own_goal else {})
        ).body
        return body

    async def finish(self, match_id: int, user_id: int, reason: FinishReason) -> Json:
        """End the match: the side of this user loses by 0 to 3."""
        body: Json = (
            await self.call(
                "PATCH", f"/match/finish/{match_id}/", json={"user_id": user_id, "finish_reason": reason}
            )
        ).body
        return body
