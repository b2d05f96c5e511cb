"""Types of the area events. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, Union

from pong_client.types.accounts import FriendInstance, FriendRequestInstance, ProfilePictureInstance
from pong_client.types.chat import MessageInstance
from pong_client.types.common import (
    BracketMatchInstance,
    LobbyParticipantInstance,
    MatchInstance,
    Teams,
    TournamentParticipantInstance,
)
from pong_client.types.play import TournamentInstance
from pong_client.types.private import RunningMatchInstance


class ByUser(TypedDict):
    """The user who did it."""

    username: str
    """The user's name."""


class Ending(TypedDict):
    """A tournament and its winner; null if it has none."""

    id: int
    """The tournament's id."""
    name: str
    """The tournament's name."""
    username: str | None
    """The winner's name; null without one."""


class FinishedMatchInstance(TypedDict):
    """A finished match, and why it ended."""

    id: int
    """The match's id."""
    code: str
    """The match's code."""
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    """Where it comes from: a queue (`duel`, `ranked`), a lobby (`clash`, `custom_game`), a tournament."""
    match_type: Literal["1v1", "3v3"]
    """The size of the teams."""
    created_at: str
    """When it began."""
    game_duration: str
    """From creation to the end; of a running match, until now."""
    finished: bool
    """Whether it is over."""
    teams: Teams
    """Both sides, with scores and players."""
    winner: Literal["a", "b"] | None
    """The side that won; null while it runs."""
    looser: Literal["a", "b"] | None
    """The side that lost; null while it runs."""
    tournament_id: int | None
    """The tournament; null elsewhere."""
    tournament_stage_id: int | None
    """The tournament's stage, 4 being the final; null elsewhere."""
    tournament_n: int | None
    """Its number in the stage, from 1; null elsewhere."""
    finish_reason: Literal["normal-end", "player-disconnect", "player-not-connected", "players-timeout", "game-not-played", "no-game"]
    """Why it ended."""


class FriendshipId(TypedDict):
    """The friendship."""

    id: int
    """The friendship's id."""


class Inviter(TypedDict):
    """The user who invites, and the code to join."""

    username: str
    """The user's name."""
    code: str
    """The code to join by."""


class LobbyChange(TypedDict):
    """The new type of its matches."""

    match_type: Literal["1v1", "3v3"]
    """The size of the teams."""


class MatchCode(TypedDict):
    """The match."""

    code: str
    """The match's code."""


class MessageWords(TypedDict):
    """The author, the text, and the conversation."""

    username: str
    """The user's name."""
    message: str
    """The text."""
    chat_id: int
    """The conversation's id."""


class ParticipantChange(TypedDict):
    """The participant, and those fields that have changed."""

    id: int
    """The participant's id."""
    creator: NotRequired[bool | None]
    """Whether the user is the creator now; only if that changed."""
    team: NotRequired[Literal["a", "b", "spectator"]]
    """The team; only if it changed."""
    is_ready: NotRequired[bool | None]
    """Whether the user is ready to play; only if that changed."""


class PictureId(TypedDict):
    """The picture's number."""

    id: int
    """The picture's number."""


class PlaceCode(TypedDict):
    """A lobby or tournament, and the code to join it."""

    id: int
    """The id of the lobby or tournament."""
    code: str
    """The code to join by."""


class RequestBy(TypedDict):
    """The sender, and the request."""

    username: str
    """The user's name."""
    id: int
    """The request's id."""


class RequestId(TypedDict):
    """The friend request."""

    id: int
    """The request's id."""


class ResultWords(TypedDict):
    """A result: names of the users and scores. A name is null where there is no such user."""

    winner: str | None
    """The winner's name; null without one."""
    looser: str | None
    """The looser's name; null without one."""
    score_winner: int
    """The winner's points."""
    score_looser: int
    """The looser's points."""
    finish_reason: Literal["normal-end", "player-disconnect", "player-not-connected", "players-timeout", "game-not-played", "no-game"]
    """How the match ended, as in `BracketMatchInstance`."""


class RoomText(TypedDict):
    """The author and the text."""

    id: int
    """The author."""
    content: str
    """The text."""


RunningMatches: TypeAlias = "dict[str, str]"
"""The codes of the running matches by their ids."""


class StartTime(TypedDict):
    """A tournament, and when it starts; null if it doesn't."""

    id: int
    """The tournament's id."""
    start_at: str | None
    """When the countdown ends; null if it was stopped."""


class UserId(TypedDict):
    """The user."""

    id: int
    """The user's id."""


class VoidMatch(TypedDict):
    """The match."""

    code: str
    """The match's code."""
    id: int
    """The match's id."""


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


class UnknownMatchEvent(TypedDict):
    """An event of a kind that this version of the client doesn't know."""

    service: str
    event_code: str
    type: str
    message: str
    target: list[Target] | None
    data: Any
    kwargs: Any


