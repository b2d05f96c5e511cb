"""Types of the area accounts. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pong_client.types.common import (
    BracketMatchInstance,
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
    """Whether there is a password; guests have none."""
    password_changes: int
    """How often the password was changed."""
    new_friend_requests: list[int]
    """Received friend requests that weren't listed yet."""
    unread_chats: list[int]
    """Conversations with unread messages."""
    sessions: list[ExportedSession]
    """Your sessions."""


class Asked(TypedDict):
    """The user to ask."""

    username: str
    """The receiver's name, in any case."""


class BlockedInstance(TypedDict):
    """A user whom you have blocked."""

    id: int
    """The block's id: end the block with it."""
    blocked: SmallUserInstance
    """The user whom you have blocked."""
    blocked_at: str
    """When you blocked them."""


class BlockedInstancePage(TypedDict):
    """A BlockedInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[BlockedInstance]
    """This page's part of the list."""


class Confirmation(TypedDict):
    """The password, to be sure."""

    password: NotRequired[str]
    """Your password."""


class ExportedChat(TypedDict):
    """A conversation in a user's file, with all its messages."""

    id: int
    """The conversation's id."""
    chat_with: SmallUserInstance | DeletedUserInstance
    """The other user; `deleted-user` if they have blocked the user."""
    messages: list[ExportedMessage]
    """All messages, the newest first."""
    created_at: str
    """When it was started."""
    view_chat: bool
    """Whether you see it in your list."""
    unread_messages: int
    """Messages of the other user that you haven't read."""


class ExportedFriendship(TypedDict):
    """A friendship, with the request that it came from."""

    id: int
    """The friendship's id."""
    friend: SmallUserInstance
    """The other user."""
    friend_win: int
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning.
    """
    me_win: int
    """Matches that you have won against the friend."""
    friends_since: str
    """When the request was accepted."""
    matches_play_against: int
    """Matches that you played on different sides."""
    matches_played_together: int
    """Matches that you played on the same side."""
    matches_won_together: int
    """Matches that you won on the same side."""
    sent_at: str
    """When the friend request was sent."""
    sent_by: int
    """The user who sent the friend request."""


class ExportedLobby(TypedDict):
    """A lobby. Only its creator sees the banned users; for others `banned` is empty."""

    id: int
    """The lobby's id."""
    participants: list[LobbyParticipantInstance]
    """In the order of joining."""
    is_full: bool
    """Whether nobody can join any more."""
    is_ready: bool
    """Whether everyone who is to play is ready: a clash lobby then waits for others."""
    code: str
    """The code to join by."""
    max_participants: int
    """How many users can be in it."""
    created_at: str
    """When it was made."""
    game_mode: Literal["clash", "custom_game"]
    """`clash` is a team of 3 that waits for another; `custom_game` has two teams and spectators."""
    match_type: Literal["1v1", "3v3"]
    """The size of the teams."""
    game_playing: str | None
    """The code of the match that the lobby plays."""
    banned: list[int]
    """The banned users."""


class ExportedMatch(TypedDict):
    """A match, with all that is kept of it."""

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
    finished_at: str | None
    """When it ended; null while it runs."""
    finish_reason: str | None
    """How it ended, as in `BracketMatchInstance`; null while it runs."""


class ExportedMessage(TypedDict):
    """A message in a user's file. Its author is `deleted-user` if they have blocked the user."""

    id: int
    """The message's id."""
    chat_id: int
    """The conversation's id."""
    author: SmallUserInstance | DeletedUserInstance
    """The user who wrote it."""
    content: str
    """The text."""
    sent_at: str
    """When it was written."""
    is_read: bool
    """Whether its receiver has read it."""


class ExportedSession(TypedDict):
    """A session, with what is kept of its tokens."""

    id: str
    """The session's id."""
    client: str
    """The client's User-Agent."""
    created_at: str
    """When you logged in."""
    last_used: str
    """When it was last refreshed, to 5 minutes."""
    ends_at: str
    """When all its tokens have expired."""
    rotations: int
    """How often its refresh token was replaced."""


