"""A player: one account and its calls, through the Python client (clients/python).

Example::

    async with AsyncPong("https://localhost:4443", ca=".local/4443/ca.pem") as api:
        ann, bob = await Player.register(api), await Player.guest(api)
        async with ann.connect() as events, bob.connect():
            await ann.join_duel()
            await bob.join_duel()
            start = await events.next("game-start")
"""

from collections.abc import Callable, Mapping
from typing import Any, Self

from pong_client import Answer, AsyncPong, StreamSettings, TokenPair

from demo.event_log import EventLog, Received
from demo.names import new_password, new_username

Json = dict[str, Any]

STREAM = StreamSettings(longest_wait=5.0)
"""A stack that is started again is soon there."""


def plain(body: Mapping[str, Any]) -> Json:
    """A typed body as the JSON object that it is."""
    return dict(body)


class Player:
    """Make it with `register`, `guest` or `login`. Its requests use the connections of another client, `api`."""

    def __init__(self, api: AsyncPong, username: str = "", password: str | None = None) -> None:
        self.pong = AsyncPong(api.url, http=api.http, retries=api.retries)
        self.username = username
        self.password = password
        """None for a guest."""
        self.id = 0
        """Known after `me`, which `register`, `guest` and `login` call."""

    def __str__(self) -> str:
        return self.username

    @classmethod
    async def register(cls, api: AsyncPong, username: str | None = None, password: str | None = None) -> Self:
        """Sign up. Name and password are random by default."""
        username = username or new_username()
        password = password or new_password(username)
        player = cls(api, username, password)
        await player.pong.register_user(username=username, password=password)
        await player.me()
        return player

    @classmethod
    async def guest(cls, api: AsyncPong) -> Self:
        """Play without an account."""
        player = cls(api)
        await player.pong.create_guest()
        await player.me()
        return player

    @classmethod
    async def login(cls, api: AsyncPong, username: str, password: str) -> Self:
        """Log in to an existing account."""
        player = cls(api, username, password)
        await player.pong.log_in(username=username, password=password)
        await player.me()
        return player

    @property
    def tokens(self) -> TokenPair:
        """The present tokens. ValueError once the session has ended."""
        if self.pong.tokens is None:
            raise ValueError(f"{self} has no session")
        return self.pong.tokens

    async def call(self, method: str, path: str, **more: Any) -> Answer:
        """The whole answer to any request of the player: `AsyncPong.call`."""
        return await self.pong.call(method, path, **more)

    def connect(
        self, watch: Callable[[Received], None] = lambda _: None, last_event_id: str = ""
    ) -> EventLog:
        """A stream of this player's events: open it with `async with` or `await stream.open()`.

        A player may have several streams at a time.
        """
        return EventLog(self.pong.events(last_event_id=last_event_id, settings=STREAM), watch)

    async def renew(self) -> None:
        """Get a new access token now; calls and streams do so by themselves."""
        await self.pong.renew()

    # ── account ──────────────────────────────────────────────────────────────────────────────────────────

    async def become_registered(self, username: str | None = None, password: str | None = None) -> None:
        """Turn this guest into a registered user, who keeps id and statistics."""
        username = username or new_username()
        password = password or new_password(username)
        await self.pong.register_guest(username=username, password=password)
        self.username, self.password = username, password

    async def me(self) -> Json:
        """The own account; also takes over id and name from it."""
        body = plain(await self.pong.get_me())
        self.id, self.username = body["id"], body["username"]
        return body

    async def update(self, **fields: Any) -> Json:
        """PATCH of the own account: username, password with old_password, accept_…"""
        body = plain(await self.pong.update_me(**fields))
        self.username = body["username"]
        self.password = fields.get("password", self.password)
        return body

    async def delete_account(self) -> None:
        """Delete the account for good."""
        await self.pong.delete_me(**({"password": self.password} if self.password else {}))

    async def user(self, user_id: int) -> Json:
        """Another user as this player sees them."""
        return plain(await self.pong.get_user(user_id))

    async def stats(self) -> dict[str, Json]:
        """Statistics by game mode; `global` is over all of them."""
        return {entry["game_mode"]: plain(entry) for entry in await self.pong.list_stats()}

    async def trophy_changes(self, **query: Any) -> Json:
        """One page of the changes of the player's trophies, oldest first."""
        return plain(await self.pong.list_trophies(**query))

    async def matches(self, user_id: int | None = None, **query: Any) -> Json:
        """One page of the finished matches of a user (None: the player), newest first."""
        return plain(await self.pong.list_matches(self.id if user_id is None else user_id, **query))

    # ── relations ────────────────────────────────────────────────────────────────────────────────────────

    async def ask(self, username: str) -> Json:
        """Send a friend request to a user; the request."""
        return plain(await self.pong.send_friend_request(username=username))

    async def accept(self, request_id: int) -> Json:
        """Accept a received friend request; the friendship."""
        return plain(await self.pong.accept_friend_request(request_id))

    async def end_request(self, request_id: int) -> None:
        """Cancel a sent friend request, or reject a received one."""
        await self.pong.end_friend_request(request_id)

    async def requests(self, *, received: bool = False, **query: Any) -> Json:
        """One page of the sent or the received friend requests."""
        if received:
            return plain(await self.pong.list_received_requests(**query))
        return plain(await self.pong.list_friend_requests(**query))

    async def friends(self, **query: Any) -> Json:
        """One page of friends; `online` filters."""
        return plain(await self.pong.list_friends(**query))

    async def remove_friend(self, friendship_id: int) -> None:
        """End a friendship."""
        await self.pong.remove_friend(friendship_id)

    async def block(self, user_id: int) -> Json:
        """Block a user; the block."""
        return plain(await self.pong.block_user(user_id=user_id))

    async def unblock(self, block_id: int) -> None:
        """End a block."""
        await self.pong.unblock_user(block_id)

    # ── conversations ────────────────────────────────────────────────────────────────────────────────────

    async def start_chat(self, username: str) -> Json:
        """Start a conversation with a user; the conversation."""
        return plain(await self.pong.create_chat(username=username))

    async def chats(self, **query: Any) -> Json:
        """One page of conversations; `q` searches names, in hidden conversations as well."""
        return plain(await self.pong.list_chats(**query))

    async def chat(self, chat_id: int) -> Json:
        """A conversation with its number of unread messages."""
        return plain(await self.pong.get_chat(chat_id))

    async def hide_chat(self, chat_id: int) -> None:
        """Hide a conversation until the player reads it or the other user writes."""
        await self.pong.hide_chat(chat_id)

    async def messages(self, chat_id: int, **query: Any) -> Json:
        """One page of a conversation's messages, newest first; that marks them as read."""
        return plain(await self.pong.list_messages(chat_id, **query))

    async def send_message(self, chat_id: int, content: str, *, is_read: bool = False) -> Json:
        """Send a message; the message. `is_read`: the other user has the conversation open."""
        return plain(await self.pong.send_message(chat_id, content=content, is_read=is_read))

    # ── queues: they need an open stream ─────────────────────────────────────────────────────────────────

    async def join_duel(self) -> Json:
        """Queue for a duel; the place in the queue."""
        return plain(await self.pong.join_duel())

    async def leave_duel(self) -> None:
        """Leave the duel queue; `ApiError` 404 if the player isn't in it."""
        await self.pong.leave_duel()

    async def join_ranked(self) -> Json:
        """Queue for a ranked match, not for guests; the place in the queue."""
        return plain(await self.pong.join_ranked())

    async def leave_ranked(self) -> None:
        """Leave the ranked queue; `ApiError` 404 if the player isn't in it."""
        await self.pong.leave_ranked()

    # ── lobbies: creating and joining need an open stream ────────────────────────────────────────────────

    async def create_lobby(self, game_mode: Any, **more: Any) -> Json:
        """Create a `clash` or `custom_game` lobby, the latter with `match_type`."""
        return plain(await self.pong.create_lobby(game_mode=game_mode, **more))

    async def lobby(self) -> Json:
        """The player's lobby; `ApiError` 404 if there is none."""
        return plain(await self.pong.get_lobby())

    async def update_lobby(self, **settings: Any) -> Json:
        """Change the `match_type` of the own custom game; the lobby."""
        return plain(await self.pong.update_lobby(**settings))

    async def join_lobby(self, code: str) -> Json:
        """Join a lobby; the player as a participant."""
        return plain(await self.pong.join_lobby(code))

    async def update_part(self, code: str, **part: Any) -> Json:
        """Change `team` or `is_ready` in a lobby; the player as a participant."""
        return plain(await self.pong.update_participant(code, **part))

    async def leave_lobby(self, code: str) -> None:
        """Leave a lobby."""
        await self.pong.leave_lobby(code)

    async def ban_from_lobby(self, code: str, user_id: int) -> None:
        """Ban a participant from the own lobby."""
        await self.pong.ban_from_lobby(code, user_id)

    async def invite_to_lobby(self, code: str, user_id: int) -> None:
        """Invite a friend to the own lobby."""
        await self.pong.invite_to_lobby(code, user_id)

    async def say_in_lobby(self, code: str, content: str) -> Json:
        """Send a message to all other participants of a lobby."""
        return plain(await self.pong.send_lobby_message(code, content=content))

    # ── tournaments: creating and joining need an open stream ────────────────────────────────────────────

    async def create_tournament(self, name: str, size: Any, *, private: bool = False) -> Json:
        """Create a tournament and join it."""
        return plain(await self.pong.create_tournament(name=name, size=size, private=private))

    async def tournament(self) -> Json:
        """The player's tournament; `ApiError` 404 if there is none."""
        return plain(await self.pong.get_tournament())

    async def played_tournament(self, tournament_id: int) -> Json:
        """A tournament that has started."""
        return plain(await self.pong.get_played_tournament(tournament_id))

    async def join_tournament(self, code: str) -> Json:
        """Join a tournament; the player as a participant."""
        return plain(await self.pong.join_tournament(code))

    async def leave_tournament(self, code: str) -> None:
        """Leave a tournament; that loses a running match."""
        await self.pong.leave_tournament(code)

    async def ban_from_tournament(self, code: str, user_id: int) -> None:
        """Ban a participant from the own tournament."""
        await self.pong.ban_from_tournament(code, user_id)

    async def invite_to_tournament(self, code: str, user_id: int) -> None:
        """Invite a friend to a tournament."""
        await self.pong.invite_to_tournament(code, user_id)

    async def say_in_tournament(self, code: str, content: str) -> Json:
        """Send a message to all other participants of a tournament."""
        return plain(await self.pong.send_tournament_message(code, content=content))

    async def search_tournaments(self, q: str = "", **query: Any) -> Json:
        """One page of tournaments that haven't started."""
        return plain(await self.pong.search_tournaments(q=q, **query))
