"""Types of the area events. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, Union

from pong_client.types.accounts import FriendInstance, FriendRequestInstance, ProfilePictureInstance
from pong_client.types.chat import MessageInstance
from pong_client.types.common import LobbyParticipantInstance, MatchInstance, TournamentParticipantInstance
from pong_client.types.play import TournamentInstance


class ByUser(TypedDict):
    """The user who did it."""

    username: str


class Ending(TypedDict):
    """A tournament and its winner; null if it has none."""

    id: int
    name: str
    username: str | None


class FriendshipId(TypedDict):
    """The friendship."""

    id: int


class Inviter(TypedDict):
    """The user who invites, and the code to join."""

    username: str
    code: str


class LobbyChange(TypedDict):
    """The new type of its matches."""

    match_type: Literal["1v1", "3v3"]


class MatchCode(TypedDict):
    """The match."""

    code: str


class MessageWords(TypedDict):
    """The author, the text, and the conversation."""

    username: str
    message: str
    chat_id: int


class ParticipantChange(TypedDict):
    """The participant, and those fields that have changed."""

    id: int
    creator: NotRequired[bool | None]
    team: NotRequired[Literal["a", "b", "spectator"]]
    is_ready: NotRequired[bool | None]


class PictureId(TypedDict):
    """The picture's number."""

    id: int


class PlaceCode(TypedDict):
    """A lobby or tournament, and the code to join it."""

    id: int
    code: str


class RequestBy(TypedDict):
    """The sender, and the request."""

    username: str
    id: int


class RequestId(TypedDict):
    """The friend request."""

    id: int


class ResultWords(TypedDict):
    """A result: names of the users and scores. A name is null where there is no such user."""

    winner: str | None
    looser: str | None
    score_winner: int
    score_looser: int
    finish_reason: Literal["normal-end", "player-disconnect", "player-not-connected", "players-timeout", "game-not-played", "no-game"]


class RoomText(TypedDict):
    """The author and the text."""

    id: int
    """The author."""
    content: str


RunningMatches: TypeAlias = "dict[str, str]"
"""The codes of the running matches by their ids."""


class StartTime(TypedDict):
    """A tournament, and when it starts; null if it doesn't."""

    id: int
    start_at: str | None


class UserId(TypedDict):
    """The user."""

    id: int


class VoidMatch(TypedDict):
    """The match."""

    code: str
    id: int


class UnknownEvent(TypedDict):
    """An event of a kind that this version of the client doesn't know."""

    service: str
    event_code: str
    type: str
    message: str
    target: list[Target] | None
    data: Any
    kwargs: Any


Event: TypeAlias = Union[
    "PingEvent",
    "ResyncEvent",
    "TokenExpiringEvent",
    "DeleteUserEvent",
    "ProfilePictureUnlockedEvent",
    "ReceiveMessageEvent",
    "GameStartEvent",
    "GameVoidEvent",
    "LobbySpectateGameEvent",
    "ReceiveFriendRequestEvent",
    "AcceptFriendRequestEvent",
    "RejectFriendRequestEvent",
    "CancelFriendRequestEvent",
    "DeleteFriendEvent",
    "LobbyJoinEvent",
    "LobbyLeaveEvent",
    "LobbyBannedEvent",
    "LobbyUpdateEvent",
    "LobbyUpdateParticipantEvent",
    "LobbyDestroyEvent",
    "LobbyMessageEvent",
    "TournamentJoinEvent",
    "TournamentLeaveEvent",
    "TournamentBannedEvent",
    "TournamentStartAtEvent",
    "TournamentStartCancelEvent",
    "TournamentStartEvent",
    "TournamentMatchFinishEvent",
    "TournamentAvailableSpectateMatchesEvent",
    "TournamentFinishEvent",
    "TournamentMessageEvent",
    "InviteClashEvent",
    "Invite1v1Event",
    "Invite3v3Event",
    "InviteTournamentEvent",
    "UnknownEvent",
]
"""What stands on the `data` line of an event, by its `event_code`.

Compare `event_code`, and type checkers know the rest.
"""


class Target(TypedDict):
    """What the receiver of an event can do about it."""

    url: str
    type: Literal["url", "api", "websocket"]
    method: str | None
    display_name: str | None
    display_icon: str | None


