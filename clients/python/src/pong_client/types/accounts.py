"""Types of the area accounts. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pong_client.types.common import (
    DeletedUserInstance,
    LobbyParticipantInstance,
    MatchInstance,
    Matches,
    PlayedTournamentInstance,
    QueueTicket,
    SmallProfilePictureInstance,
    SmallUserInstance,
    Status,
    Teams,
    TournamentParticipantInstance,
)


class AccountData(TypedDict):
    """How the account is secured. Of the password this says only whether there is one."""

    has_password: bool
    password_changes: int
    new_friend_requests: list[int]
    """Received friend requests that weren't listed yet."""
    unread_chats: list[int]
    """Conversations with unread messages."""
    sessions: list[ExportedSession]


class Asked(TypedDict):
    """The user to ask."""

    username: str


class BlockedInstance(TypedDict):
    """A user whom you have blocked."""

    id: int
    blocked: SmallUserInstance
    blocked_at: str


class BlockedInstancePage(TypedDict):
    """A BlockedInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[BlockedInstance]


class Confirmation(TypedDict):
    """The password, to be sure."""

    password: NotRequired[str]


class ExportedChat(TypedDict):
    """A conversation in a user's file, with all its messages."""

    id: int
    chat_with: SmallUserInstance | DeletedUserInstance
    """The other user; `deleted-user` if they have blocked the user."""
    messages: list[ExportedMessage]
    """All messages, the newest first."""
    created_at: str
    view_chat: bool
    unread_messages: int


class ExportedFriendship(TypedDict):
    """A friendship, with the request that it came from."""

    id: int
    friend: SmallUserInstance
    friend_win: int
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning.
    """
    me_win: int
    friends_since: str
    matches_play_against: int
    matches_played_together: int
    matches_won_together: int
    sent_at: str
    sent_by: int


class ExportedLobby(TypedDict):
    """A lobby. Only its creator sees the banned users; for others `banned` is empty."""

    id: int
    participants: list[LobbyParticipantInstance]
    """In the order of joining."""
    is_full: bool
    is_ready: bool
    """Whether everyone who is to play is ready: a clash lobby then waits for others."""
    code: str
    max_participants: int
    created_at: str
    game_mode: Literal["clash", "custom_game"]
    match_type: Literal["1v1", "3v3"]
    game_playing: str | None
    """The code of the match that the lobby plays."""
    banned: list[int]


class ExportedMatch(TypedDict):
    """A match, with all that is kept of it."""

    id: int
    code: str
    game_mode: Literal["duel", "ranked", "clash", "custom_game", "tournament"]
    match_type: Literal["1v1", "3v3"]
    created_at: str
    game_duration: str
    """From creation to the end; of a running match, until now."""
    finished: bool
    teams: Teams
    winner: Literal["a", "b"] | None
    looser: Literal["a", "b"] | None
    tournament_id: int | None
    tournament_stage_id: int | None
    tournament_n: int | None
    finished_at: str | None
    finish_reason: str | None


class ExportedMessage(TypedDict):
    """A message in a user's file. Its author is `deleted-user` if they have blocked the user."""

    id: int
    chat_id: int
    author: SmallUserInstance | DeletedUserInstance
    content: str
    sent_at: str
    is_read: bool


class ExportedSession(TypedDict):
    """A session, with what is kept of its tokens."""

    id: str
    client: str
    created_at: str
    last_used: str
    ends_at: str
    """When all its tokens have expired."""
    rotations: int
    """How often its refresh token was replaced."""


class ExportedTournament(TypedDict):
    """A tournament. Only its creator sees the banned users; for others `banned` is empty."""

    id: int
    name: str
    participants: list[TournamentParticipantInstance]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool
    is_started: bool
    start_at: str | None
    """When the countdown ends; null while there is none."""
    code: str
    size: int
    created_at: str
    created_by: int
    matches: NotRequired[Matches | None]
    """Only once it has started."""
    banned: list[int]


class FriendInstance(TypedDict):
    """A friendship, seen from one side."""

    id: int
    friend: SmallUserInstance
    friend_win: int
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning.
    """
    me_win: int
    friends_since: str
    matches_play_against: int
    matches_played_together: int
    matches_won_together: int


class FriendInstancePage(TypedDict):
    """A FriendInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[FriendInstance]


class FriendRequestInstance(TypedDict):
    """A friend request without an answer yet."""

    id: int
    sender: SmallUserInstance
    receiver: SmallUserInstance
    send_at: str
    new: NotRequired[bool]
    """Only to the receiver: whether it wasn't listed yet."""