class ExportedTournament(TypedDict):
    """A tournament. Only its creator sees the banned users; for others `banned` is empty."""

    id: int
    """The tournament's id."""
    name: str
    """The tournament's name."""
    participants: list[TournamentParticipantInstance]
    """Who is in it, to play or to watch, in the order of joining."""
    private: bool
    """Whether only its code leads to it, not the search."""
    is_started: bool
    """Whether it has started."""
    start_at: str | None
    """When the countdown ends; null while there is none."""
    code: str
    """The code to join by."""
    size: int
    """How many can play."""
    created_at: str
    """When it was made."""
    created_by: int
    """The creator's id."""
    matches: NotRequired[Matches | None]
    """Only once it has started."""
    banned: list[int]
    """The banned users."""


class FriendInstance(TypedDict):
    """A friendship, seen from one side."""

    id: int
    """The friendship's id."""
    friend: SmallUserInstance
    """The other user."""
    friend_win: int
    """Matches that the friend has won against you. All these numbers count from the friendship's beginning.
    """
    me_win: int
    """Matches that you have won against the friend."""
    friends_since: str
    """When the request was accepted."""
    matches_play_against: int
    """Matches that you played on different sides."""
    matches_played_together: int
    """Matches that you played on the same side."""
    matches_won_together: int
    """Matches that you won on the same side."""


class FriendInstancePage(TypedDict):
    """A FriendInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[FriendInstance]
    """This page's part of the list."""


class FriendRequestInstance(TypedDict):
    """A friend request without an answer yet."""

    id: int
    """The request's id."""
    sender: SmallUserInstance
    """The user who sent it."""
    receiver: SmallUserInstance
    """The user who can accept it."""
    send_at: str
    """When it was sent."""
    new: NotRequired[bool]
    """Only to the receiver: whether it wasn't listed yet."""


class FriendRequestInstancePage(TypedDict):
    """A FriendRequestInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[FriendRequestInstance]
    """This page's part of the list."""


class FriendsData(TypedDict):
    """Relations to others."""

    friends: list[ExportedFriendship]
    """Your friends."""
    friend_requests_sent: list[FriendRequestInstance]
    """Friend requests that you sent."""
    friend_requests_received: list[FriendRequestInstance]
    """Friend requests that you received."""
    blocked_users: list[BlockedInstance]
    """Users whom you have blocked."""


class GameData(TypedDict):
    """What was played."""

    matches: list[ExportedMatch]
    """Your matches."""
    tournament: list[PlayedTournamentInstance]
    """The tournaments that you played."""


class LogOut(TypedDict):
    """With `all`, every session of the user ends."""

    all: NotRequired[bool]
    """Whether all sessions end, or only this one."""


class Login(TypedDict):
    """Username, in any case, and password."""

    username: str
    """The name, in any case."""
    password: str
    """The password."""


class NewUser(TypedDict):
    """A username that nobody has, and a password."""

    username: str
    """The name to have."""
    password: str
    """The password to log in with."""


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
    """When you last came or went."""
    queue: QueueTicket | None
    """Your place in a queue; null without one."""
    lobby: ExportedLobby | None
    """The lobby that you are in; null without one."""
    tournament: ExportedTournament | None
    """The tournament that you are in; null without one."""
    hosted_tournament: int | None
    """The tournament that you have created and that isn't over, whether you are in it or not."""
    match: MatchInstance | None
    """The match being played."""


class ProfilePictureInstance(TypedDict):
    """A profile picture, as you see it."""

    id: int
    """The picture's number, from 1."""
    name: str
    """The picture's name."""
    unlock_reason: str
    """How the picture is unlocked."""
    unlock: bool
    """Whether you have unlocked it."""
    is_equiped: bool
    """Whether you use it."""
    url: str
    """The path of the picture in full size."""
    small: str
    """The path of the picture at 64 pixels."""
    medium: str
    """The path of the picture at 128 pixels."""
    large: str
    """The path of the picture at 256 pixels."""


class RankedStatsInstance(TypedDict):
    """One change of trophies and the total after it."""

    id: int
    """The change's id."""
    trophies: int
    """The change; negative after a defeat."""
    total_trophies: int
    """The trophies after it."""
    at: str
    """When they changed."""


class RankedStatsInstancePage(TypedDict):
    """A RankedStatsInstancePage."""

    count: int
    """How many there are in all."""
    next: str | None
    """The URL of the next page; null at the end."""
    previous: str | None
    """The URL of the page before; null at the start."""
    results: list[RankedStatsInstance]
    """This page's part of the list."""