class PingEvent(TypedDict):
    """When: every 15 seconds. To: every stream, without an id."""

    service: Literal["auth"]
    event_code: Literal["ping"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class ResyncEvent(TypedDict):
    """When: missed events can't be sent in full: fetch the state anew. To: the stream that resumes."""

    service: Literal["auth"]
    event_code: Literal["resync"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class TokenExpiringEvent(TypedDict):
    """When: a minute before the stream's token expires: refresh, and resume. To: that stream, without an id.
    """

    service: Literal["auth"]
    event_code: Literal["token-expiring"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class DeleteUserEvent(TypedDict):
    """When: the account is deleted; it is the last event, and closes the streams (`data`: our choice). To:
    its user.
    """

    service: Literal["user"]
    event_code: Literal["delete-user"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: UserId
    kwargs: None


class ProfilePictureUnlockedEvent(TypedDict):
    """When: a picture is unlocked. To: its user."""

    service: Literal["user"]
    event_code: Literal["profile-picture-unlocked"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: ProfilePictureInstance
    kwargs: PictureId


class ReceiveMessageEvent(TypedDict):
    """When: a message is written, also if the receiver has the conversation open or hidden. To: the receiver.
    """

    service: Literal["chat"]
    event_code: Literal["receive-message"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: MessageInstance
    kwargs: MessageWords


class GameStartEvent(TypedDict):
    """When: a match starts, of whatever mode. To: its players."""

    service: Literal["game"]
    event_code: Literal["game-start"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: MatchInstance
    kwargs: None


class GameVoidEvent(TypedDict):
    """When: a match is void: no player came, or its time ran out at a tie. To: its players."""

    service: Literal["game"]
    event_code: Literal["game-void"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: VoidMatch
    kwargs: None


class LobbySpectateGameEvent(TypedDict):
    """When: the lobby's match starts. To: its spectators."""

    service: Literal["lobby"]
    event_code: Literal["lobby-spectate-game"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: MatchCode
    kwargs: None


class ReceiveFriendRequestEvent(TypedDict):
    """When: a request is sent. To: the receiver."""

    service: Literal["friends"]
    event_code: Literal["receive-friend-request"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: FriendRequestInstance
    kwargs: RequestBy


class AcceptFriendRequestEvent(TypedDict):
    """When: a request is accepted; `data` is the friendship as the sender sees it. To: the sender."""

    service: Literal["friends"]
    event_code: Literal["accept-friend-request"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: FriendInstance
    kwargs: ByUser


class RejectFriendRequestEvent(TypedDict):
    """When: a request is rejected; its receiver blocks the sender, or deletes the account. To: the sender."""

    service: Literal["friends"]
    event_code: Literal["reject-friend-request"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: RequestId
    kwargs: None


class CancelFriendRequestEvent(TypedDict):
    """When: a request is cancelled; its sender deletes the account. To: the receiver.

    When: its sender blocks the receiver of a request. To: both.
    """

    service: Literal["friends"]
    event_code: Literal["cancel-friend-request"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: RequestId
    kwargs: None


class DeleteFriendEvent(TypedDict):
    """When: a friendship ends: by one of the two, a block, a deletion. To: the other one."""

    service: Literal["friends"]
    event_code: Literal["delete-friend"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: FriendshipId
    kwargs: None


class LobbyJoinEvent(TypedDict):
    """When: a user joins. To: those already in it."""

    service: Literal["lobby"]
    event_code: Literal["lobby-join"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: LobbyParticipantInstance
    kwargs: ByUser


class LobbyLeaveEvent(TypedDict):
    """When: a participant leaves: on request, by joining elsewhere, going offline, deletion, ban, block. To:
    those who stay.
    """

    service: Literal["lobby"]
    event_code: Literal["lobby-leave"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: UserId
    kwargs: ByUser


class LobbyBannedEvent(TypedDict):
    """When: a participant is banned, or blocked by the creator. To: that user."""

    service: Literal["lobby"]
    event_code: Literal["lobby-banned"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class LobbyUpdateEvent(TypedDict):
    """When: `match_type` changes. To: everyone but the creator."""

    service: Literal["lobby"]
    event_code: Literal["lobby-update"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: LobbyChange
    kwargs: None


class LobbyUpdateParticipantEvent(TypedDict):
    """When: team or readiness change. To: everyone but the one who changed it.

    When: the creator leaves: the new creator, after `lobby-leave`. To: everyone who stays.

    When: a change of `match_type` makes a spectator; a departure from a clash lobby ends readiness. To:
    everyone.
    """

    service: Literal["lobby"]
    event_code: Literal["lobby-update-participant"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: ParticipantChange
    kwargs: None


class LobbyDestroyEvent(TypedDict):
    """When: the creator leaves only guests behind. To: those guests, without a `lobby-leave`."""

    service: Literal["lobby"]
    event_code: Literal["lobby-destroy"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class LobbyMessageEvent(TypedDict):
    """When: a message. To: everyone else in it without a block between them and the author."""

    service: Literal["lobby"]
    event_code: Literal["lobby-message"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: RoomText
    kwargs: ByUser


class TournamentJoinEvent(TypedDict):
    """When: a user joins, or comes back to watch. To: everyone else in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-join"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: TournamentParticipantInstance
    kwargs: ByUser


class TournamentLeaveEvent(TypedDict):
    """When: a participant leaves; goes offline before the start; is banned or deleted. To: those still in it.
    """

    service: Literal["tournament"]
    event_code: Literal["tournament-leave"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: UserId
    kwargs: ByUser


class TournamentBannedEvent(TypedDict):
    """When: a participant is banned, or blocked by the creator before the start. To: that user."""

    service: Literal["tournament"]
    event_code: Literal["tournament-banned"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: None
    kwargs: None


class TournamentStartAtEvent(TypedDict):
    """When: the countdown begins. To: everyone in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-start-at"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: StartTime
    kwargs: None


class TournamentStartCancelEvent(TypedDict):
    """When: the countdown is cancelled; `start_at` is null. To: everyone in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-start-cancel"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: StartTime
    kwargs: None


class TournamentStartEvent(TypedDict):
    """When: the tournament starts; byes stand as results. To: everyone in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-start"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: TournamentInstance
    kwargs: None


class TournamentMatchFinishEvent(TypedDict):
    """When: a result stands, one event each; byes right after `tournament-start`. To: everyone in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-match-finish"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: TournamentInstance
    kwargs: ResultWords


class TournamentAvailableSpectateMatchesEvent(TypedDict):
    """When: while matches run: a participant is eliminated, an eliminated one comes back, a stage begins. To:
    the eliminated user.
    """

    service: Literal["tournament"]
    event_code: Literal["tournament-available-spectate-matches"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: RunningMatches
    kwargs: None


class TournamentFinishEvent(TypedDict):
    """When: the tournament is over, right after the final's result. To: everyone in it."""

    service: Literal["tournament"]
    event_code: Literal["tournament-finish"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: None
    kwargs: Ending


class TournamentMessageEvent(TypedDict):
    """When: a message. To: everyone else in it without a block between them and the author."""

    service: Literal["tournament"]
    event_code: Literal["tournament-message"]
    type: Literal["event"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    data: RoomText
    kwargs: ByUser


class InviteClashEvent(TypedDict):
    """When: an invitation to a clash lobby. To: the friend."""

    service: Literal["invite"]
    event_code: Literal["invite-clash"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: PlaceCode
    kwargs: Inviter


class Invite1v1Event(TypedDict):
    """When: an invitation to a custom game, by its `match_type`. To: the friend."""

    service: Literal["invite"]
    event_code: Literal["invite-1v1"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: PlaceCode
    kwargs: Inviter


class Invite3v3Event(TypedDict):
    """When: an invitation to a custom game, by its `match_type`. To: the friend."""

    service: Literal["invite"]
    event_code: Literal["invite-3v3"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: PlaceCode
    kwargs: Inviter


class InviteTournamentEvent(TypedDict):
    """When: an invitation to a tournament. To: the friend."""

    service: Literal["invite"]
    event_code: Literal["invite-tournament"]
    type: Literal["notification"]
    """A person should see a notification."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it."""
    data: PlaceCode
    kwargs: Inviter