MatchEvent: TypeAlias = Union[
    "PingEvent",
    "ResyncEvent",
    "TokenExpiringEvent",
    "MatchStartEvent",
    "MatchFinishEvent",
    "MatchVoidEvent",
    "UnknownMatchEvent",
]
"""What stands on the `data` line of an event of `/sse/matches/`, by its `event_code`.

Compare `event_code`, and type checkers know the rest.
"""


class Target(TypedDict):
    """What the receiver of an event can do about it."""

    url: str
    """The address; without a host, this API's or the front end's."""
    type: Literal["url", "api", "websocket"]
    """`url`: a page of the front end. `api`: a call of this API. `websocket`: a game server."""
    method: str | None
    """The call's method; null for pages and game servers."""
    display_name: str | None
    """What to write on a button; null without one."""
    display_icon: str | None
    """The path of an icon for the button; null without one."""


class PingEvent(TypedDict):
    """When: every 15 seconds. To: every stream, without an id."""

    service: Literal["auth"]
    """The part of the product that it comes from."""
    event_code: Literal["ping"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class ResyncEvent(TypedDict):
    """When: missed events can't be sent in full: fetch the state anew. To: the stream that resumes."""

    service: Literal["auth"]
    """The part of the product that it comes from."""
    event_code: Literal["resync"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TokenExpiringEvent(TypedDict):
    """When: a minute before the stream's token expires: refresh, and resume. To: that stream, without an id.
    """

    service: Literal["auth"]
    """The part of the product that it comes from."""
    event_code: Literal["token-expiring"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class DeleteUserEvent(TypedDict):
    """When: the account is deleted; it is the last event, and closes the streams (`data`: our choice). To:
    its user.
    """

    service: Literal["user"]
    """The part of the product that it comes from."""
    event_code: Literal["delete-user"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: UserId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class ProfilePictureUnlockedEvent(TypedDict):
    """When: a picture is unlocked. To: its user."""

    service: Literal["user"]
    """The part of the product that it comes from."""
    event_code: Literal["profile-picture-unlocked"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: ProfilePictureInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: PictureId
    """Names and numbers of which `message` and `target` are made."""


class ReceiveMessageEvent(TypedDict):
    """When: a message is written, also if the receiver has the conversation open or hidden. To: the receiver.
    """

    service: Literal["chat"]
    """The part of the product that it comes from."""
    event_code: Literal["receive-message"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: MessageInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: MessageWords
    """Names and numbers of which `message` and `target` are made."""


class GameStartEvent(TypedDict):
    """When: a match starts, of whatever mode. To: its players."""

    service: Literal["game"]
    """The part of the product that it comes from."""
    event_code: Literal["game-start"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: MatchInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class GameVoidEvent(TypedDict):
    """When: a match is void: no player came, or its time ran out at a tie. To: its players."""

    service: Literal["game"]
    """The part of the product that it comes from."""
    event_code: Literal["game-void"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: VoidMatch
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbySpectateGameEvent(TypedDict):
    """When: the lobby's match starts. To: its spectators."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-spectate-game"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: MatchCode
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class ReceiveFriendRequestEvent(TypedDict):
    """When: a request is sent. To: the receiver."""

    service: Literal["friends"]
    """The part of the product that it comes from."""
    event_code: Literal["receive-friend-request"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: FriendRequestInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: RequestBy
    """Names and numbers of which `message` and `target` are made."""


class AcceptFriendRequestEvent(TypedDict):
    """When: a request is accepted; `data` is the friendship as the sender sees it. To: the sender."""

    service: Literal["friends"]
    """The part of the product that it comes from."""
    event_code: Literal["accept-friend-request"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: FriendInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class RejectFriendRequestEvent(TypedDict):
    """When: a request is rejected; its receiver blocks the sender, or deletes the account. To: the sender."""

    service: Literal["friends"]
    """The part of the product that it comes from."""
    event_code: Literal["reject-friend-request"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RequestId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class CancelFriendRequestEvent(TypedDict):
    """When: a request is cancelled; its sender deletes the account. To: the receiver.

    When: its sender blocks the receiver of a request. To: both.
    """

    service: Literal["friends"]
    """The part of the product that it comes from."""
    event_code: Literal["cancel-friend-request"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RequestId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class DeleteFriendEvent(TypedDict):
    """When: a friendship ends: by one of the two, a block, a deletion. To: the other one."""

    service: Literal["friends"]
    """The part of the product that it comes from."""
    event_code: Literal["delete-friend"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: FriendshipId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbyJoinEvent(TypedDict):
    """When: a user joins. To: those already in it."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-join"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: LobbyParticipantInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class LobbyLeaveEvent(TypedDict):
    """When: a participant leaves: on request, by joining elsewhere, going offline, deletion, ban, block. To:
    those who stay.
    """

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-leave"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: UserId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class LobbyBannedEvent(TypedDict):
    """When: a participant is banned, or blocked by the creator. To: that user."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-banned"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbyUpdateEvent(TypedDict):
    """When: `match_type` changes. To: everyone but the creator."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-update"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: LobbyChange
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbyUpdateParticipantEvent(TypedDict):
    """When: team or readiness change. To: everyone but the one who changed it.

    When: the creator leaves: the new creator, after `lobby-leave`. To: everyone who stays.

    When: a change of `match_type` makes a spectator; a departure from a clash lobby ends readiness. To:
    everyone.
    """

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-update-participant"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: ParticipantChange
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbyDestroyEvent(TypedDict):
    """When: the creator leaves only guests behind. To: those guests, without a `lobby-leave`."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-destroy"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class LobbyMessageEvent(TypedDict):
    """When: a message. To: everyone else in it without a block between them and the author."""

    service: Literal["lobby"]
    """The part of the product that it comes from."""
    event_code: Literal["lobby-message"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RoomText
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class TournamentJoinEvent(TypedDict):
    """When: a user joins, or comes back to watch. To: everyone else in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-join"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: TournamentParticipantInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class TournamentLeaveEvent(TypedDict):
    """When: a participant leaves; goes offline before the start; is banned or deleted. To: those still in it.
    """

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-leave"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: UserId
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class TournamentBannedEvent(TypedDict):
    """When: a participant is banned, or blocked by the creator before the start. To: that user."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-banned"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TournamentStartAtEvent(TypedDict):
    """When: the countdown begins. To: everyone in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-start-at"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: StartTime
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TournamentStartCancelEvent(TypedDict):
    """When: the countdown is cancelled; `start_at` is null. To: everyone in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-start-cancel"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: StartTime
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TournamentStartEvent(TypedDict):
    """When: the tournament starts; byes stand as results. To: everyone in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-start"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: TournamentInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TournamentMatchFinishEvent(TypedDict):
    """When: a result stands, one event each; byes right after `tournament-start`. To: everyone in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-match-finish"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: TournamentInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ResultWords
    """Names and numbers of which `message` and `target` are made."""


class TournamentAvailableSpectateMatchesEvent(TypedDict):
    """When: while matches run: a participant is eliminated, an eliminated one comes back, a stage begins. To:
    the eliminated user.
    """

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-available-spectate-matches"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RunningMatches
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class TournamentFinishEvent(TypedDict):
    """When: the tournament is over, right after the final's result. To: everyone in it."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-finish"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: None
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: Ending
    """Names and numbers of which `message` and `target` are made."""


class TournamentMessageEvent(TypedDict):
    """When: a message. To: everyone else in it without a block between them and the author."""

    service: Literal["tournament"]
    """The part of the product that it comes from."""
    event_code: Literal["tournament-message"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RoomText
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: ByUser
    """Names and numbers of which `message` and `target` are made."""


class InviteClashEvent(TypedDict):
    """When: an invitation to a clash lobby. To: the friend."""

    service: Literal["invite"]
    """The part of the product that it comes from."""
    event_code: Literal["invite-clash"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: PlaceCode
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: Inviter
    """Names and numbers of which `message` and `target` are made."""


class Invite1v1Event(TypedDict):
    """When: an invitation to a custom game, by its `match_type`. To: the friend."""

    service: Literal["invite"]
    """The part of the product that it comes from."""
    event_code: Literal["invite-1v1"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: PlaceCode
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: Inviter
    """Names and numbers of which `message` and `target` are made."""


class Invite3v3Event(TypedDict):
    """When: an invitation to a custom game, by its `match_type`. To: the friend."""

    service: Literal["invite"]
    """The part of the product that it comes from."""
    event_code: Literal["invite-3v3"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: PlaceCode
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: Inviter
    """Names and numbers of which `message` and `target` are made."""


class InviteTournamentEvent(TypedDict):
    """When: an invitation to a tournament. To: the friend."""

    service: Literal["invite"]
    """The part of the product that it comes from."""
    event_code: Literal["invite-tournament"]
    """The kind of event."""
    type: Literal["notification"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: list[Target]
    """What the receiver can do about it; null if nothing."""
    data: PlaceCode
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: Inviter
    """Names and numbers of which `message` and `target` are made."""


class MatchStartEvent(TypedDict):
    """When: a match starts, of whatever mode. To: services that follow all matches."""

    service: Literal["game"]
    """The part of the product that it comes from."""
    event_code: Literal["match-start"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: RunningMatchInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class MatchFinishEvent(TypedDict):
    """When: a match has a winner. To: services that follow all matches."""

    service: Literal["game"]
    """The part of the product that it comes from."""
    event_code: Literal["match-finish"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: FinishedMatchInstance
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""


class MatchVoidEvent(TypedDict):
    """When: a match is removed without a result. To: services that follow all matches."""

    service: Literal["game"]
    """The part of the product that it comes from."""
    event_code: Literal["match-void"]
    """The kind of event."""
    type: Literal["event"]
    """`notification` if a person should see it, else `event`."""
    message: str
    """A sentence; empty where there is none."""
    target: None
    """What the receiver can do about it; null if nothing."""
    data: VoidMatch
    """The subject of the event. Its form depends on `event_code`."""
    kwargs: None
    """Names and numbers of which `message` and `target` are made."""
