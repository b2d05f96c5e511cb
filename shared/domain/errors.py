"""What can go wrong, in the domain's words; `shared/http/answers.py` gives each its status.

Every error carries a sentence for people (`detail`) and a stable snake_case `code` for programs
(behaviour.md, section 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """An answer other than success. `code` is part of the contract, `detail` is not."""

    code = "error"
    detail = "Something went wrong."

    def __init__(self, detail: str | None = None, code: str | None = None) -> None:
        self.detail = detail or type(self).detail
        self.code = code or type(self).code
        super().__init__(self.detail)


class Invalid(DomainError):
    """The request is well-formed but a field of it is not acceptable.

    `fields` maps a field's name to sentences; the key `detail` is for what belongs to no single field.
    """

    code = "invalid"
    detail = "Invalid request."

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = {name: list(texts) for name, texts in fields.items()}
        super().__init__("; ".join(text for texts in self.fields.values() for text in texts))

    @classmethod
    def field(cls, name: str, text: str) -> Invalid:
        """One sentence about one field."""
        return cls({name: [text]})


class Malformed(DomainError):
    """The body can't be read at all."""

    code = "malformed_body"
    detail = "The body must be a JSON object."


class Unauthenticated(DomainError):
    """Who is asking isn't established. The codes are the document's list and nothing else."""

    DETAILS: Mapping[str, str] = {
        "not_authenticated": "Authentication credentials were not provided.",
        "incorrect_password": "The password is incorrect.",
        "user_not_found": "The user of this token no longer exists.",
        "authentication_failed": "Authentication failed.",
        "sse_connection_required": "Connect to the event stream (/sse/users/) first.",
        "password_confirmation_required": "Confirm with your password: send it in the field 'password'.",
        "token_not_valid": "The token is invalid or has expired.",
    }

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(detail or self.DETAILS[code], code)


class Forbidden(DomainError):
    """Known, but not allowed."""

    code = "permission_denied"
    detail = "You do not have permission to perform this action."


class GuestNotAllowed(Forbidden):
    """Guests may not do this (behaviour.md, section 1)."""

    code = "guest_not_allowed"
    detail = "Guests cannot do this: register first (PUT /api/auth/register/guest/)."


class NotInMatch(Forbidden):
    """The match is somebody else's."""

    code = "not_in_match"
    detail = "This user does not play in this match."


class NotInChat(Forbidden):
    """No conversation has this id, or one of others, or one that a block hides."""

    code = "not_in_chat"
    detail = "You have no conversation with this id."


class NotTournamentMember(Forbidden):
    """The tournament is one that the user hasn't joined, or doesn't exist."""

    code = "not_in_tournament"
    detail = "You are not in this tournament."


class TournamentFull(Forbidden):
    """No place is left."""

    code = "tournament_full"
    detail = "This tournament is full."


class TournamentStarted(Forbidden):
    """What can be done before the start only."""

    code = "tournament_started"
    detail = "This tournament has started."


class AlreadyHosting(Forbidden):
    """Who has created a tournament waits for its end before the next one."""

    code = "already_hosting"
    detail = "You have created a tournament that isn't over yet."


class NotLobbyMember(Forbidden):
    """The caller isn't in the lobby that they want to do something in, or there is none."""

    code = "not_in_lobby"
    detail = "You are not in a lobby with this code."


class NotCreator(Forbidden):
    """Only who has made a place, or inherited it, may do this."""

    code = "not_creator"
    detail = "Only the creator can do this."


class LobbyFull(Forbidden):
    """Nobody else fits in."""

    code = "lobby_full"
    detail = "This lobby is full."


class TeamFull(Forbidden):
    """Nobody else fits into the team."""

    code = "team_full"
    detail = "This team is full."


class SpectatorNotReady(Forbidden):
    """Who watches has nothing to be ready for."""

    code = "spectator_not_ready"
    detail = "Spectators cannot be ready: join a team first."


