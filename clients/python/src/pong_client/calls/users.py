"""Operations of the tag users. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Unpack

from pong_client.caller import AsyncCaller
from pong_client.types import (
    Asked,
    BlockedInstance,
    BlockedInstancePage,
    Confirmation,
    FriendInstance,
    FriendInstancePage,
    FriendRequestInstance,
    FriendRequestInstancePage,
    ProfilePictureInstance,
    RankedStatsInstancePage,
    SessionInstance,
    Settings,
    StatsInstance,
    Unwanted,
    UserExport,
    UserInstance,
    UserMeInstance,
)


class AsyncUsersCalls(AsyncCaller):
    """Operations of the tag users."""

    async def delete_me(self, **body: Unpack[Confirmation]) -> None:
        """Delete your account.

        Needs your password, and is refused during a match. Your name is free at once, every stream of
        yours gets `delete-user` and is closed; in other people's finished matches you are shown as
        `deleted-user`. Your friendships, friend requests and blocks end, and the others are told.

        `DELETE /api/users/me/`, for registered users, not guests. Refusals: 401 `incorrect_password`,
        `password_confirmation_required`; 403 `in_match`.
        """
        await self._call("DELETE", "/users/me/", json=body, session="ends")

    async def get_me(self) -> UserMeInstance:
        """Read yourself: profile, settings, notifications.

        `GET /api/users/me/`, for users and guests.
        """
        answer: UserMeInstance = await self._call("GET", "/users/me/")
        return answer

    async def update_me(
        self, *, idempotency_key: str | None = None, **body: Unpack[Settings]
    ) -> UserMeInstance:
        """Change your name, password or settings.

        Guests may change their name only. A new password ends all your sessions but this one.

        `PATCH /api/users/me/`, for users and guests.
        """
        answer: UserMeInstance = await self._call(
            "PATCH",
            "/users/me/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_blocked(
        self, *, limit: int | None = None, offset: int | None = None,
    ) -> BlockedInstancePage:
        """Read the users you block, the latest block first.

        `GET /api/users/me/blocked/`, for registered users, not guests.
        """
        answer: BlockedInstancePage = await self._call(
            "GET",
            "/users/me/blocked/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    async def block_user(
        self, *, idempotency_key: str | None = None, **body: Unpack[Unwanted]
    ) -> BlockedInstance:
        """Block a user: they can't find you any more, and matchmaking never brings you together.

        It ends your friendship or friend request. 404 for guests, and for users who have blocked you. At
        most 50.

        `POST /api/users/me/blocked/`, for registered users, not guests. Refusals: 403 `self_block`,
        `too_many_blocks`; 409 `already_blocked`.
        """
        answer: BlockedInstance = await self._call(
            "POST",
            "/users/me/blocked/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    async def unblock_user(self, blocked_id: int, *, idempotency_key: str | None = None) -> None:
        """End a block of yours; the id is the block's, not the user's.

        404 for one of others.

        `DELETE /api/users/me/blocked/{blocked_id}/`, for registered users, not guests. Refusals: 404
        `block_not_found`.
        """
        await self._call(
            "DELETE",
            f"/users/me/blocked/{self._part(blocked_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    async def download_data(self) -> UserExport:
        """Download everything that is held about you, as a JSON file.

        If it has more than 5 MB, 303 leads to the file, for an hour and without a token.

        `GET /api/users/me/download-data/`, for users and guests.
        """
        answer: UserExport = await self._call("GET", "/users/me/download-data/")
        return answer

    async def list_friend_requests(
        self, *, limit: int | None = None, offset: int | None = None,
    ) -> FriendRequestInstancePage:
        """Read the friend requests you have sent, without those that are answered, newest first.

        `GET /api/users/me/friend_requests/`, for registered users, not guests.
        """
        answer: FriendRequestInstancePage = await self._call(
            "GET",
            "/users/me/friend_requests/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    async def send_friend_request(
        self, *, idempotency_key: str | None = None, **body: Unpack[Asked]
    ) -> FriendRequestInstance:
        """Ask a user to be your friend.

        They get `receive-friend-request`.

        The name may be in any case. You can't find guests, or users who have blocked you. At most 20
        requests can be pending.

        `POST /api/users/me/friend_requests/`, for registered users, not guests. Refusals: 403
        `self_request`, `blocked_by_you`, `friend_requests_not_accepted`, `too_many_friend_requests`,
        `receiver_has_too_many_requests`; 409 `friend_request_exists`, `already_friends`.
        """
        answer: FriendRequestInstance = await self._call(
            "POST",
            "/users/me/friend_requests/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_received_requests(
        self, *, limit: int | None = None, offset: int | None = None,
    ) -> FriendRequestInstancePage:
        """Read the friend requests that you have received, newest first.

        Requests that are `new` on this page aren't `new` afterwards, and don't count in your notifications
        any more.

        `GET /api/users/me/friend_requests/received/`, for registered users, not guests.
        """
        answer: FriendRequestInstancePage = await self._call(
            "GET",
            "/users/me/friend_requests/received/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    async def end_friend_request(self, friend_request_id: int, *, idempotency_key: str | None = None) -> None:
        """Cancel a friend request that you have sent, or reject one that you have received.

        The other user gets `cancel-friend-request` or `reject-friend-request`.

        `DELETE /api/users/me/friend_requests/{friend_request_id}/`, for registered users, not guests.
        Refusals: 404 `friend_request_not_found`.
        """
        await self._call(
            "DELETE",
            f"/users/me/friend_requests/{self._part(friend_request_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    async def get_friend_request(self, friend_request_id: int) -> FriendRequestInstance:
        """Read a friend request that you have sent or received.

        404 for one between others.

        `GET /api/users/me/friend_requests/{friend_request_id}/`, for registered users, not guests.
        Refusals: 404 `friend_request_not_found`.
        """
        answer: FriendRequestInstance = await self._call(
            "GET",
            f"/users/me/friend_requests/{self._part(friend_request_id)}/",
        )
        return answer

    async def accept_friend_request(
        self, friend_request_id: int, *, idempotency_key: str | None = None,
    ) -> FriendInstance:
        """Accept a friend request that you have received.

        The sender gets `accept-friend-request`.

        The friendship has the id of the request. 403 for one that you have sent, 404 for one between
        others.

        `POST /api/users/me/friend_requests/{friend_request_id}/`, for registered users, not guests.
        Refusals: 403 `own_friend_request`, `too_many_friends`; 404 `friend_request_not_found`.
        """
        answer: FriendInstance = await self._call(
            "POST",
            f"/users/me/friend_requests/{self._part(friend_request_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_friends(
        self, *, online: bool | None = None, limit: int | None = None, offset: int | None = None,
    ) -> FriendInstancePage:
        """Read your friends, the latest request first.

        `GET /api/users/me/friends/`, for registered users, not guests.
        """
        answer: FriendInstancePage = await self._call(
            "GET",
            "/users/me/friends/",
            query={"online": online, "limit": limit, "offset": offset},
        )
        return answer

    async def remove_friend(self, friendship_id: int, *, idempotency_key: str | None = None) -> None:
        """End a friendship.

        The friend gets `delete-friend`. 404 for one between others.

        `DELETE /api/users/me/friends/{friendship_id}/`, for registered users, not guests. Refusals: 404
        `friendship_not_found`.
        """
        await self._call(
            "DELETE",
            f"/users/me/friends/{self._part(friendship_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    async def get_friend(self, friendship_id: int) -> FriendInstance:
        """Read a friendship of yours.

        404 for one between others.

        `GET /api/users/me/friends/{friendship_id}/`, for registered users, not guests. Refusals: 404
        `friendship_not_found`.
        """
        answer: FriendInstance = await self._call("GET", f"/users/me/friends/{self._part(friendship_id)}/")
        return answer

    async def end_other_sessions(self, *, idempotency_key: str | None = None) -> None:
        """End all your sessions but this one.

        `DELETE /api/users/me/sessions/`, for users and guests.
        """
        await self._call("DELETE", "/users/me/sessions/", keyed=True, idempotency_key=idempotency_key)

    async def list_sessions(self) -> list[SessionInstance]:
        """List your sessions: where you are logged in.

        The latest used first. `current` is the one that asks.

        `GET /api/users/me/sessions/`, for users and guests.
        """
        answer: list[SessionInstance] = await self._call("GET", "/users/me/sessions/")
        return answer

    async def end_session(self, session_id: str, *, idempotency_key: str | None = None) -> None:
        """End one of your sessions.

        Its access and refresh tokens are refused from now on, its event streams end.

        `DELETE /api/users/me/sessions/{session_id}/`, for users and guests. Refusals: 404
        `session_not_found`.
        """
        await self._call(
            "DELETE",
            f"/users/me/sessions/{self._part(session_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    async def list_stats(self) -> list[StatsInstance]:
        """Read your statistics: `global` first, then duel, clash, ranked and tournament.

        `GET /api/users/me/stats/`, for users and guests.
        """
        answer: list[StatsInstance] = await self._call("GET", "/users/me/stats/")
        return answer

    async def list_trophies(
        self, *, limit: int | None = None, offset: int | None = None,
    ) -> RankedStatsInstancePage:
        """Read how your trophies changed, oldest first, from the entry made at registration.

        `GET /api/users/me/stats/ranked/`, for users and guests.
        """
        answer: RankedStatsInstancePage = await self._call(
            "GET",
            "/users/me/stats/ranked/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    async def use_picture(self, id: int, *, idempotency_key: str | None = None) -> ProfilePictureInstance:
        """Use a profile picture that you have unlocked.

        `PUT /api/users/profile-picture/{id}/`, for users and guests. Refusals: 403 `picture_locked`; 404
        `picture_not_found`.
        """
        answer: ProfilePictureInstance = await self._call(
            "PUT",
            f"/users/profile-picture/{self._part(id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    async def list_pictures(self) -> list[ProfilePictureInstance]:
        """Read all profile pictures: the one that you use, then those that you have unlocked, then the
        others.

        `GET /api/users/profile-pictures/`, for users and guests.
        """
        answer: list[ProfilePictureInstance] = await self._call("GET", "/users/profile-pictures/")
        return answer

    async def get_user(self, user_id: int) -> UserInstance:
        """Read a user, and your friendship with them.

        Someone who has blocked you can't be found.

        `GET /api/users/{user_id}/`, for users and guests.
        """
        answer: UserInstance = await self._call("GET", f"/users/{self._part(user_id)}/")
        return answer
