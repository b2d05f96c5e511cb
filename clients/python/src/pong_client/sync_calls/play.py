"""Operations of the tag play. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Unpack

from pong_client.sync_caller import Caller
from pong_client.types import (
    FoundTournamentPage,
    LobbyInstance,
    LobbyMessage,
    LobbyParticipantInstance,
    LobbySettings,
    MatchInstancePage,
    MatchToJoinInstance,
    NewLobby,
    NewTournament,
    Part,
    PlayedTournamentInstance,
    QueueTicket,
    RoomMessage,
    TournamentInstance,
    TournamentMessage,
    TournamentParticipantInstance,
)


class PlayCalls(Caller):
    """Operations of the tag play."""

    def list_matches(
        self, user_id: int, *, limit: int | None = None, offset: int | None = None,
    ) -> MatchInstancePage:
        """Read the finished matches of a user, newest first.

        Someone who has blocked you can't be found.

        `GET /api/game/matches/{user_id}/`, for users and guests.
        """
        answer: MatchInstancePage = self._call(
            "GET",
            f"/game/matches/{self._part(user_id)}/",
            query={"limit": limit, "offset": offset},
        )
        return answer

    def get_played_tournament(self, tournament_id: int) -> PlayedTournamentInstance:
        """Read a tournament that has started, also when it is over, with all its results.

        404 before the start.

        `GET /api/game/tournaments/{tournament_id}/`, for users and guests. Refusals: 404
        `tournament_not_found`.
        """
        answer: PlayedTournamentInstance = self._call(
            "GET",
            f"/game/tournaments/{self._part(tournament_id)}/",
        )
        return answer

    def leave_duel(self, *, idempotency_key: str | None = None) -> None:
        """Leave the duel queue.

        404 if you aren't in it.

        `DELETE /api/play/duel/`, for users and guests. Refusals: 404 `not_in_queue`.
        """
        self._call("DELETE", "/play/duel/", keyed=True, idempotency_key=idempotency_key)

    def join_duel(self, *, idempotency_key: str | None = None) -> QueueTicket:
        """Queue for a duel.

        You leave any other queue, lobby or unstarted tournament. As soon as there is an opponent, both of
        you get `game-start`. Asking again keeps your place in the queue. 409 while you play a match.

        `POST /api/play/duel/`, for users and guests. Refusals: 401 `sse_connection_required`; 409
        `already_playing`, `in_tournament`.
        """
        answer: QueueTicket = self._call("POST", "/play/duel/", keyed=True, idempotency_key=idempotency_key)
        return answer

    def get_lobby(self) -> LobbyInstance:
        """Read the lobby that you are in.

        404 if you are in none.

        `GET /api/play/lobby/`, for users and guests. Refusals: 404 `in_no_lobby`.
        """
        answer: LobbyInstance = self._call("GET", "/play/lobby/")
        return answer

    def update_lobby(
        self, *, idempotency_key: str | None = None, **body: Unpack[LobbySettings]
    ) -> LobbyInstance:
        """Change the size of the teams of your custom game.

        From `3v3` to `1v1`, all but the first of each team become spectators. The others get
        `lobby-update`. If everyone who is left to play is ready, the match starts. 403 if you aren't the
        creator, and while its match runs; 405 in clash.

        `PATCH /api/play/lobby/`, for users and guests. Refusals: 403 `not_creator`, `match_running`; 404
        `in_no_lobby`; 405 `method_not_allowed`; 409 `already_playing`.
        """
        answer: LobbyInstance = self._call(
            "PATCH",
            "/play/lobby/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def create_lobby(self, *, idempotency_key: str | None = None, **body: Unpack[NewLobby]) -> LobbyInstance:
        """Make a lobby and be its creator.

        A `clash` lobby is a team of up to 3, a `custom_game` has two teams and spectators, 8 users in all.
        You leave any queue, other lobby or unstarted tournament. 409 while you play a match.

        `POST /api/play/lobby/`, for registered users, not guests. Refusals: 401 `sse_connection_required`;
        409 `already_playing`, `in_tournament`.
        """
        answer: LobbyInstance = self._call(
            "POST",
            "/play/lobby/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def leave_lobby(self, code: str, *, idempotency_key: str | None = None) -> None:
        """Leave a lobby, also while its match runs: that goes on.

        The others get `lobby-leave`. When the creator leaves, the registered participant who joined first
        becomes creator; with only guests left the lobby ends, and they get `lobby-destroy`.

        `DELETE /api/play/lobby/{code}/`, for users and guests. Refusals: 403 `not_in_lobby`.
        """
        self._call("DELETE", f"/play/lobby/{self._part(code)}/", keyed=True, idempotency_key=idempotency_key)

    def update_participant(
        self, code: str, *, idempotency_key: str | None = None, **body: Unpack[Part]
    ) -> LobbyParticipantInstance:
        """Change your team in a lobby, be ready for its match, or be no longer.

        The others get `lobby-update-participant`. When everyone who plays is ready, and in a custom game
        both teams are full, the match starts: players get `game-start`, spectators `lobby-spectate-game`,
        and nobody is ready any more.

        `PATCH /api/play/lobby/{code}/`, for users and guests. Refusals: 403 `not_in_lobby`, `team_full`,
        `spectator_not_ready`, `match_running`, `blocked_pair`; 409 `already_playing`.
        """
        answer: LobbyParticipantInstance = self._call(
            "PATCH",
            f"/play/lobby/{self._part(code)}/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def join_lobby(self, code: str, *, idempotency_key: str | None = None) -> LobbyParticipantInstance:
        """Join a lobby by its code.

        In a custom game you get into the first team with room, or watch. You leave any queue, other lobby
        or unstarted tournament. The others get `lobby-join`. 404 also if the lobby has banned you, or its
        creator has blocked you; 403 if it is full, or you have blocked its creator; 409 while you play a
        match.

        `POST /api/play/lobby/{code}/`, for users and guests. Refusals: 401 `sse_connection_required`; 403
        `lobby_full`, `blocked_by_you`; 404 `lobby_not_found`; 409 `already_playing`, `in_tournament`.
        """
        answer: LobbyParticipantInstance = self._call(
            "POST",
            f"/play/lobby/{self._part(code)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def ban_from_lobby(self, code: str, user_id: int, *, idempotency_key: str | None = None) -> None:
        """Send a participant of your lobby away for good: to them, it no longer exists.

        They get `lobby-banned`, the others `lobby-leave`. 404 if they aren't in it.

        `DELETE /api/play/lobby/{code}/ban/{user_id}/`, for registered users, not guests. Refusals: 403
        `not_in_lobby`, `not_creator`, `self_ban`; 404 `not_in_place`.
        """
        self._call(
            "DELETE",
            f"/play/lobby/{self._part(code)}/ban/{self._part(user_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    def invite_to_lobby(self, code: str, user_id: int, *, idempotency_key: str | None = None) -> None:
        """Invite a friend to your lobby: they get `invite-clash`, `invite-1v1` or `invite-3v3`.

        `POST /api/play/lobby/{code}/invite/{user_id}/`, for registered users, not guests. Refusals: 403
        `not_in_lobby`, `not_creator`, `self_invitation`, `not_friends`, `user_banned`; 409
        `already_there`.
        """
        self._call(
            "POST",
            f"/play/lobby/{self._part(code)}/invite/{self._part(user_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    def send_lobby_message(
        self, code: str, *, idempotency_key: str | None = None, **body: Unpack[LobbyMessage]
    ) -> RoomMessage:
        """Say something to everybody in the lobby: the others get `lobby-message`.

        It is kept nowhere.

        1 to 1000 characters, not counting spaces at both ends.

        `POST /api/play/lobby/{code}/message/`, for users and guests. Refusals: 403 `not_in_lobby`.
        """
        answer: RoomMessage = self._call(
            "POST",
            f"/play/lobby/{self._part(code)}/message/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def get_match(self, code: str) -> MatchToJoinInstance:
        """Read a running match that you play or may watch, with the address of the game and your ticket in
        it.

        You may watch the matches of your lobby and of your tournament. 404 for any other match, and once
        it is over.

        `GET /api/play/match/{code}/`, for users and guests. Refusals: 404 `match_not_found`.
        """
        answer: MatchToJoinInstance = self._call("GET", f"/play/match/{self._part(code)}/")
        return answer

    def leave_ranked(self, *, idempotency_key: str | None = None) -> None:
        """Leave the ranked queue.

        404 if you aren't in it.

        `DELETE /api/play/ranked/`, for registered users, not guests. Refusals: 404 `not_in_queue`.
        """
        self._call("DELETE", "/play/ranked/", keyed=True, idempotency_key=idempotency_key)

    def join_ranked(self, *, idempotency_key: str | None = None) -> QueueTicket:
        """Queue for a ranked match.

        You leave any other queue, lobby or unstarted tournament. Your opponent is the one nearest to you
        by trophies, at most 50 apart, and 50 more for every 10 seconds that the longer waiting one of you
        has waited. As soon as there is one, both of you get `game-start`. Asking again keeps your place in
        the queue. 409 while you play a match.

        `POST /api/play/ranked/`, for registered users, not guests. Refusals: 401
        `sse_connection_required`; 409 `already_playing`, `in_tournament`.
        """
        answer: QueueTicket = self._call("POST", "/play/ranked/", keyed=True, idempotency_key=idempotency_key)
        return answer

    def get_tournament(self) -> TournamentInstance:
        """Read the tournament that you are in, from the start on with its bracket.

        404 if you are in none.

        Once it is over, `GET /game/tournaments/<id>/` shows it.

        `GET /api/play/tournament/`, for users and guests. Refusals: 404 `in_no_tournament`.
        """
        answer: TournamentInstance = self._call("GET", "/play/tournament/")
        return answer

    def create_tournament(
        self, *, idempotency_key: str | None = None, **body: Unpack[NewTournament]
    ) -> TournamentInstance:
        """Make a tournament and be in it.

        You leave any queue, lobby or other unstarted tournament. 403 as long as another tournament of
        yours isn't over, even if you have left it; 409 while you play a match or may still win a
        tournament.

        `POST /api/play/tournament/`, for registered users, not guests. Refusals: 401
        `sse_connection_required`; 403 `already_hosting`; 409 `already_playing`, `in_tournament`.
        """
        answer: TournamentInstance = self._call(
            "POST",
            "/play/tournament/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def search_tournaments(
        self, *, q: str | None = None, limit: int | None = None, offset: int | None = None,
    ) -> FoundTournamentPage:
        """Find tournaments that haven't started by a part of their name, whatever its case, the newest first.

        Only their creator finds private ones. You don't find those that have banned you, nor those of
        creators whom you have blocked or who have blocked you.

        `GET /api/play/tournament/search/`, for users and guests.
        """
        answer: FoundTournamentPage = self._call(
            "GET",
            "/play/tournament/search/",
            query={"q": q, "limit": limit, "offset": offset},
        )
        return answer

    def leave_tournament(self, code: str, *, idempotency_key: str | None = None) -> None:
        """Leave a tournament.

        The others get `tournament-leave`.

        Before the start it is as if you had never come; the countdown is cancelled if too few are left
        (`tournament-start-cancel`), and the last one who leaves ends the tournament. After the start you
        are out: you lose a match that you play, and your next opponent goes on. You may come back to
        watch.

        `DELETE /api/play/tournament/{code}/`, for users and guests. Refusals: 403 `not_in_tournament`.
        """
        self._call(
            "DELETE",
            f"/play/tournament/{self._part(code)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    def join_tournament(
        self, code: str, *, idempotency_key: str | None = None,
    ) -> TournamentParticipantInstance:
        """Join a tournament by its code, or come back to watch one that you are out of.

        You leave any queue, lobby or other unstarted tournament. The others get `tournament-join`. At 80 %
        of its size everyone gets `tournament-start-at`; when it is full, or the countdown is over,
        `tournament-start`. 404 also if the tournament has banned you, or its creator has blocked you; 403
        if it is full or has started, or you have blocked its creator; 409 while you play a match or may
        still win another tournament.

        `POST /api/play/tournament/{code}/`, for users and guests. Refusals: 401 `sse_connection_required`;
        403 `tournament_full`, `tournament_started`, `blocked_by_you`; 404 `tournament_not_found`; 409
        `already_playing`, `in_tournament`.
        """
        answer: TournamentParticipantInstance = self._call(
            "POST",
            f"/play/tournament/{self._part(code)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def ban_from_tournament(self, code: str, user_id: int, *, idempotency_key: str | None = None) -> None:
        """Send a participant of your tournament away for good: to them, it no longer exists.

        They get `tournament-banned`, the others `tournament-leave`. 403 after the start; 404 if they
        aren't in it.

        `DELETE /api/play/tournament/{code}/ban/{user_id}/`, for registered users, not guests. Refusals:
        403 `not_in_tournament`, `not_creator`, `self_ban`, `tournament_started`; 404 `not_in_place`.
        """
        self._call(
            "DELETE",
            f"/play/tournament/{self._part(code)}/ban/{self._part(user_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    def invite_to_tournament(self, code: str, user_id: int, *, idempotency_key: str | None = None) -> None:
        """Invite a friend: they get `invite-tournament`.

        To a private tournament only its creator invites.

        `POST /api/play/tournament/{code}/invite/{user_id}/`, for registered users, not guests. Refusals:
        403 `not_in_tournament`, `not_creator`, `tournament_started`, `self_invitation`, `not_friends`,
        `user_banned`; 409 `already_there`.
        """
        self._call(
            "POST",
            f"/play/tournament/{self._part(code)}/invite/{self._part(user_id)}/",
            keyed=True,
            idempotency_key=idempotency_key,
        )

    def send_tournament_message(
        self, code: str, *, idempotency_key: str | None = None, **body: Unpack[TournamentMessage]
    ) -> RoomMessage:
        """Say something to everybody in the tournament: the others get `tournament-message`.

        It is kept nowhere.

        1 to 1000 characters, not counting spaces at both ends.

        `POST /api/play/tournament/{code}/message/`, for users and guests. Refusals: 403
        `not_in_tournament`.
        """
        answer: RoomMessage = self._call(
            "POST",
            f"/play/tournament/{self._part(code)}/message/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer
