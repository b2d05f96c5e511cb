"""Errors of queues, matches, lobbies and tournaments."""

from __future__ import annotations

from shared.domain.errors import Conflict, Forbidden, NotFound

# ── queues and matches ───────────────────────────────────────────────────────────────────────────────────


class AlreadyPlaying(Conflict):
    code = "already_playing"
    detail = "You are playing a match."


class UsersPlaying(Conflict):
    """One of the users of a new match plays a match already."""

    code = "already_playing"
    detail = "One of the users is playing a match."


class NotInQueue(NotFound):
    code = "not_in_queue"
    detail = "You are not in this queue."


class NotInMatch(Forbidden):
    code = "not_in_match"
    detail = "This user does not play in this match."


class NoSuchMatch(NotFound):
    """No match has this id, or the user plays none."""

    code = "match_not_found"
    detail = "No such running match."


class TicketNotValid(Forbidden):
    """Not a ticket of this match, or of a user who may no longer watch it."""

    code = "ticket_not_valid"
    detail = "This ticket does not admit anyone to this match."


class MatchFinished(Conflict):
    code = "match_finished"
    detail = "This match is already finished."


# ── rooms: lobbies and tournaments alike ─────────────────────────────────────────────────────────────────


class NotCreator(Forbidden):
    code = "not_creator"
    detail = "Only the creator can do this."


class SelfBan(Forbidden):
    code = "self_ban"
    detail = "You cannot ban yourself."


class NotParticipant(NotFound):
    """The user to ban isn't in the room."""

    code = "not_in_place"
    detail = "This user is not in it."


class SelfInvitation(Forbidden):
    code = "self_invitation"
    detail = "You cannot invite yourself."


class NotFriends(Forbidden):
    code = "not_friends"
    detail = "You can invite friends only."


class UserBanned(Forbidden):
    """The room has banned the invited user, so they couldn't join it."""

    code = "user_banned"
    detail = "This user is banned from it."


class AlreadyThere(Conflict):
    """The invited user is in the room already."""

    code = "already_there"
    detail = "This user is in it already."


# ── lobbies ──────────────────────────────────────────────────────────────────────────────────────────────


class NoSuchLobby(NotFound):
    """No lobby has this code, or it has banned the caller, or its creator has blocked the caller."""

    code = "lobby_not_found"
    detail = "No such lobby."


class NoCurrentLobby(NotFound):
    code = "in_no_lobby"
    detail = "You are in no lobby."


class NotLobbyMember(Forbidden):
    """The lobby with this code isn't the caller's, or doesn't exist."""

    code = "not_in_lobby"
    detail = "You are not in a lobby with this code."


class LobbyFull(Forbidden):
    code = "lobby_full"
    detail = "This lobby is full."


class TeamFull(Forbidden):
    code = "team_full"
    detail = "This team is full."


class SpectatorNotReady(Forbidden):
    code = "spectator_not_ready"
    detail = "Spectators cannot be ready: join a team first."


class MatchRunning(Forbidden):
    """A lobby doesn't change while its match runs."""

    code = "match_running"
    detail = "The match of this lobby is running."


class BlockedPair(Forbidden):
    """A member of a clash lobby has blocked another one: no match has both."""

    code = "blocked_pair"
    detail = "One of you has blocked another: you cannot play clash together."


# ── tournaments ──────────────────────────────────────────────────────────────────────────────────────────


class NoSuchTournament(NotFound):
    """The tournament doesn't exist, or the caller may not know that it does."""

    code = "tournament_not_found"
    detail = "No such tournament."


class NoCurrentTournament(NotFound):
    code = "in_no_tournament"
    detail = "You are in no tournament."


class NotTournamentMember(Forbidden):
    """The tournament with this code isn't the caller's, or doesn't exist."""

    code = "not_in_tournament"
    detail = "You are not in this tournament."


class InTournament(Conflict):
    """A player who may still win a started tournament can't be elsewhere."""

    code = "in_tournament"
    detail = "You are still in a tournament that has started; leave it first."


class AlreadyHosting(Forbidden):
    """A user can have only one living tournament, even after leaving it."""

    code = "already_hosting"
    detail = "You have created a tournament that isn't over yet."


class TournamentFull(Forbidden):
    code = "tournament_full"
    detail = "This tournament is full."


class TournamentStarted(Forbidden):
    """Only possible before the start."""

    code = "tournament_started"
    detail = "This tournament has started."
