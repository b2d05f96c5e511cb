"""Any sequence of actions in the queue, in lobbies, on blocks and on presence: the product agrees with the model."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from shared.store.base import connection
from shared.usecases.play import matchmaking, queues
from tests.behaviour.play.queues_and_lobbies_model import Model
from tests.support import friends, lobbies
from tests.support.calls import call, service
from tests.support.database import leading_to, raw_items
from tests.support.engine import Engine
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import finish
from tests.support.players import go_offline, made_player, new_guest, open_streams

USERS = 9
GUESTS = {7, 8}
NO_CODE = "000000000"
"""The code of no lobby. The code of a lobby that has ended may be given out again."""

LOBBIES = [(3, 3), (3, 2, 1), (3, 1, 1, 1), (2, 1, 2, 1), (1, 1, 1, 1, 1, 1), (2, 2, 2), (2, 1, 1, 1, 1)]
"""Sizes of clash lobbies that may get ready one after the other."""

anyone = st.integers(0, USERS - 1)
registered = st.integers(0, USERS - 1 - len(GUESTS))
modes = st.sampled_from(["clash", "custom_game"])
types = st.sampled_from(["1v1", "3v3"])


class QueuesAndLobbies(RuleBasedStateMachine):
    """Every rule does the same in the model and by the API; the answers, events and states are compared."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self._exits = ExitStack()
        account = self.engine.account()
        self._exits.enter_context(leading_to(account.environment))
        account.create_table(client=connection().client)
        self.players = [new_guest() if n in GUESTS else made_player(f"User-{n}") for n in range(USERS)]
        open_streams(*self.players)
        self.model = Model(USERS, GUESTS, online=set(range(USERS)))
        self.codes: list[str] = []
        self.blocks: dict[tuple[int, int], int] = {}

    def teardown(self) -> None:
        self._exits.close()

    def _code_of(self, me: int) -> str:
        lobby = self.model.lobby_of(me)
        return self.codes[lobby.number] if lobby else NO_CODE

    @rule(me=anyone)
    def connect(self, me: int) -> None:
        if me not in self.model.online:
            open_streams(self.players[me])
            self.model.connect(me)

    @rule(me=anyone)
    def disconnect(self, me: int) -> None:
        go_offline(self.players[me])
        self.model.disconnect(me)

    @rule(me=anyone)
    def queue(self, me: int) -> None:
        assert call("POST", "/play/duel/", self.players[me].access).status == self.model.queue(me)

    @rule(me=anyone)
    def unqueue(self, me: int) -> None:
        assert call("DELETE", "/play/duel/", self.players[me].access).status == self.model.unqueue(me)

    @rule(me=anyone, mode=modes, type_=types)
    def create(self, me: int, mode: str, type_: str) -> None:
        body = {"game_mode": mode} | ({"match_type": type_} if mode == "custom_game" else {})
        answer = call("POST", "/play/lobby/", self.players[me].access, body)
        assert answer.status == self.model.create(me, mode, type_)
        if answer.status == 201:
            self.codes.append(answer.body["code"])

    @rule(me=anyone, number=st.integers(0, 20))
    def join(self, me: int, number: int) -> None:
        number = number % len(self.codes) if self.codes else 0
        exists = number in [lobby.number for lobby in self.model.lobbies]
        code = self.codes[number] if exists else NO_CODE
        assert lobbies.join(self.players[me], code).status == self.model.join(me, number)

    @rule(me=anyone)
    def leave(self, me: int) -> None:
        code = self._code_of(me)
        assert lobbies.leave(self.players[me], code).status == self.model.leave(me)

    @rule(me=anyone, yes=st.booleans())
    def ready(self, me: int, yes: bool) -> None:
        code = self._code_of(me)
        assert lobbies.change_member(self.players[me], code, is_ready=yes).status == self.model.ready(me, yes)

    @rule(me=anyone, team=st.sampled_from(["a", "b", "spectator"]))
    def switch(self, me: int, team: str) -> None:
        code = self._code_of(me)
        assert lobbies.change_member(self.players[me], code, team=team).status == self.model.switch(me, team)

    @rule(me=anyone, type_=types)
    def resize(self, me: int, type_: str) -> None:
        assert lobbies.change_settings(self.players[me], match_type=type_).status == self.model.resize(
            me, type_
        )

    @rule(me=anyone, other=anyone)
    def ban(self, me: int, other: int) -> None:
        code = self._code_of(me)
        answer = lobbies.ban(self.players[me], code, self.players[other].id)
        assert answer.status == self.model.ban(me, other)

    @rule(me=anyone, other=anyone)
    def block(self, me: int, other: int) -> None:
        answer = friends.block(self.players[me], self.players[other])
        assert answer.status == self.model.block(me, other)
        if answer.status == 201:
            self.blocks[me, other] = answer.body["id"]

    @rule(me=anyone, other=anyone)
    def unblock(self, me: int, other: int) -> None:
        answer = friends.unblock(self.players[me], self.blocks.get((me, other), 1))
        assert answer.status == self.model.unblock(me, other)

    @rule(me=anyone)
    def finish(self, me: int) -> None:
        running = call("GET", f"/private/match/{self.players[me].id}/", service())
        if running.status == 200:
            running = finish(running.body["id"], self.players[me])
        assert running.status == self.model.finish(me)

    @rule(me=registered, others=st.lists(anyone, max_size=2, unique=True))
    def team_up(self, me: int, others: list[int]) -> None:
        """A clash lobby whose members are all ready: single rules reach it too rarely."""
        self.connect(me)
        self.create(me, "clash", "3v3")
        lobby = self.model.lobby_of(me)
        for other in others:
            self.connect(other)
            if lobby:
                self.join(other, lobby.number)
        for user in [*others, me]:
            self.ready(user, yes=True)

    @rule(users=st.permutations(range(USERS - len(GUESTS))), sizes=st.sampled_from(LOBBIES))
    def clash(self, users: list[int], sizes: tuple[int, ...]) -> None:
        """Several such clash lobbies, which may play each other."""
        left = list(users)
        for size in sizes:
            (first, *others), left = left[:size], left[size:]
            self.team_up(first, others)

    @rule(users=st.lists(anyone, min_size=2, max_size=8, unique=True), type_=types)
    def play(self, users: list[int], type_: str) -> None:
        """A custom game whose members are all ready."""
        creator = users[0]
        self.connect(creator)
        self.create(creator, "custom_game", type_)
        lobby = self.model.lobby_of(creator)
        for user in users[1:] if lobby else []:
            self.connect(user)
            self.join(user, lobby.number if lobby else 0)
        for user in users:
            self.ready(user, yes=True)

    @invariant()
    def the_table_is_whole_and_shows_what_the_model_knows(self) -> None:
        items = raw_items()
        assert_whole(items)
        number = {player.id: n for n, player in enumerate(self.players)}
        for n, player in enumerate(self.players):
            lobby = self.model.lobby_of(n)
            answer = call("GET", "/play/lobby/", player.access)
            assert answer.status == (200 if lobby else 404)
            if lobby:
                shown: dict[str, Any] = answer.body
                assert [
                    (number[user_id], team, ready) for user_id, team, ready in lobbies.members(shown)
                ] == [(user, lobby.team[user], user in lobby.ready) for user in lobby.users]
                assert [number[p["id"]] for p in shown["participants"] if p["creator"]] == [lobby.creator]
                assert (shown["game_mode"], shown["match_type"]) == (lobby.mode, lobby.type)
                assert bool(shown["game_playing"]) is bool(lobby.match)
                assert shown["is_ready"] is lobby.is_ready
        playing = {n for n, p in enumerate(self.players) if _plays(items, p.id)}
        assert playing == {user for match in self.model.matches for user in match.players}
        waiting = {number[int(item["user_id"]["N"])] for item in items if item["kind"]["S"] == "ticket"}
        assert waiting == {user for user, _ in self.model.duel}

    @invariant()
    def every_event_reached_the_recipients_of_the_model(self) -> None:
        number = {player.id: n for n, player in enumerate(self.players)}
        sent = Counter((code, tuple(number[user] for user in to)) for code, to, _ in sent_events())
        expected = Counter(self.model.events)
        # The order of recipients is free.
        assert _sorted(sent) == _sorted(expected)


def _plays(items: list[dict[str, Any]], user_id: int) -> bool:
    return any("match_id" in item for item in items if item["pk"]["S"] == f"USER#{user_id}")


def _sorted(events: Counter[tuple[str, tuple[int, ...]]]) -> Counter[tuple[str, tuple[int, ...]]]:
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for (code, to), times in events.items():
        found[code, tuple(sorted(to))] += times
    return found


@pytest.mark.timeout(300)
def test_any_sequence_of_actions_gives_the_answers_events_and_states_of_the_model(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The model has one queue. In which shards tickets look for an opponent first must make no difference.
    monkeypatch.setattr(queues, "draw_shard", lambda _: random.randrange(3))
    monkeypatch.setattr(matchmaking, "MEETING_SECONDS", 0.0)
    QueuesAndLobbies.engine = engine
    run_state_machine_as_test(
        QueuesAndLobbies,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
