"""Operations of the tag private. Made from the OpenAPI document by `make openapi`: don't edit."""

from __future__ import annotations

from typing import Literal, Unpack

from pong_client.sync_caller import Caller
from pong_client.types import (
    Absence,
    Admission,
    Event,
    EventSent,
    GivenTicket,
    MatchInstance,
    MatchResult,
    MatchResultAnswer,
    NewMatch,
    Point,
    PushedEvent,
    RunningMatchInstancePage,
    TournamentBooked,
    TournamentResult,
)


class PrivateCalls(Caller):
    """Operations of the tag private."""

    def create_match(self, *, idempotency_key: str | None = None, **body: Unpack[NewMatch]) -> MatchInstance:
        """Begin a match.

        Everyone gets `game-start`, as from matchmaking. 409 if one of them plays already, or may

        still win a started tournament.

        `POST /api/private/match/create/`, for services. Refusals: 403 `service_token_required`; 409
        `already_playing`, `in_tournament`.
        """
        answer: MatchInstance = self._call(
            "POST",
            "/private/match/create/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def finish_match(
        self, match_id: int, *, idempotency_key: str | None = None, **body: Unpack[Absence]
    ) -> MatchInstance:
        """End a match because a player went away or never came: that side loses 0 to 3.

        409 if it is over already.

        `PATCH /api/private/match/finish/{match_id}/`, for services. Refusals: 403 `not_in_match`,
        `service_token_required`; 404 `match_not_found`; 409 `match_finished`.
        """
        answer: MatchInstance = self._call(
            "PATCH",
            f"/private/match/finish/{self._part(match_id)}/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def score_point(
        self, user_id: int, *, idempotency_key: str | None = None, **body: Unpack[Point]
    ) -> MatchInstance:
        """Count a point of a player in the match that they play.

        The side that gets to 3 wins and the match is over.

        `PUT /api/private/match/score/{user_id}/`, for services. Refusals: 403 `service_token_required`;
        404 `match_not_found`.
        """
        answer: MatchInstance = self._call(
            "PUT",
            f"/private/match/score/{self._part(user_id)}/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def check_ticket(self, **body: Unpack[GivenTicket]) -> Admission:
        """Ask who comes with a ticket to the match with this code: a player or a spectator.

        It changes nothing: report a player by `GET /private/match/<match id>/<user id>/`. 403 for a ticket
        of another match, a forged one, and one of a user who has left the lobby or tournament that they
        watched.

        `POST /api/private/match/ticket/`, for services. Refusals: 403 `ticket_not_valid`,
        `service_token_required`; 404 `match_not_found`; 409 `match_finished`.
        """
        answer: Admission = self._call("POST", "/private/match/ticket/", json=body)
        return answer

    def get_running_match(self, id: int) -> MatchInstance:
        """Read the match that a user plays now; `id` is the user's.

        `GET /api/private/match/{id}/`, for services. Refusals: 403 `service_token_required`; 404
        `match_not_found`.
        """
        answer: MatchInstance = self._call("GET", f"/private/match/{self._part(id)}/")
        return answer

    def connect_player(self, id: int, user_id: int) -> MatchInstance:
        """Read a match, and count a player as connected to it; `id` is the match's.

        403 if they don't play in it.

        `GET /api/private/match/{id}/{user_id}/`, for services. Refusals: 403 `not_in_match`,
        `service_token_required`; 404 `match_not_found`; 409 `match_finished`.
        """
        answer: MatchInstance = self._call("GET", f"/private/match/{self._part(id)}/{self._part(user_id)}/")
        return answer

    def list_running_matches(
        self, *, state: Literal["running"] | None = None, limit: int | None = None, offset: int | None = None,
    ) -> RunningMatchInstancePage:
        """Read the running matches, the oldest first.

        Follow `/sse/matches/` before: what starts meanwhile comes there.

        `GET /api/private/matches/`, for services. Refusals: 403 `service_token_required`.
        """
        answer: RunningMatchInstancePage = self._call(
            "GET",
            "/private/matches/",
            query={"state": state, "limit": limit, "offset": offset},
        )
        return answer

    def push_event(self, *, idempotency_key: str | None = None, **body: Unpack[PushedEvent]) -> EventSent:
        """Send an event to users.

        404 if none of them is connected.

        Those who aren't connected just now get it if they come back in time with `Last-Event-ID`.

        `POST /api/private/users/`, for services. Refusals: 403 `service_token_required`; 404
        `nobody_connected`.
        """
        answer: EventSent = self._call(
            "POST",
            "/private/users/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def push_event_get(self, **body: Unpack[PushedEvent]) -> EventSent:
        """Send an event to users.

        404 if none of them is connected.

        Those who aren't connected just now get it if they come back in time with `Last-Event-ID`.

        `GET /api/private/users/`, for services. Refusals: 403 `service_token_required`; 404
        `nobody_connected`.
        """
        answer: EventSent = self._call("GET", "/private/users/", json=body)
        return answer

    def book_match(
        self, *, idempotency_key: str | None = None, **body: Unpack[MatchResult]
    ) -> MatchResultAnswer:
        """Book a match that was played elsewhere: statistics, the given trophies, pictures.

        It books for all players who exist, in one transaction. Sending it again books it again.

        `POST /api/private/users/result-match/`, for services. Refusals: 403 `service_token_required`.
        """
        answer: MatchResultAnswer = self._call(
            "POST",
            "/private/users/result-match/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer

    def book_tournament(
        self, *, idempotency_key: str | None = None, **body: Unpack[TournamentResult]
    ) -> TournamentBooked:
        """Book a tournament win: statistics and pictures.

        Sending it again books it again.

        `POST /api/private/users/result-tournament/`, for services. Refusals: 403 `service_token_required`.
        """
        answer: TournamentBooked = self._call(
            "POST",
            "/private/users/result-tournament/",
            json=body,
            keyed=True,
            idempotency_key=idempotency_key,
        )
        return answer
