"""Matches against the house: a user who asks gets one, at once, against an account of this server's own."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time

from pong_client import ApiError, AsyncPongService

from game.room import HOUSE_MODE, HOUSE_PREFIX
from game.rooms import Rooms
from game.settings import Settings

log = logging.getLogger("game.house")

MOST_ASKING = 8
"""Asks that the API is being asked about. More are refused: they would wait behind each other."""
PAUSE_SECONDS = 5.0
"""Between two asks of a user."""
MOST_TRIES = 3
"""Of accounts in an ask, of names for a new account."""


class Refused(Exception):
    """There is no match now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """For the client."""


class House:
    """The accounts of the house: guests, made as they are needed, one for each match at once.

    Their tokens are dropped: to put them into matches a service needs their ids only.
    """

    def __init__(self, api: AsyncPongService, settings: Settings, rooms: Rooms) -> None:
        self.accounts: list[int] = []
        self._api = api
        self._settings = settings
        self._rooms = rooms
        self._making = 0
        self._taken: set[int] = set()
        """Accounts whose matches are being made."""
        self._asked: dict[int, float] = {}
        """When each user has asked, for the length of a pause."""
        self._asking = asyncio.Semaphore(MOST_ASKING)

    @property
    def is_open(self) -> bool:
        """Whether it plays at all."""
        return self._settings.game_house_matches > 0

    async def play(self, token: str) -> None:
        """Put the user with this access token into a match; `game-start` tells where.

        Raises Refused, what the API refuses with, and UnreachableError.
        """
        if self._asking.locked():
            raise Refused("house_busy")
        async with self._asking:
            # The API knows whose token it is: this server can check no signature, and keeps no token.
            user = (await self._api.call("GET", "/users/me/", token=token)).body
            self._pause(user["id"])
            if not user["is_online"]:
                raise Refused("sse_connection_required")
            await self._begin(user["id"])

    def _pause(self, user_id: int) -> None:
        now = time.monotonic()
        self._asked = {asked: at for asked, at in self._asked.items() if now - at < PAUSE_SECONDS}
        if user_id in self._asked:
            raise Refused("throttled")
        self._asked[user_id] = now

    async def _begin(self, user_id: int) -> None:
        """Begin a match with an account that isn't playing.

        The API takes the user out of the queue and refuses those who play, in one transaction: nothing is checked here.
        """
        tried = set[int]()
        while len(tried) < MOST_TRIES:
            account = self._free(tried) or await self._new()
            tried.add(account)
            self._taken.add(account)
            try:
                match = await self._api.create_match(
                    game_mode=HOUSE_MODE, teams={"a": [{"id": user_id}], "b": [{"id": account}]}
                )
            except ApiError as refusal:
                if refusal.code == "already_playing" and not await self._plays(user_id):
                    continue  # The account does: its match isn't in the rooms yet.
                if refusal.status != 400:
                    raise
                self.accounts.remove(account)  # A guest ends some day.
                raise Refused("house_busy") from None
            else:
                log.info("match=%d user=%d against the house", match["id"], user_id)
                return
            finally:
                self._taken.discard(account)
        raise Refused("house_busy")

    def _free(self, tried: set[int]) -> int | None:
        """An account that plays no match that is known here."""
        rooms = self._rooms.by_code.values()
        playing = {player.id for room in rooms if room.house is not None for player in room.players}
        busy = playing | tried | self._taken
        return next((account for account in self.accounts if account not in busy), None)

    async def _plays(self, user_id: int) -> bool:
        try:
            await self._api.get_running_match(user_id)
        except ApiError as refusal:
            if refusal.code != "match_not_found":
                raise
            return False
        return True

    async def _new(self) -> int:
        """A new guest with a name of the house. Raises Refused if there are enough."""
        if len(self.accounts) + self._making >= self._settings.game_house_matches:
            raise Refused("house_busy")
        self._making += 1
        try:
            account = await self._made()
        finally:
            self._making -= 1
        self.accounts.append(account)
        return account

    async def _made(self) -> int:
        tokens = (await self._api.call("POST", "/auth/guest/", anyone=True)).body
        for _ in range(MOST_TRIES):
            name = f"{HOUSE_PREFIX}{secrets.randbelow(1_000_000):06}"
            try:
                renamed = await self._api.call(
                    "PATCH", "/users/me/", json={"username": name}, token=tokens["access"]
                )
            except ApiError as refusal:
                if refusal.status != 400:  # the name is taken
                    raise
            else:
                return int(renamed.body["id"])
        raise Refused("house_busy")
