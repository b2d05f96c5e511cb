"""Any sequence of changes keeps the invariants of lobbies: the rules alone, without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.domain.errors import DomainError
from shared.domain.play import lobby_rules as rules
from shared.domain.play.lobby import Lobby, LobbyMode, LobbyTeam
from shared.domain.play.lobby_rules import LobbyChange
from shared.domain.play.matches import MatchType
from shared.store.play.lobbies import LobbyRow
from tests.support.stored_values import reloaded

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
CREATOR = 0
USERS = range(10)
SIZES = {"1v1": 1, "3v3": 3}
PLACES = {"clash": 3, "custom_game": 8}

users = st.sampled_from(USERS)
places = st.integers(0, 8)
"""A user by their place in the order of joining; a larger number is a user outside the lobby."""
asking = st.none() | places
"""The same; None is the creator."""
teams: st.SearchStrategy[LobbyTeam | None] = st.sampled_from(["a", "b", "spectator", None])
match_types: st.SearchStrategy[MatchType] = st.sampled_from(["1v1", "3v3"])

View = dict[int, dict[str, Any]]
"""A lobby as a participant knows it: team, readiness and creator's role of each user."""


def seen(lobby: Lobby) -> View:
    return {
        each.id: {"team": each.team, "is_ready": each.ready, "creator": each.id == lobby.creator}
        for each in lobby.participants
    }


