"""The rules of lobbies, pure (docs/contract/lobbies.md).

Each function takes a lobby and returns a `LobbyChange`: the new lobby, and the events for its members. The rules know
users by id only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.domain.errors import Invalid
from shared.domain.play.errors import (
    LobbyFull,
    MatchRunning,
    NoSuchLobby,
    NotCreator,
    NotLobbyMember,
    NotParticipant,
    SelfBan,
    SpectatorNotReady,
    TeamFull,
)
from shared.domain.play.lobby import (
    PLAYING_TEAMS,
    TEAM_SIZES,
    Lobby,
    LobbyMode,
    LobbyTeam,
    Participant,
)
from shared.domain.play.matches import MatchType
from shared.domain.play.rooms import RoomEvent, blocks_of, without_blocks_of


@dataclass(frozen=True, slots=True)
class LobbyChange:
    """A lobby after a change."""

    lobby: Lobby | None
    """None: it has ended."""
    events: tuple[RoomEvent, ...] = ()
    evicted: tuple[int, ...] = ()
    """The members that an ended lobby still had."""


def open_lobby(
    id_: int, code: str, game_mode: LobbyMode, match_type: MatchType | None, creator: int, now: datetime
) -> Lobby:
    """A new lobby with its creator in it. Invalid for a clash that isn't 3v3."""
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


def join(lobby: Lobby, user_id: int, now: datetime, blocked: Collection[int] = ()) -> LobbyChange:
    """A user, who blocks some, joins the first team with room, or watches. NoSuchLobby if banned; LobbyFull."""
    if user_id in lobby.banned:
        raise NoSuchLobby
    if lobby.is_full:
        raise LobbyFull
    joined = Participant(user_id, now, _team_with_room(lobby))
    event = RoomEvent("lobby-join", lobby.user_ids, user_id)
    blocks = lobby.blocks | blocks_of(user_id, blocked)
    return LobbyChange(replace(lobby, participants=(*lobby.participants, joined), blocks=blocks), (event,))


def _team_with_room(lobby: Lobby) -> LobbyTeam | None:
    if lobby.game_mode == "clash":
        return None
    room = (name for name in PLAYING_TEAMS if len(lobby.team(name)) < TEAM_SIZES[lobby.match_type])
    return next(room, "spectator")


def leave(lobby: Lobby, user_id: int, registered: Collection[int]) -> LobbyChange:
    """A user leaves. `registered` are the other participants without the guests; only a leaving creator needs them.

    The first of them in the order of joining becomes creator; without one, the lobby ends.
    """
    others = lobby.others(user_id)
    successor = next((other for other in others if other in registered), None)
    if user_id == lobby.creator and successor is None:
        event = RoomEvent("lobby-destroy", others, user_id)
        return LobbyChange(None, (event,) if others else (), others)
    remaining, events = _without(lobby, user_id)
    if user_id != lobby.creator or successor is None:
        return LobbyChange(remaining, events)
    changes = {"creator": True}
    for event in events:
        if event.user_id == successor:  # unready as well: one event has both changes
            changes |= event.fields
    promoted = RoomEvent("lobby-update-participant", others, successor, changes)
    further = tuple(event for event in events[1:] if event.user_id != successor)
    return LobbyChange(replace(remaining, creator=successor), (events[0], promoted, *further))


def ban(lobby: Lobby, by: int, user_id: int) -> LobbyChange:
    """The creator bans a user. NotCreator, SelfBan; NotParticipant if the user isn't in it."""
    if by != lobby.creator:
        raise NotCreator
    if by == user_id:
        raise SelfBan
    if lobby.find(user_id) is None:
        raise NotParticipant
    remaining, events = remove(lobby, user_id)
    return LobbyChange(replace(remaining, banned=lobby.banned | {user_id}), events)


def remove(lobby: Lobby, user_id: int) -> tuple[Lobby, tuple[RoomEvent, ...]]:
    """Remove a member. They get the event of a ban, but may join again."""
    remaining, events = _without(lobby, user_id)
    return remaining, (RoomEvent("lobby-banned", (user_id,), user_id), *events)


def _without(lobby: Lobby, user_id: int) -> tuple[Lobby, tuple[RoomEvent, ...]]:
    """The lobby without a user. In clash the others become unready, because their team has changed."""
    others = tuple(participant for participant in lobby.participants if participant.id != user_id)
    remaining = replace(lobby, participants=others, blocks=without_blocks_of(user_id, lobby.blocks))
    leaving = RoomEvent("lobby-leave", remaining.user_ids, user_id)
    if lobby.game_mode != "clash":
        return remaining, (leaving,)
    remaining, events = unready(remaining)
    return remaining, (leaving, *events)


def unready(lobby: Lobby) -> tuple[Lobby, tuple[RoomEvent, ...]]:
    """The lobby with all participants unready, and the events of that."""
    events = tuple(
        RoomEvent("lobby-update-participant", lobby.user_ids, participant.id, {"is_ready": False})
        for participant in lobby.participants
        if participant.ready
    )
    return lobby.at_rest(), events


def change_match_type(lobby: Lobby, by: int, match_type: MatchType) -> LobbyChange:
    """The creator of a custom game changes the size of its teams; players without room become spectators."""
    if by != lobby.creator:
        raise NotCreator
    if lobby.match_id is not None:
        raise MatchRunning
    if match_type == lobby.match_type:
        return LobbyChange(lobby)
    changed = replace(lobby, match_type=match_type)
    events = [RoomEvent("lobby-update", lobby.others(by), by, {"match_type": match_type})]
    for name in PLAYING_TEAMS:
        for participant in lobby.team(name)[TEAM_SIZES[match_type] :]:
            watching = replace(participant, team="spectator", ready=False)
            changed = changed.with_participant(watching)
            # The creator gets it too: the change may have moved the creator.
            events.append(_update(lobby.user_ids, participant, watching))
    return LobbyChange(changed, tuple(events))


def change_participant(
    lobby: Lobby, user_id: int, *, team: LobbyTeam | None = None, ready: bool | None = None
) -> LobbyChange:
    """A participant changes team or readiness; None leaves either as it is."""
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
        return LobbyChange(lobby)
    return LobbyChange(lobby.with_participant(after), (_update(lobby.others(user_id), before, after),))


def _moved(lobby: Lobby, participant: Participant, team: LobbyTeam) -> Participant:
    if team == participant.team:
        return participant
    if team == "spectator":
        return replace(participant, team=team, ready=False)
    if len(lobby.team(team)) >= TEAM_SIZES[lobby.match_type]:
        raise TeamFull
    return replace(participant, team=team)


def _update(to: tuple[int, ...], before: Participant, after: Participant) -> RoomEvent:
    fields: dict[str, Any] = {}
    if after.team != before.team:
        fields["team"] = after.team
    if after.ready != before.ready:
        fields["is_ready"] = after.ready
    return RoomEvent("lobby-update-participant", to, after.id, fields)
