"""Errors of accounts and profile pictures."""

from __future__ import annotations

from shared.domain.errors import AuthenticationFailed, Forbidden, Invalid, NotFound, TokenNotValid


class WrongCredentials(AuthenticationFailed):
    detail = "No account has this username and password."


class SessionEnded(TokenNotValid):
    detail = "The session of this token has ended: log in again."


class RefreshTokenReplaced(TokenNotValid):
    detail = "This refresh token was replaced twice since. Its session has ended, in case it was stolen."


class NoSuchSession(NotFound):
    code = "session_not_found"
    detail = "You have no such session."


class NameTaken(Invalid):
    def __init__(self) -> None:
        super().__init__({"username": ["This username is already taken."]})


class AlreadyRegistered(Forbidden):
    code = "already_registered"
    detail = "You are registered already."


class InMatch(Forbidden):
    code = "in_match"
    detail = "You cannot delete your account during a match."


class PictureLocked(Forbidden):
    code = "picture_locked"
    detail = "You have not unlocked this profile picture."


class NoSuchPicture(NotFound):
    code = "picture_not_found"
    detail = "No such profile picture."


class NoSuchUser(NotFound):
    """No user has this id or name, or its owner has blocked the caller."""

    code = "user_not_found"
    detail = "No such user."


class UsersNotConnected(NotFound):
    code = "nobody_connected"
    detail = "None of these users is connected."
