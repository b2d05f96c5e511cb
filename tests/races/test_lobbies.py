"""Many actions on a lobby at once: the table stays whole, and every lobby can be left."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations

import pytest

from shared.domain.play.clash import put_together
from shared.store import keys
from shared.store.accounts.users import User
from shared.store.base import connection
from shared.store.play.tickets import read_party_tickets
from shared.usecases.play import matchmaking
from tests.support.calls import Answer, call
from tests.support.concurrency import at_once, commit_after
from tests.support.database import items_of, raw_items
from tests.support.friends import block
from tests.support.invariants.whole_table import assert_whole, broken
from tests.support.lobbies import (
    ban,
    change_member,
    change_settings,
    gather,
    join,
    leave,
    make_lobby,
    ready,
    see,
)
from tests.support.matches import finish, match_players, running_match
from tests.support.players import Player, go_offline, players_online

pytestmark = pytest.mark.usefixtures("account")


def test_of_64_users_who_race_for_the_last_place_one_gets_it() -> None:
    creator, second, *racers = players_online(66)
    code = gather("clash", creator, second)["code"]
    answers = at_once(*[partial(join, player, code) for player in racers])
    statuses = Counter(answer.status for answer in answers)
    assert statuses.pop(201) == 1
    assert set(statuses) <= {403, 409, 429}
    winner = next(player for player, answer in zip(racers, answers, strict=True) if answer.status == 201)
    assert [each["id"] for each in see(creator)["participants"]] == [creator.id, second.id, winner.id]
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("mode", ["clash", "custom_game"])
def test_the_creator_leaves_while_others_join_ban_and_ready(mode: str, attempt: int) -> None:
    creator, bobby, *others = players_online(8)
    code = gather(mode, creator, bobby)["code"]
    leaving: list[Callable[[], Answer | None]] = [partial(leave, creator, code), partial(go_offline, creator)]
    actions: list[Callable[[], Answer | None]] = [leaving[attempt % 2], partial(ready, bobby, code)]
    actions += [partial(join, player, code) for player in others]
    actions += [partial(ban, creator, code, bobby.id), partial(ready, creator, code)]
    actions += [
        partial(change_settings, creator, match_type="3v3"),
        partial(change_member, bobby, code, team="spectator"),
    ]
    answers = at_once(*actions)
    statuses = {answer.status for answer in answers if answer}
    assert statuses <= {200, 201, 204, 400, 401, 403, 404, 405, 409, 429}
    assert_whole(raw_items())
    for item in items_of("seat"):
        if item.get("place_kind", {}).get("S") == "lobby":
            player = next(p for p in (creator, bobby, *others) if p.id == int(item["pk"]["S"].split("#")[1]))
            assert leave(player, code).status == 204
    assert not items_of("lobby")
    # A match may have started before; it goes on and keeps its own code.
    assert {item["place"]["S"].partition("#")[0] for item in items_of("code")} <= {"MATCH"}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_a_lobby_that_all_leave_at_once_ends(attempt: int) -> None:
    players = players_online(8)
    code = gather("custom_game", *players)["code"]
    left = [False] * len(players)
    # A client repeats its request after a 429.
    while not all(left):
        asking = [n for n, has_left in enumerate(left) if not has_left]
        answers = at_once(*[partial(leave, players[n], code) for n in asking])
        for n, answer in zip(asking, answers, strict=True):
            assert answer.status in (204, 429)
            left[n] = answer.status == 204
        assert_whole(raw_items())
    assert not items_of("lobby")


def test_one_user_who_joins_two_lobbies_and_a_queue_at_once_is_in_one_place() -> None:
    one, other, racer = players_online(3)
    codes = [make_lobby(one)["code"], make_lobby(other)["code"]]
    queue = partial(call, "POST", "/play/duel/", racer.access)
    answers = at_once(*[partial(join, racer, code) for code in codes], queue)
    assert {answer.status for answer in answers} <= {201, 429}
    assert_whole(raw_items())


@pytest.mark.parametrize("attempt", range(3))
def test_six_players_who_get_ready_at_once_start_one_match(attempt: int) -> None:
    players = players_online(8)
    code = gather("custom_game", *players, match_type="3v3")["code"]
    waiting = list(players[:6])
    while waiting:
        answers = at_once(*[partial(ready, player, code) for player in waiting])
        assert {answer.status for answer in answers} <= {200, 429}
        waiting = [p for p, answer in zip(waiting, answers, strict=True) if answer.status == 429]
    assert match_players() == [[player.id for player in players[:6]]]
    assert see(players[7])["game_playing"]
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "first",
    [
        lambda code, _alice, bobby: leave(bobby, code),
        lambda code, alice, bobby: ban(alice, code, bobby.id),
        lambda _code, alice, bobby: block(alice, bobby),
        lambda _code, _alice, bobby: go_offline(bobby),
        lambda code, _alice, bobby: change_member(bobby, code, is_ready=False),
        lambda code, _alice, bobby: change_member(bobby, code, team="spectator"),
    ],
)
def test_a_change_just_before_a_match_starts_prevents_it(
    first: Callable[[str, Player, Player], object],
) -> None:
    alice, bobby = players_online(2)
    code = gather("custom_game", alice, bobby)["code"]
    assert ready(bobby, code).status == 200
    answer = commit_after(lambda: first(code, alice, bobby), lambda: ready(alice, code))
    assert answer.status == 200
    assert not match_players()
    assert_whole(raw_items())


def test_a_block_just_before_a_team_gets_ready_forbids_it() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("clash", alice, bobby, carol)["code"]
    assert ready(alice, code).status == ready(bobby, code).status == 200
    answer = commit_after(lambda: block(bobby, carol), lambda: ready(carol, code))
    assert (answer.status, answer.body["code"]) == (403, "blocked_pair")
    assert not items_of("group")
    assert_whole(raw_items())


def test_a_block_in_a_team_that_just_got_ready_stops_it_from_waiting() -> None:
    alice, bobby, carol = players_online(3)
    code = gather("clash", alice, bobby, carol)["code"]
    assert ready(alice, code).status == ready(bobby, code).status == 200
    assert commit_after(lambda: ready(carol, code), lambda: block(bobby, carol)).status == 201
    assert not items_of("group")
    assert_whole(raw_items())


def test_a_match_that_ends_while_its_lobby_changes_frees_it() -> None:
    alice, bobby, carol, dave = players_online(4)
    code = gather("custom_game", alice, bobby, carol)["code"]
    for player in (alice, bobby):
        assert ready(player, code).status == 200
    match_id = running_match(alice)["id"]
    answers = at_once(
        partial(finish, match_id, alice),
        partial(leave, alice, code),
        partial(leave, carol, code),
        partial(join, dave, code),
    )
    assert {answer.status for answer in answers} <= {200, 201, 204, 429}
    if answers[0].status == 429:
        assert finish(match_id, alice).status == 200
    assert see(bobby)["game_playing"] is None
    assert_whole(raw_items())


def test_a_lobby_that_ends_just_before_its_match_doesnt_delay_the_match() -> None:
    alice, bobby = players_online(2)
    code = gather("custom_game", alice, bobby)["code"]
    for player in (alice, bobby):
        assert ready(player, code).status == 200
    match_id = running_match(alice)["id"]

    def all_leave() -> None:
        for player in (alice, bobby):
            assert leave(player, code).status == 204

    assert commit_after(all_leave, lambda: finish(match_id, alice)).status == 200
    assert not items_of("lobby")
    assert_whole(raw_items())


def blocked_at_random(draw: random.Random, players: Sequence[Player]) -> set[frozenset[int]]:
    """Let every fourth player block eight others; returns the pairs."""
    pairs = set()
    connection()
    for player in players[::4]:
        others = draw.sample([other.id for other in players if other is not player], 8)
        User.at(keys.user(player.id)).update(actions=[User.blocked.add(set(others))])
        pairs |= {frozenset((player.id, other)) for other in others}
    return pairs


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_300_users_in_clash_lobbies_all_ready_within_a_second_play_valid_matches_and_none_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A slow machine ends no request early.
    monkeypatch.setattr(matchmaking, "PAIRING_SECONDS", 300.0)
    draw = random.Random(300)
    players = players_online(300)
    pairs = blocked_at_random(draw, players)
    lobbies: list[tuple[str, list[Player]]] = []
    left = list(players)
    while left:
        size = min(draw.randint(1, 3), len(left))
        group, left = left[:size], left[size:]
        if any(frozenset((a.id, b.id)) in pairs for a, b in combinations(group, 2)):
            group = group[:1]
        lobbies.append((gather("clash", *group)["code"], group))

    statuses: Counter[int] = Counter()

    def get_ready(code: str, group: Sequence[Player]) -> None:
        time.sleep(draw.random())
        for player in group:
            answer = ready(player, code)
            while answer.status == 429:
                answer = ready(player, code)
            statuses[answer.status] += 1

    threads = [threading.Thread(target=get_ready, args=lobby) for lobby in lobbies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) == {200}
    together = {player.id: {mate.id for mate in group} for _, group in lobbies for player in group}
    for match in match_players():
        assert len(set(match)) == 6
        assert not [pair for pair in combinations(match, 2) if frozenset(pair) in pairs]
        for side in (match[:3], match[3:]):
            assert set().union(*(together[user_id] for user_id in side)) == set(side)
    assert max(Counter(user_id for match in match_players() for user_id in match).values()) == 1
    assert put_together(read_party_tickets()) == []
    assert len(match_players()) > 25
    # The blocks are in the blockers' rows only: matchmaking reads nothing else.
    wrong = [sentence for sentence in broken(raw_items()) if "has blocked" not in sentence]
    assert not wrong, "\n".join(wrong)