class MatchRunning(Forbidden):
    """What a match depends on stays as it is while it runs."""

    code = "match_running"
    detail = "The match of this lobby is running."


class NotFound(DomainError):
    """No such thing, or none that the caller may know of."""

    code = "not_found"
    detail = "Not found."


class NoSuchUser(NotFound):
    """Nobody has this id, or who has it has blocked the caller."""

    code = "user_not_found"
    detail = "No such user."


class NoSuchRequest(NotFound):
    """The friend request doesn't exist, has ended, or is between others."""

    code = "friend_request_not_found"
    detail = "No such friend request."


class NoSuchFriendship(NotFound):
    """The friendship doesn't exist, has ended, or is between others."""

    code = "friendship_not_found"
    detail = "No such friendship."


class NoSuchBlock(NotFound):
    """The block doesn't exist, or is somebody else's."""

    code = "block_not_found"
    detail = "No such block."


class NoSuchMatch(NotFound):
    """There is no match with this id, or the user plays none."""

    code = "match_not_found"
    detail = "No such running match."


class NoSuchTournament(NotFound):
    """There is no such tournament, or none that the user may know of."""

    code = "tournament_not_found"
    detail = "No such tournament."


class NoCurrentTournament(NotFound):
    """The caller is in no tournament."""

    code = "in_no_tournament"
    detail = "You are in no tournament."


class NoSuchPicture(NotFound):
    """There is no picture with this number."""

    code = "picture_not_found"
    detail = "No such profile picture."


class NoSuchLobby(NotFound):
    """No lobby has this code, or it has banned the caller, or its creator has blocked them."""

    code = "lobby_not_found"
    detail = "No such lobby."


class NoCurrentLobby(NotFound):
    """The caller is in no lobby."""

    code = "in_no_lobby"
    detail = "You are in no lobby."


class NotParticipant(NotFound):
    """Somebody who is wanted isn't in the lobby or tournament."""

    code = "not_in_place"
    detail = "This user is not in it."


class NotInQueue(NotFound):
    """Who isn't in a queue can't leave it."""

    code = "not_in_queue"
    detail = "You are not in this queue."


class MethodNotAllowed(DomainError):
    """The path exists, the method on it doesn't. `allowed` goes into the `Allow` header (RFC 9110, 15.5.6)."""

    code = "method_not_allowed"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"Method {method} is not allowed here; use {' or '.join(self.allowed)}.")


class Conflict(DomainError):
    """The state of things forbids it now."""

    code = "conflict"
    detail = "This conflicts with the current state."


class AlreadyPlaying(Conflict):
    """Nobody plays two matches at a time (behaviour.md, section 5)."""

    code = "already_playing"
    detail = "You are playing a match."


class InTournament(Conflict):
    """Who may still win a tournament can't be elsewhere."""

    code = "in_tournament"
    detail = "You are still in a tournament that has started; leave it first."


class MatchFinished(Conflict):
    """A match ends once."""

    code = "match_finished"
    detail = "This match is already finished."


class TooLarge(DomainError):
    """The body is longer than the API reads."""

    code = "payload_too_large"
    detail = "The body is too large: 64 KiB at most."


class UriTooLong(DomainError):
    """The request's URI is over 8 KiB."""

    code = "uri_too_long"
    detail = "The URI is too long: 8 KiB at most."


class UnsupportedMediaType(DomainError):
    """A body that isn't JSON."""

    code = "unsupported_media_type"
    detail = "Send the body as application/json."


class Throttled(DomainError):
    """Lost a race that bounded retries did not resolve, or went over a rate limit. The detail is the document's."""

    code = "throttled"
    detail = "Request was throttled."


class Unavailable(DomainError):
    """A service that the answer needs doesn't answer."""

    code = "unavailable"
    detail = "The service is not available at the moment; try again."


class RaceLost(Exception):
    """Another writer was there first: whoever runs the use case runs it again from its first read."""
