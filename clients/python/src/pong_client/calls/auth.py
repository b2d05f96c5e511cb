"""Operations of the tag auth. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Unpack

from pong_client.caller import AsyncCaller
from pong_client.types import LogOut, Login, NewUser, Refresh, RefreshedTokens, Registration, Tokens


class AsyncAuthCalls(AsyncCaller):
    """Operations of the tag auth."""

    async def create_guest(self) -> Tokens:
        """Play as a guest.

        The guest is named `Guest` and 6 digits, and can become a registered user later (`PUT
        /auth/register/guest/`).

        `POST /api/auth/guest/`, for anyone, without a token.
        """
        answer: Tokens = await self._call("POST", "/auth/guest/", anyone=True, session="begins")
        return answer

    async def log_in(self, **body: Unpack[Login]) -> Tokens:
        """Log in, which begins a session.

        You have 20 sessions at most: one more ends the one that you have not used for longest. The answer,
        and the time it takes, are the same for an unknown user and for a wrong password.

        `POST /api/auth/login/`, for anyone, without a token.
        """
        answer: Tokens = await self._call("POST", "/auth/login/", json=body, anyone=True, session="begins")
        return answer

    async def log_out(self, **body: Unpack[LogOut]) -> None:
        """Log out.

        The session of this token ends: its access and refresh tokens are refused, its event streams end.
        With `all`, so do all your sessions.

        `POST /api/auth/logout/`, for users and guests.
        """
        await self._call("POST", "/auth/logout/", json=body, session="ends")

    async def refresh_token(self, **body: Unpack[Refresh]) -> RefreshedTokens:
        """Get a new access token.

        The refresh token itself is the authentication. With `rotate` you get a new refresh token as well.
        A token that is one behind is taken, and answered with the current one; one that is further behind
        ends its session.

        `POST /api/auth/refresh/`, for anyone, without a token.
        """
        answer: RefreshedTokens = await self._call("POST", "/auth/refresh/", json=body, anyone=True)
        return answer

    async def register_user(self, **body: Unpack[NewUser]) -> Tokens:
        """Register.

        Usernames: 3 to 30 of `a-z A-Z 0-9 _ -`, unique whatever their case. Passwords: 8 to 50 of `a-z A-Z
        0-9 _-!@#$%^&*()`, not digits only, not a common one, not close to the username.

        `POST /api/auth/register/`, for anyone, without a token.
        """
        answer: Tokens = await self._call("POST", "/auth/register/", json=body, anyone=True, session="begins")
        return answer

    async def register_guest(self, **body: Unpack[Registration]) -> Tokens:
        """Register as the guest that you are.

        The id, the place you are in, your statistics and this session stay; your other sessions end. 403
        if you are registered already.

        `PUT /api/auth/register/guest/`, for users and guests. Refusals: 403 `already_registered`.
        """
        answer: Tokens = await self._call("PUT", "/auth/register/guest/", json=body, session="begins")
        return answer

    async def register_guest_patch(self, **body: Unpack[Registration]) -> Tokens:
        """Register as the guest that you are.

        The id, the place you are in, your statistics and this session stay; your other sessions end. 403
        if you are registered already.

        `PATCH /api/auth/register/guest/`, for users and guests. Refusals: 403 `already_registered`.
        """
        answer: Tokens = await self._call("PATCH", "/auth/register/guest/", json=body, session="begins")
        return answer