class Refresh(TypedDict):
    """The refresh token. With `rotate` the answer has its successor, too."""

    refresh: str
    """The refresh token."""
    rotate: NotRequired[bool]
    """Whether to get the next refresh token, too."""


class RefreshedTokens(TypedDict):
    """An access token; for a client that asked to rotate, the next refresh token as well."""

    access: str
    """The access token, good for 30 minutes."""
    refresh: NotRequired[str]
    """The next refresh token, only with `rotate`: it takes the place of the one that you sent."""


class Registration(TypedDict):
    """A username, which may be the guest's own, and a password."""

    username: str
    """The name to have from now on."""
    password: str
    """The password to log in with."""


class SessionInstance(TypedDict):
    """One login."""

    id: str
    """The session's id."""
    client: str
    """The client's User-Agent."""
    created_at: str
    """When you logged in."""
    last_used: str
    """When it was last refreshed, to 5 minutes."""
    current: bool
    """Whether it is the session of this request."""


class Settings(TypedDict):
    """What to change; what isn't sent stays. A new password needs `old_password`."""

    username: NotRequired[str]
    """The new name."""
    password: NotRequired[str]
    """The new password."""
    old_password: NotRequired[str]
    """The present password; needed for a new one."""
    accept_friend_request: NotRequired[bool]
    """Whether others may send you friend requests."""
    accept_chat_from: NotRequired[Literal["none", "friends_only", "everyone"]]
    """Who may start a conversation with you; `none` is nobody."""


class StatsInstance(TypedDict):
    """One game mode, or all of them. Fields that a mode doesn't have are left out."""

    id: int
    """An id of this line."""
    game_mode: Literal["global", "duel", "clash", "ranked", "tournament"]
    """The mode; `global` is all of them."""
    game_played: int
    """Finished matches."""
    wins: int
    """Matches won."""
    scored: int
    """Points scored."""
    longest_win_streak: int
    """The most matches won in a row."""
    current_win_streak: int
    """Matches won since the last defeat."""
    own_goals: NotRequired[int]
    """Only in clash."""
    tournament_wins: NotRequired[int]
    """Only in tournament."""


class Tokens(TypedDict):
    """An access token, and a refresh token that gives new ones."""

    access: str
    """The access token, good for 30 minutes."""
    refresh: str
    """The refresh token, for `POST /api/auth/refresh/`."""


class Unwanted(TypedDict):
    """Whom to block."""

    user_id: int
    """The user's id."""


class UserExport(TypedDict):
    """Everything held about a user."""

    user_data: UserMeInstance
    """Your account."""
    profile_pictures_data: list[ProfilePictureInstance]
    """The profile pictures, as you see them."""
    friends_data: FriendsData
    """Your relations to others."""
    stats_data: list[StatsInstance]
    """Your statistics, by game mode."""
    chat_data: list[ExportedChat]
    """Your conversations, with all messages."""
    game_data: GameData
    """What you played."""
    trophies_data: list[RankedStatsInstance]
    """How your trophies changed."""
    account_data: AccountData
    """How the account is secured."""
    place_data: PlaceData
    """Where you are just now."""


class UserInstance(TypedDict):
    """A user, as another user sees them."""

    id: int
    """The user's id."""
    username: str
    """The user's name."""
    is_guest: bool
    """Whether the user plays without having registered."""
    profile_picture: SmallProfilePictureInstance
    """The picture that the user uses."""
    status: Status
    """Whether the user is online and playing."""
    trophies: int
    """The user's trophies, won and lost in ranked matches."""
    friends: FriendInstance | None
    """The friendship of the two, if there is one."""


class UserMeInstance(TypedDict):
    """Your own account."""

    id: int
    """Your id."""
    username: str
    """Your name."""
    is_guest: bool
    """Whether you play without having registered."""
    created_at: str
    """When the account was made."""
    profile_picture: SmallProfilePictureInstance
    """The picture that you use."""
    accept_friend_request: bool
    """Whether others may send you friend requests."""
    accept_chat_from: Literal["none", "friends_only", "everyone"]
    """Who may start a conversation with you; `none` is nobody."""
    trophies: int
    """Your trophies, won and lost in ranked matches."""
    notifications: Notifications
    """How many things wait to be looked at."""
    is_online: bool
    """Whether you have an open event stream."""
    last_online: str
    """When you last came or went."""
