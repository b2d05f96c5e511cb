"""A player: one account and its calls.

Example::

    async with Api("https://localhost:4443", Path(".local/4443/ca.pem")) as api:
        ann, bob = await Player.register(api), await Player.guest(api)
        async with ann.connect() as events, bob.connect():
            await ann.join_duel()
            await bob.join_duel()
            start = await events.next("game-start")
"""

from collections.abc import Mapping
from typing import Any, Self

from demo.api import Answer, Api
from demo.names import new_password, new_username
from demo.stream import EventStream

Json = dict[str, Any]


class Player:
    """Make it with `register`, `guest` or `login`."""

    def __init__(self, api: Api, username: str, password: str | None, tokens: Mapping[str, str]) -> None:
        self.api = api
        self.username = username
        self.password = password
        """None for a guest."""
        self.access = tokens["access"]
        self.refresh = tokens["refresh"]
        self.id = 0
        """Known after `me`, which `register`, `guest` and `login` call."""

    def __str__(self) -> str:
        return self.username

    @classmethod
    async def register(cls, api: Api, username: str | None = None, password: str | None = None) -> Self:
        """Sign up. Name and password are random by default."""
        username = username or new_username()
        password = password or new_password(username)
        tokens = await api.post("/auth/register/", json={"username": username, "password": password})
        return await cls._with_id(api, username, password, tokens.body)

    @classmethod
    async def guest(cls, api: Api) -> Self:
        """Play without an account."""
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

    async def body(self, method: str, path: str, json: Any = None, **query: str | int) -> Json:
        """The body of the answer to `call`."""
        found: Json = (await self.call(method, path, json=json, query=query or None)).body
        return found

    def connect(self, **options: Any) -> EventStream:
        """A stream of this player's events: open it with `async with` or `await stream.open()`.

        `options` are those of `EventStream`. A player may have several streams at a time.
        """
        url = f"{self.api.url}/sse/users/"
        return EventStream(url, lambda: self.access, self.api.tls, **{"renew": self.renew, **options})

    async def renew(self) -> None:
        """Get a new access token."""
        answer = await self.api.post("/auth/refresh/", json={"refresh": self.refresh})
        self.access = answer.body["access"]

    # ── account ──────────────────────────────────────────────────────────────────────────────────────────

    async def become_registered(self, username: str | None = None, password: str | None = None) -> None:
        """Turn this guest into a registered user, who keeps id and statistics."""
        username = username or new_username()
        password = password or new_password(username)
        tokens = await self.body("PUT", "/auth/register/guest/", {"username": username, "password": password})
        self.username, self.password = username, password
        self.access, self.refresh = tokens["access"], tokens["refresh"]

    async def me(self) -> Json:
        """The own account; also takes over id and name from it."""
        body = await self.body("GET", "/users/me/")
        self.id, self.username = body["id"], body["username"]
        return body

    async def update(self, **fields: Any) -> Json:
        """PATCH of the own account: username, password with old_password, accept_…"""
        body = await self.body("PATCH", "/users/me/", fields)
        self.username = body["username"]
        self.password = fields.get("password", self.password)
        return body

    async def delete_account(self) -> Answer:
        """Delete the account for good."""
        return await self.call("DELETE", "/users/me/", json={"password": self.password})

    async def user(self, user_id: int) -> Json:
        """Another user as this player sees them."""
        return await self.body("GET", f"/users/{user_id}/")

    async def stats(self) -> dict[str, Json]:
        """Statistics by game mode; `global` is over all of them."""
        return {entry["game_mode"]: entry for entry in (await self.call("GET", "/users/me/stats/")).body}

    async def trophy_changes(self, **query: str | int) -> Json:
        """One page of the changes of the player's trophies, oldest first."""
        return await self.body("GET", "/users/me/stats/ranked/", **query)

    async def matches(self, user_id: int | None = None, **query: str | int) -> Json:
        """One page of the finished matches of a user (None: the player), newest first."""
        return await self.body("GET", f"/game/matches/{self.id if user_id is None else user_id}/", **query)

    # ── relations ────────────────────────────────────────────────────────────────────────────────────────

    async def ask(self, username: str) -> Json:
        """Send a friend request to a user; the request."""
        return await self.body("POST", "/users/me/friend_requests/", {"username": username})

    async def accept(self, request_id: int) -> Json:
        """Accept a received friend request; the friendship."""
        return await self.body("POST", f"/users/me/friend_requests/{request_id}/")

    async def end_request(self, request_id: int) -> Answer:
        """Cancel a sent friend request, or reject a received one."""
        return await self.call("DELETE", f"/users/me/friend_requests/{request_id}/")

    async def requests(self, *, received: bool = False, **query: str | int) -> Json:
        """One page of the sent or the received friend requests."""
        return await self.body("GET", f"/users/me/friend_requests/{'received/' if received else ''}", **query)

    async def friends(self, **query: str | int) -> Json:
        """One page of friends; `online="true"` filters."""
        return await self.body("GET", "/users/me/friends/", **query)

    async def remove_friend(self, friendship_id: int) -> Answer:
        """End a friendship."""
        return await self.call("DELETE", f"/users/me/friends/{friendship_id}/")

    async def block(self, user_id: int) -> Json:
        """Block a user; the block."""
        return await self.body("POST", "/users/me/blocked/", {"user_id": user_id})

    async def unblock(self, block_id: int) -> Answer:
        """End a block."""
        return await self.call("DELETE", f"/users/me/blocked/{block_id}/")

    # ── conversations ────────────────────────────────────────────────────────────────────────────────────

    async def start_chat(self, username: str) -> Json:
        """Start a conversation with a user; the conversation."""
        return await self.body("POST", "/chat/", {"username": username})

    async def chats(self, **query: str | int) -> Json:
        """One page of conversations; `q` searches names, in hidden conversations as well."""
        return await self.body("GET", "/chat/", **query)

    async def chat(self, chat_id: int) -> Json:
        """A conversation with its number of unread messages."""
        return await self.body("GET", f"/chat/{chat_id}/")

    async def hide_chat(self, chat_id: int) -> Answer:
        """Hide a conversation until the player reads it or the other user writes."""
        return await self.call("DELETE", f"/chat/{chat_id}/")

    async def messages(self, chat_id: int, **query: str | int) -> Json:
        """One page of a conversation's messages, newest first; that marks them as read."""
        return await self.body("GET", f"/chat/{chat_id}/messages/", **query)

    async def send_message(self, chat_id: int, content: str, *, is_read: bool = False) -> Json:
        """Send a message; the message. `is_read`: the other user has the conversation open."""
        return await self.body("POST", f"/chat/{chat_id}/messages/", {"content": content, "is_read": is_read})

    # ── queues: they need an open stream ─────────────────────────────────────────────────────────────────

    async def join_duel(self) -> Answer:
        """Queue for a duel."""
        return await self.call("POST", "/play/duel/")

    async def leave_duel(self) -> Answer:
        """Leave the duel queue; `ApiError` 404 if the player isn't in it."""
        return await self.call("DELETE", "/play/duel/")

    async def join_ranked(self) -> Answer:
        """Queue for a ranked match; not for guests."""
        return await self.call("POST", "/play/ranked/")

    async def leave_ranked(self) -> Answer:
        """Leave the ranked queue; `ApiError` 404 if the player isn't in it."""
        return await self.call("DELETE", "/play/ranked/")

    # ── lobbies: creating and joining need an open stream ────────────────────────────────────────────────

    async def create_lobby(self, game_mode: str, **more: str) -> Json:
        """Create a `clash` or `custom_game` lobby, the latter with `match_type`."""
        return await self.body("POST", "/play/lobby/", {"game_mode": game_mode, **more})

    async def lobby(self) -> Json:
        """The player's lobby; `ApiError` 404 if there is none."""
        return await self.body("GET", "/play/lobby/")

    async def update_lobby(self, **settings: str) -> Json:
        """Change the `match_type` of the own custom game; the lobby."""
        return await self.body("PATCH", "/play/lobby/", settings)

    async def join_lobby(self, code: str) -> Json:
        """Join a lobby; the player as a participant."""
        return await self.body("POST", f"/play/lobby/{code}/")

    async def update_part(self, code: str, **part: str | bool) -> Json:
        """Change `team` or `is_ready` in a lobby; the player as a participant."""
        return await self.body("PATCH", f"/play/lobby/{code}/", part)

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
        """Send a message to all other participants of a lobby."""
        return await self.body("POST", f"/play/lobby/{code}/message/", {"content": content})

    # ── tournaments: creating and joining need an open stream ────────────────────────────────────────────

    async def create_tournament(self, name: str, size: int, *, private: bool = False) -> Json:
        """Create a tournament and join it."""
        return await self.body("POST", "/play/tournament/", {"name": name, "size": size, "private": private})

    async def tournament(self) -> Json:
        """The player's tournament; `ApiError` 404 if there is none."""
        return await self.body("GET", "/play/tournament/")

    async def played_tournament(self, tournament_id: int) -> Json:
        """A tournament that has started."""
        return await self.body("GET", f"/game/tournaments/{tournament_id}/")

    async def join_tournament(self, code: str) -> Json:
        """Join a tournament; the player as a participant."""
        return await self.body("POST", f"/play/tournament/{code}/")

    async def leave_tournament(self, code: str) -> Answer:
        """Leave a tournament; that loses a running match."""
        return await self.call("DELETE", f"/play/tournament/{code}/")

    async def ban_from_tournament(self, code: str, user_id: int) -> Answer:
        """Ban a participant from the own tournament."""
        return await self.call("DELETE", f"/play/tournament/{code}/ban/{user_id}/")

    async def invite_to_tournament(self, code: str, user_id: int) -> Answer:
        """Invite a friend to a tournament."""
        return await self.call("POST", f"/play/tournament/{code}/invite/{user_id}/")

    async def say_in_tournament(self, code: str, content: str) -> Json:
        """Send a message to all other participants of a tournament."""
        return await self.body("POST", f"/play/tournament/{code}/message/", {"content": content})

    async def search_tournaments(self, q: str = "", **query: str | int) -> Json:
        """One page of tournaments that haven't started."""
        return await self.body("GET", "/play/tournament/search/", q=q, **query)
