"""What services that host the games learn of all matches."""

from __future__ import annotations

import pytest

from shared.store import keys
from shared.store.play.clock_queue import CLOSE, CONNECT
from tests.support.calls import Answer, call, refusal, service
from tests.support.database import items_of, raw_items
from tests.support.events import match_events, sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import clock_arrives, finish, in_duel, running_match, score
from tests.support.players import made_player, players_online
from tests.support.tournaments import gather as gather_tournament
from tests.support.tournaments import step

pytestmark = pytest.mark.usefixtures("table")


def listed(**query: str) -> Answer:
    return call("GET", "/private/matches/", service(), query=query)


def test_services_hear_of_the_start_and_the_end_of_a_match() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    ((code, start),) = match_events()
    assert code == "match-start"
    shown = running_match(alice)
    assert {**start, "game_duration": None} == {
        **shown,
        "game_duration": None,
        "points_to_win": 3,
        "connect_before": start["connect_before"],
        "finish_before": start["finish_before"],
    }
    assert start["created_at"] < start["connect_before"] < start["finish_before"]
    for _ in range(3):
        assert score(alice).status == 200
    _, (code, end) = match_events()
    assert (code, end["id"], end["winner"], end["finish_reason"]) == (
        "match-finish",
        match_id,
        "a",
        "normal-end",
    )
    assert end["teams"]["a"]["players"][0]["status"]["game_playing"] is None
    assert_whole(raw_items())


def test_services_hear_that_a_match_is_void() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    code = running_match(alice)["code"]
    clock_arrives(CONNECT, match_id)
    assert match_events()[1:] == [("match-void", {"id": match_id, "code": code})]
    assert_whole(raw_items())


def test_services_hear_of_a_match_that_ran_too_long() -> None:
    alice, bobby = players_online(2)
    match_id = in_duel(alice, bobby)
    assert score(bobby).status == 200
    clock_arrives(CLOSE, match_id)
    _, (code, end) = match_events()
    assert (code, end["winner"], end["finish_reason"]) == ("match-finish", "b", "players-timeout")


def test_a_matchs_events_are_in_the_partition_of_its_players_events() -> None:
    _, made = gather_tournament(4, 4)
    step("start", made["id"])
    step("play-stage", made["id"], stage=3, token="semi")
    assert [code for code, _ in match_events()] == ["match-start"] * 2
    places = {item["pk"]["S"] for item in items_of("outbox") if "match-start" in item["entries"]["S"]}
    assert places == {f"TOURNAMENT#{made['id']}"}
    assert_whole(raw_items())


@pytest.mark.parametrize("code", ["match-start", "match-finish", "match-void"])
def test_a_service_may_not_send_events_of_the_feed(code: str) -> None:
    (alice,) = players_online(1)
    body = {"users_id": [alice.id, 0], "event_code": code, "data": {"id": 1, "code": "4711"}}
    answer = call("POST", "/private/users/", service(), body)
    assert (answer.status, list(answer.body)) == (400, ["event_code"])


def test_a_service_sends_nothing_to_those_who_follow_all_matches() -> None:
    (alice,) = players_online(1)
    body = {"users_id": [alice.id, 0], "event_code": "lobby-update", "data": {}}
    assert call("POST", "/private/users/", service(), body).status == 201
    assert not match_events()
    assert [to for _, to, _ in sent_events("lobby-update")] == [(alice.id,)]


def test_running_matches_are_listed_oldest_first_until_they_end() -> None:
    pairs = [players_online(2, f"pair-{n}") for n in range(6)]
    ids = [in_duel(*pair) for pair in pairs]
    assert len({keys.running_match(id_)[0] for id_ in ids}) > 1 or len(set(ids)) == 6
    body = listed(state="running").body
    assert (body["count"], body["next"], body["previous"]) == (6, None, None)
    assert [match["id"] for match in body["results"]] == sorted(ids)
    assert body["results"][0].keys() > {"points_to_win", "connect_before", "finish_before", "teams"}
    finish(ids[0], pairs[0][0])
    clock_arrives(CONNECT, ids[1])
    assert {match["id"] for match in listed().body["results"]} == set(ids[2:])
    page = listed(limit="3", offset="1").body
    assert [match["id"] for match in page["results"]] == sorted(ids[2:])[1:]
    assert page["count"] == 4
    assert page["previous"].endswith("/api/private/matches/?limit=3&offset=0")
    assert_whole(raw_items())


@pytest.mark.parametrize("state", ["finished", "", "RUNNING"])
def test_another_state_is_refused_with_what_is_allowed(state: str) -> None:
    answer = listed(state=state)
    assert (answer.status, answer.body) == (400, {"state": ["Input should be 'running'."]})


def test_without_matches_the_list_is_empty() -> None:
    assert listed().body == {"count": 0, "next": None, "previous": None, "results": []}


def test_users_get_no_list() -> None:
    alice = made_player("Alice")
    answer = call("GET", "/private/matches/", alice.access)
    assert refusal(answer) == (403, "service_token_required")