class FriendRequestInstancePage(TypedDict):
    """A FriendRequestInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[FriendRequestInstance]


class FriendsData(TypedDict):
    """Relations to others."""

    friends: list[ExportedFriendship]
    friend_requests_sent: list[FriendRequestInstance]
    friend_requests_received: list[FriendRequestInstance]
    blocked_users: list[BlockedInstance]


class GameData(TypedDict):
    """What was played."""

    matches: list[ExportedMatch]
    tournament: list[PlayedTournamentInstance]


class LogOut(TypedDict):
    """With `all`, every session of the user ends."""

    all: NotRequired[bool]


class Login(TypedDict):
    """Username, in any case, and password."""

    username: str
    password: str


class NewUser(TypedDict):
    """A username that nobody has, and a password."""

    username: str
    password: str


class Notifications(TypedDict):
    """The numbers of things that you haven't looked at."""

    friend_requests: int
    """Received friend requests that weren't listed yet."""
    chats: int
    """Conversations with unread messages."""


class PlaceData(TypedDict):
    """Where the user is just now."""

    event_streams: list[str]
    """The servers that hold an open event stream of yours."""
    last_online: str
    queue: QueueTicket | None
    lobby: ExportedLobby | None
    tournament: ExportedTournament | None
    hosted_tournament: int | None
    """The tournament that you have created and that isn't over, whether you are in it or not."""
    match: MatchInstance | None
    """The match being played."""


class ProfilePictureInstance(TypedDict):
    """A profile picture, as you see it."""

    id: int
    name: str
    unlock_reason: str
    unlock: bool
    is_equiped: bool
    url: str
    small: str
    medium: str
    large: str


class RankedStatsInstance(TypedDict):
    """One change of trophies and the total after it."""

    id: int
    trophies: int
    total_trophies: int
    at: str


class RankedStatsInstancePage(TypedDict):
    """A RankedStatsInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    previous: str | None
    results: list[RankedStatsInstance]


class Refresh(TypedDict):
    """The refresh token. With `rotate` the answer has its successor, too."""

    refresh: str
    rotate: NotRequired[bool]


class RefreshedTokens(TypedDict):
    """An access token; for a client that asked to rotate, the next refresh token as well."""

    access: str
    refresh: NotRequired[str]


class Registration(TypedDict):
    """A username, which may be the guest's own, and a password."""

    username: str
    password: str


class SessionInstance(TypedDict):
    """One login."""

    id: str
    client: str
    """The client's User-Agent."""
    created_at: str
    last_used: str
    """When it was last refreshed, to 5 minutes."""
    current: bool
    """Whether it is the session of this request."""


class Settings(TypedDict):
    """What to change; what isn't sent stays. A new password needs `old_password`."""

    username: NotRequired[str]
    password: NotRequired[str]
    old_password: NotRequired[str]
    accept_friend_request: NotRequired[bool]
    accept_chat_from: NotRequired[Literal["none", "friends_only", "everyone"]]


class StatsInstance(TypedDict):
    """One game mode, or all of them. Fields that a mode doesn't have are left out."""

    id: int
    game_mode: Literal["global", "duel", "clash", "ranked", "tournament"]
    game_played: int
    wins: int
    scored: int
    longest_win_streak: int
    current_win_streak: int
    own_goals: NotRequired[int]
    """Only in clash."""
    tournament_wins: NotRequired[int]
    """Only in tournament."""


class Tokens(TypedDict):
    """An access token, and a refresh token that gives new ones."""

    access: str
    refresh: str


class Unwanted(TypedDict):
    """Whom to block."""

    user_id: int


class UserData(TypedDict):
    """Everything held about a user."""

    user_data: UserMeInstance
    profile_pictures_data: list[ProfilePictureInstance]
    friends_data: FriendsData
    stats_data: list[StatsInstance]
    chat_data: list[ExportedChat]
    game_data: GameData
    trophies_data: list[RankedStatsInstance]
    """How your trophies changed."""
    account_data: AccountData
    place_data: PlaceData


class UserInstance(TypedDict):
    """A user, as another user sees them."""

    id: int
    username: str
    is_guest: bool
    profile_picture: SmallProfilePictureInstance
    status: Status
    trophies: int
    friends: FriendInstance | None
    """The friendship of the two, if there is one."""


class UserMeInstance(TypedDict):
    """Your own account."""

    id: int
    username: str
    is_guest: bool
    created_at: str
    profile_picture: SmallProfilePictureInstance
    accept_friend_request: bool
    accept_chat_from: Literal["none", "friends_only", "everyone"]
    trophies: int
    notifications: Notifications
    is_online: bool
    last_online: str
