"""A lobby and what can be done to it: pure rules (behaviour.md, section 5).

Every change is a function from a lobby to a `Change`: what the lobby has become, and who has to be told what. The
rules know users by id only; who they are, and how an event looks, is for others to say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from shared.domain.errors import (
    Forbidden,
    Invalid,
    LobbyFull,
    MatchRunning,
    NoSuchLobby,
    NotCreator,
    NotLobbyMember,
    NotParticipant,
    SpectatorNotReady,
    TeamFull,
)
from shared.domain.play.matches import MatchType

LobbyMode = Literal["clash", "custom_game"]
LobbyTeam = Literal["a", "b", "spectator"]

PLACES: Mapping[LobbyMode, int] = {"clash": 3, "custom_game": 8}
TEAM_SIZES: Mapping[MatchType, int] = {"1v1": 1, "3v3": 3}
PLAYING_TEAMS: tuple[LobbyTeam, LobbyTeam] = ("a", "b")


@dataclass(frozen=True, slots=True)
class Participant:
    """A user in a lobby. Clash lobbies are one team, which has no name."""

    id: int
    joined_at: datetime
    team: LobbyTeam | None = None
    ready: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """A lobby; its participants are in the order of their joining, and there is always one at least."""

    id: int
    code: str
    game_mode: LobbyMode
    match_type: MatchType
    created_at: datetime
    creator: int
    participants: tuple[Participant, ...]
    banned: frozenset[int] = frozenset()
    match_id: int | None = None
    """The match that the lobby plays."""
    match_code: str | None = None

    @property
    def user_ids(self) -> tuple[int, ...]:
        """Everyone in it, in the order of joining."""
        return tuple(participant.id for participant in self.participants)

    @property
    def max_participants(self) -> int:
        """How many it has room for."""
        return PLACES[self.game_mode]

    @property
    def is_full(self) -> bool:
        """Whether it has no room left."""
        return len(self.participants) >= self.max_participants

    @property
    def is_ready(self) -> bool:
        """Whether everyone who is to play is ready, and in a custom game both teams are full."""
        if self.game_mode == "clash":
            return all(participant.ready for participant in self.participants)
        return all(
            len(team) == TEAM_SIZES[self.match_type] and all(participant.ready for participant in team)
            for team in (self.team(name) for name in PLAYING_TEAMS)
        )

    def team(self, name: LobbyTeam) -> tuple[Participant, ...]:
        """Who is in a team, or watches, in the order of joining."""
        return tuple(participant for participant in self.participants if participant.team == name)

    def find(self, user_id: int) -> Participant | None:
        """A user's part in it, or None."""
        return next((participant for participant in self.participants if participant.id == user_id), None)

    def others(self, user_id: int) -> tuple[int, ...]:
        """Everyone in it but one."""
        return tuple(other for other in self.user_ids if other != user_id)

    def at_rest(self) -> Lobby:
        """The lobby with nobody ready: a match begins, or it isn't the group that they said yes to."""
        resting = tuple(replace(participant, ready=False) for participant in self.participants)
        return replace(self, participants=resting)

    def with_participant(self, changed: Participant) -> Lobby:
        """The lobby with one participant replaced."""
        return replace(
            self, participants=tuple(changed if p.id == changed.id else p for p in self.participants)
        )