class Lobbies(RuleBasedStateMachine):
    """One lobby from its creation to its end, and what each participant knows of it from events."""

    @initialize(
        mode=st.sampled_from(["clash", "custom_game"]),
        match_type=match_types,
        registered=st.frozensets(users),
        others=st.integers(0, 8),
        ready=st.frozensets(places),
    )
    def open(
        self,
        mode: LobbyMode,
        match_type: MatchType,
        registered: frozenset[int],
        others: int,
        ready: frozenset[int],
    ) -> None:
        """Start with some others in the lobby, of whom some are ready."""
        self.now = NOW
        self.matches = 0
        self.registered = registered | {CREATOR}
        self._open(mode, None if mode == "clash" else match_type)
        for user in range(1, others + 1):
            self.enter(user)
        for place in ready:
            self.get_ready(place)

    def _open(self, mode: LobbyMode, match_type: MatchType | None) -> None:
        self.lobby: Lobby | None = rules.open_lobby(1, "4711", mode, match_type, CREATOR, self.now)
        self.banned: set[int] = set()
        self.views = {CREATOR: seen(self.lobby)}

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(user=users)
    def enter(self, user: int) -> None:
        lobby = self.alive
        if lobby.find(user):
            return
        full = len(lobby.participants) == PLACES[lobby.game_mode]
        self.now += timedelta(seconds=1)
        self._do(lambda: rules.join(lobby, user, self.now), user, refused=full or user in self.banned)
        if self.lobby and self.lobby.find(user):
            self.views[user] = seen(self.lobby)

    @rule()
    def fill(self) -> None:
        for user in USERS:
            self.enter(user)

    @rule(place=places)
    def leave(self, place: int) -> None:
        lobby, user = self.alive, self._user_at(place)
        if not lobby.find(user):
            return
        rest = [other for other in lobby.user_ids if other != user]
        last = not self.registered & {*rest}
        self._do(lambda: rules.leave(lobby, user, self.registered & {*rest}), user)
        assert (self.lobby is None) == last
        self.views.pop(user, None)
        self._check_readiness_after_a_departure()

    @rule(asking=asking, place=places)
    def ban(self, asking: int | None, place: int) -> None:
        lobby, by, user = self.alive, self._user_at(asking), self._user_at(place)
        refused = by != lobby.creator or by == user or user not in lobby.user_ids
        self._do(lambda: rules.ban(lobby, by, user), by, refused=refused, banned=user)
        if not refused:
            self.banned.add(user)
            self.views.pop(user)
            self._check_readiness_after_a_departure()

    def _check_readiness_after_a_departure(self) -> None:
        """In clash a new team is no longer ready."""
        if self.lobby and self.lobby.game_mode == "clash":
            assert not any(participant.ready for participant in self.lobby.participants)

    @rule(place=places, team=teams, ready=st.sampled_from([True, False, None]))
    def change(self, place: int, team: LobbyTeam | None, ready: bool | None) -> None:
        self._change(self._user_at(place), team, ready=ready)

    @rule(place=places)
    def get_ready(self, place: int) -> None:
        self._change(self._user_at(place), None, ready=True)

    @rule(place=places)
    def get_ready_but_watch(self, place: int) -> None:
        self._change(self._user_at(place), None, ready=True)
        self._change(self._user_at(place), "spectator", ready=None)

    def _change(self, user: int, team: LobbyTeam | None, *, ready: bool | None) -> None:
        lobby = self.alive
        mine = lobby.find(user)
        refused = mine is None or lobby.match_id is not None
        if mine and lobby.game_mode == "clash":
            refused |= team is not None
        elif mine:
            there = [other for other in lobby.participants if other.team == team and other.id != user]
            refused |= team in ("a", "b") and len(there) == SIZES[lobby.match_type]
            refused |= (team or mine.team) == "spectator" and ready is True
        self._do(lambda: rules.change_participant(lobby, user, team=team, ready=ready), user, refused=refused)
        after = self.lobby and self.lobby.find(user)
        if after and not refused:
            assert after.team == (team or after.team)
            assert ready is None or after.ready is ready or self.alive.match_id is not None

    @rule()
    def all_get_ready(self) -> None:
        for participant in self.alive.participants:
            if participant.team != "spectator":
                self._change(participant.id, None, ready=True)

    @precondition(lambda self: self.lobby and self.lobby.game_mode == "custom_game")
    @rule(asking=asking, match_type=match_types)
    def change_match_type(self, asking: int | None, match_type: MatchType) -> None:
        self._change_match_type(self._user_at(asking), match_type)

    @precondition(lambda self: self.lobby and self.lobby.game_mode == "custom_game")
    @rule()
    def switch_match_type(self) -> None:
        lobby = self.alive
        self._change_match_type(lobby.creator, "1v1" if lobby.match_type == "3v3" else "3v3")

    def _change_match_type(self, by: int, match_type: MatchType) -> None:
        lobby = self.alive
        refused = by != lobby.creator or lobby.match_id is not None
        self._do(lambda: rules.change_match_type(lobby, by, match_type), by, refused=refused)
        assert refused or self.alive.match_type == match_type

    @rule()
    def end_match(self) -> None:
        self.lobby = replace(self.alive, match_id=None, match_code=None)

    @precondition(lambda self: self.lobby and self.lobby.game_mode == "clash")
    @rule()
    def meet_others(self) -> None:
        if self.alive.is_ready:
            self._play()

    @precondition(lambda self: self.lobby is None)
    @rule()
    def open_another_one(self) -> None:
        self._open("custom_game", "3v3")
        self.fill()

    @property
    def alive(self) -> Lobby:
        if self.lobby is None:
            self.open_another_one()
        assert self.lobby
        return self.lobby

    def _user_at(self, place: int | None) -> int:
        if place is None:
            return self.alive.creator
        inside = self.alive.user_ids
        return inside[place] if place < len(inside) else next(user for user in USERS if user not in inside)

    def _do(
        self, rule: Callable[[], LobbyChange], by: int, *, refused: bool = False, banned: int | None = None
    ) -> None:
        """Change the lobby by a rule that must or must not refuse, and deliver its events."""
        before = self.alive
        was = replace(before), seen(before)
        try:
            change = rule()
        except DomainError:
            assert refused
            assert (before, seen(before)) == was
            return
        assert not refused
        self.lobby = change.lobby
        self._deliver(before, change, banned)
        if self.lobby is None:
            assert {*change.evicted} == {*before.user_ids} - {by}
            return
        self.views[by] = seen(self.lobby)
        if self.lobby.game_mode == "custom_game" and self.lobby.match_id is None and self.lobby.is_ready:
            self._play()

    def _deliver(self, before: Lobby, change: LobbyChange, banned: int | None) -> None:
        for event in change.events:
            assert {*event.to} <= {*before.user_ids}
            assert (event.to == (banned,)) == (event.code == "lobby-banned") or len(event.to) == 0
            about = event.user_id or 0
            for user in event.to:
                if event.code == "lobby-join" and change.lobby:
                    self.views[user][about] = seen(change.lobby)[about]
                elif event.code == "lobby-leave":
                    del self.views[user][about]
                elif event.code == "lobby-update-participant":
                    self.views[user][about] |= event.fields

    def _play(self) -> None:
        """Start a match of the lobby as its row stores it; after `game-start` no participant is ready."""
        lobby = self.alive
        playing = [each for each in lobby.participants if each.team != "spectator"]
        assert all(each.ready for each in playing)
        if lobby.game_mode == "custom_game":
            sides = [sum(each.team == side for each in playing) for side in ("a", "b")]
            assert sides == [SIZES[lobby.match_type]] * 2
        self.matches += 1
        self.lobby = replace(lobby.at_rest(), match_id=self.matches, match_code="0815")
        self.views = {user: seen(self.lobby) for user in self.views}

    # ── invariants ─────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def its_places_suffice_and_nobody_has_two(self) -> None:
        if lobby := self.lobby:
            assert 1 <= len(lobby.participants) <= PLACES[lobby.game_mode]
            assert len({*lobby.user_ids}) == len(lobby.participants)
            assert lobby.is_full == (len(lobby.participants) == PLACES[lobby.game_mode])

    @invariant()
    def its_teams_are_no_larger_than_the_match_type_says(self) -> None:
        if lobby := self.lobby:
            names = [participant.team for participant in lobby.participants]
            if lobby.game_mode == "clash":
                assert {*names} == {None}
                assert lobby.match_type == "3v3"
            else:
                assert {*names} <= {"a", "b", "spectator"}
                assert max(names.count("a"), names.count("b")) <= SIZES[lobby.match_type]

    @invariant()
    def its_participants_are_in_the_order_of_joining(self) -> None:
        if lobby := self.lobby:
            joined = [participant.joined_at for participant in lobby.participants]
            assert joined == sorted(joined)

    @invariant()
    def spectators_are_never_ready_and_nobody_is_during_a_match(self) -> None:
        if lobby := self.lobby:
            ready = [participant for participant in lobby.participants if participant.ready]
            assert not any(participant.team == "spectator" for participant in ready)
            assert not (ready and lobby.match_id)

    @invariant()
    def its_creator_is_the_first_registered_one_in_it(self) -> None:
        if lobby := self.lobby:
            assert lobby.creator == next(user for user in lobby.user_ids if user in self.registered)

    @invariant()
    def nobody_who_is_banned_is_in_it(self) -> None:
        if lobby := self.lobby:
            assert lobby.banned == self.banned
            assert self.banned.isdisjoint(lobby.user_ids)

    @invariant()
    def it_is_ready_only_if_everyone_who_plays_is_and_custom_games_do_not_wait_then(self) -> None:
        if lobby := self.lobby:
            playing = [each for each in lobby.participants if each.team != "spectator"]
            all_there = lobby.game_mode == "clash" or len(playing) == 2 * SIZES[lobby.match_type]
            assert lobby.is_ready == (all_there and all(each.ready for each in playing))
            assert not (lobby.is_ready and lobby.game_mode == "custom_game")

    @invariant()
    def everyone_in_it_knows_it_as_it_is(self) -> None:
        if lobby := self.lobby:
            assert self.views == dict.fromkeys(lobby.user_ids, seen(lobby))

    def teardown(self) -> None:
        """The lobby is the same after it was stored and loaded."""
        if lobby := self.lobby:
            assert reloaded(LobbyRow.state, lobby) == lobby


TestLobbies = Lobbies.TestCase
TestLobbies.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