NoticeName = Literal[
    "lobby-join",
    "lobby-leave",
    "lobby-banned",
    "lobby-update",
    "lobby-update-participant",
    "lobby-destroy",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """An event: who gets it, whom it is about, and which of their or the lobby's fields have changed."""

    event: NoticeName
    to: tuple[int, ...]
    about: int
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a lobby has become."""

    lobby: Lobby | None
    """None: it has ended."""
    notices: tuple[Notice, ...] = ()
    evicted: tuple[int, ...] = ()
    """Who was still in it as it ended."""


def open_lobby(
    id_: int, code: str, game_mode: LobbyMode, match_type: MatchType | None, creator: int, now: datetime
) -> Lobby:
    """A new lobby with its creator in it. A clash is 3v3; Invalid if something else is asked for."""
    if game_mode == "clash" and match_type not in (None, "3v3"):
        raise Invalid.field("match_type", "A clash is always 3v3.")
    team: LobbyTeam | None = None if game_mode == "clash" else "a"
    return Lobby(
        id=id_,
        code=code,
        game_mode=game_mode,
        match_type="3v3" if game_mode == "clash" else match_type or "1v1",
        created_at=now,
        creator=creator,
        participants=(Participant(creator, now, team),),
    )


def join(lobby: Lobby, user_id: int, now: datetime) -> Change:
    """A user comes in, into the first team with room. NoSuchLobby for a banned one; LobbyFull."""
    if user_id in lobby.banned:
        raise NoSuchLobby
    if lobby.is_full:
        raise LobbyFull
    joined = Participant(user_id, now, _team_with_room(lobby))
    notice = Notice("lobby-join", lobby.user_ids, user_id)
    return Change(replace(lobby, participants=(*lobby.participants, joined)), (notice,))


def _team_with_room(lobby: Lobby) -> LobbyTeam | None:
    if lobby.game_mode == "clash":
        return None
    room = (name for name in PLAYING_TEAMS if len(lobby.team(name)) < TEAM_SIZES[lobby.match_type])
    return next(room, "spectator")


def leave(lobby: Lobby, user_id: int, registered: Collection[int]) -> Change:
    """A user goes. `registered` are those of the others who are no guests: needed if the creator goes.

    Then the one of them who joined first becomes creator; where there is none, the lobby ends.
    """
    rest = lobby.others(user_id)
    heir = next((other for other in rest if other in registered), None)
    if user_id == lobby.creator and heir is None:
        notice = Notice("lobby-destroy", rest, user_id)
        return Change(None, (notice,) if rest else (), rest)
    left, notices = _without(lobby, user_id)
    if user_id != lobby.creator or heir is None:
        return Change(left, notices)
    about_heir = {"creator": True}
    told = tuple(notice for notice in notices if notice.about == heir)
    if told:  # the heir isn't ready any more, either: one event tells both
        about_heir |= told[0].fields
    rest_of_notices = tuple(notice for notice in notices[1:] if notice.about != heir)
    first = Notice("lobby-update-participant", rest, heir, about_heir)
    return Change(replace(left, creator=heir), (notices[0], first, *rest_of_notices))


def self_ban() -> Forbidden:
    """The 403 for banning oneself."""
    return Forbidden("You cannot ban yourself.", "self_ban")


def ban(lobby: Lobby, by: int, user_id: int) -> Change:
    """The creator sends a user away for good. NotParticipant if they aren't in it."""
    if by != lobby.creator:
        raise NotCreator
    if by == user_id:
        raise self_ban()
    if lobby.find(user_id) is None:
        raise NotParticipant
    left, notices = _without(lobby, user_id)
    banned = Notice("lobby-banned", (user_id,), user_id)
    return Change(replace(left, banned=left.banned | {user_id}), (banned, *notices))


def _without(lobby: Lobby, user_id: int) -> tuple[Lobby, tuple[Notice, ...]]:
    """The lobby without a user. In clash nobody is ready any more: it isn't the team that they said yes to."""
    staying = tuple(participant for participant in lobby.participants if participant.id != user_id)
    left = replace(lobby, participants=staying)
    gone = Notice("lobby-leave", left.user_ids, user_id)
    if lobby.game_mode != "clash":
        return left, (gone,)
    rested, notices = unready(left)
    return rested, (gone, *notices)


def unready(lobby: Lobby) -> tuple[Lobby, tuple[Notice, ...]]:
    """The lobby with nobody ready, which everyone is told."""
    notices = tuple(
        Notice("lobby-update-participant", lobby.user_ids, participant.id, {"is_ready": False})
        for participant in lobby.participants
        if participant.ready
    )
    return lobby.at_rest(), notices


def change_match_type(lobby: Lobby, by: int, match_type: MatchType) -> Change:
    """The creator of a custom game wants teams of another size; who has no room there any more watches."""
    if by != lobby.creator:
        raise NotCreator
    if lobby.match_id is not None:
        raise MatchRunning
    if match_type == lobby.match_type:
        return Change(lobby)
    changed = replace(lobby, match_type=match_type)
    notices = [Notice("lobby-update", lobby.others(by), by, {"match_type": match_type})]
    for name in PLAYING_TEAMS:
        for participant in lobby.team(name)[TEAM_SIZES[match_type] :]:
            watching = replace(participant, team="spectator", ready=False)
            changed = changed.with_participant(watching)
            # Everybody is told, the creator too: it may be the creator who was moved.
            notices.append(_update(lobby.user_ids, participant, watching))
    return Change(changed, tuple(notices))


def change_participant(
    lobby: Lobby, user_id: int, *, team: LobbyTeam | None = None, ready: bool | None = None
) -> Change:
    """A participant goes to another team, or is ready, or no longer; None is what stays as it is."""
    before = lobby.find(user_id)
    if before is None:
        raise NotLobbyMember
    if team is not None and lobby.game_mode == "clash":
        raise Invalid.field("team", "There are no teams to choose from in clash.")
    if lobby.match_id is not None:
        raise MatchRunning
    after = before if team is None else _moved(lobby, before, team)
    if ready is not None:
        after = replace(after, ready=ready)
    if after.team == "spectator" and after.ready:
        raise SpectatorNotReady
    if after == before:
        return Change(lobby)
    return Change(lobby.with_participant(after), (_update(lobby.others(user_id), before, after),))


def _moved(lobby: Lobby, participant: Participant, team: LobbyTeam) -> Participant:
    if team == participant.team:
        return participant
    if team == "spectator":
        return replace(participant, team=team, ready=False)
    if len(lobby.team(team)) >= TEAM_SIZES[lobby.match_type]:
        raise TeamFull
    return replace(participant, team=team)


def _update(to: tuple[int, ...], before: Participant, after: Participant) -> Notice:
    fields: dict[str, Any] = {}
    if after.team != before.team:
        fields["team"] = after.team
    if after.ready != before.ready:
        fields["is_ready"] = after.ready
    return Notice("lobby-update-participant", to, after.id, fields)
