"""Idempotency keys: a repeated request changes nothing and gets the first one's answer."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

import app  # noqa: F401 (fills the registry)
from shared.domain.errors import MalformedIdempotencyKey
from shared.http.idempotency import MAX_LENGTH, read_key
from shared.http.registry import ROUTES, WRITING, Auth
from shared.store import keys
from shared.store.base import utc_now
from shared.store.idempotency import ANSWER_KEPT, StoredAnswer
from shared.wire.accounts.tokens import Tokens
from tests.support.calls import Answer, call, refusal, service
from tests.support.chats import talk
from tests.support.database import items_of, raw_items
from tests.support.deletion import run_cleanup
from tests.support.events import sent_events
from tests.support.friends import befriend
from tests.support.matches import in_duel, running_match
from tests.support.players import PASSWORD, Player, open_streams, sign_up

pytestmark = pytest.mark.usefixtures("table")


def point(player: Player, key: str | None, own_goal: bool = False) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    path = f"/private/match/score/{player.id}/"
    return call("PUT", path, service(), {"own_goal": own_goal}, headers=headers)


def say(player: Player, chat: int, key: str = "k") -> Answer:
    path = f"/chat/{chat}/messages/"
    return call("POST", path, player.access, {"content": "hello"}, headers={"Idempotency-Key": key})


def score_of(player: Player) -> int:
    return int(running_match(player)["teams"]["a"]["score"])


@pytest.mark.usefixtures("large_transactions")
def test_a_repeated_point_counts_once(alice: Player, bobby: Player) -> None:
    in_duel(alice, bobby)
    answers = [point(alice, "point-1") for _ in range(4)]
    assert score_of(alice) == 1
    assert {answer.status for answer in answers} == {200}
    assert answers[0].body == answers[1].body == answers[3].body
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [
        None,
        "true",
        "true",
        "true",
    ]
    point(alice, "point-2")
    assert score_of(alice) == 2
    for _ in range(2):
        point(alice, None)
    assert call("GET", f"/private/match/{alice.id}/", service()).status == 404  # three points win


@pytest.mark.usefixtures("large_transactions")
def test_the_point_that_ends_a_match_can_be_repeated_after_its_end(alice: Player, bobby: Player) -> None:
    in_duel(alice, bobby)
    for n in range(3):
        last = point(alice, f"point-{n}")
    assert last.body["finished"]
    again = point(alice, "point-2")
    assert (again.status, again.body) == (200, last.body)


@pytest.mark.usefixtures("large_transactions")
def test_another_request_under_the_same_key_is_422_and_changes_nothing(alice: Player, bobby: Player) -> None:
    in_duel(alice, bobby)
    point(alice, "key")
    before = raw_items()
    for answer in (point(alice, "key", own_goal=True), point(bobby, "key")):
        assert refusal(answer) == (422, "idempotency_key_reused")
    assert raw_items() == before


def test_a_key_belongs_to_its_caller(alice: Player, bobby: Player) -> None:
    chat = talk(alice, bobby)
    for player in (alice, bobby, alice, bobby):
        assert say(player, chat).status == 201
    assert len(items_of("message")) == 2
    assert len(sent_events("receive-message")) == 2


def test_a_refusal_is_not_stored_and_the_request_runs_again(alice: Player, bobby: Player) -> None:
    request = partial(
        call, "POST", "/users/me/friend_requests/", alice.access, headers={"Idempotency-Key": "k"}
    )
    assert request(body={"username": "Carol"}).status == 404
    sign_up("Carol")
    first = request(body={"username": "Carol"})
    assert first.status == 201
    again = request(body={"username": "Carol"})
    assert (again.status, again.body) == (201, first.body)
    assert refusal(request(body={"username": bobby.name})) == (422, "idempotency_key_reused")


def test_an_answer_without_a_body_is_repeated(alice: Player, bobby: Player) -> None:
    friendship = befriend(alice, bobby)
    path = f"/users/me/friends/{friendship}/"
    answers = [call("DELETE", path, alice.access, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [(answer.status, answer.body) for answer in answers] == [(204, None)] * 2
    assert call("DELETE", path, alice.access).status == 404


def test_a_queued_user_is_paired_and_repeating_pairs_no_one_else(alice: Player, bobby: Player) -> None:
    open_streams(alice, bobby)
    queue = partial(call, "POST", "/play/duel/", headers={"Idempotency-Key": "k"})
    queue(alice.access)
    first = queue(bobby.access)
    assert running_match(alice)["id"] == running_match(bobby)["id"]
    again = queue(bobby.access)
    assert (again.status, again.body) == (201, first.body)
    assert call("POST", "/play/duel/", bobby.access).status == 409


def test_a_stored_answer_is_forgotten_after_a_day_even_if_it_is_still_there(
    alice: Player, bobby: Player
) -> None:
    chat = talk(alice, bobby)
    say(alice, chat)
    (row,) = StoredAnswer.query(keys.stored_answers(str(alice.id)))
    assert timedelta(0) < utc_now() + ANSWER_KEPT - row.expires_at < timedelta(minutes=5)
    row.update(actions=[StoredAnswer.expires_at.set(utc_now() - timedelta(seconds=1))])
    assert say(alice, chat).status == 201
    assert len(items_of("message")) == 2


def test_the_table_has_neither_the_key_nor_the_body(alice: Player) -> None:
    sender = sign_up("Sender")
    change = {"password": "a-new-password-1", "old_password": PASSWORD}
    answer = call("PATCH", "/users/me/", sender.access, change, headers={"Idempotency-Key": "the-key"})
    assert answer.status == 200
    stored = str(items_of("answer"))
    assert stored
    for secret in ("the-key", "a-new-password-1", PASSWORD):
        assert secret not in stored


@pytest.mark.usefixtures("large_transactions")
def test_deleting_the_account_erases_its_stored_answers(bobby: Player) -> None:
    leaver = sign_up("Leaver")
    chat = talk(leaver, bobby)
    say(leaver, chat)
    assert len(items_of("answer")) == 1
    assert call("DELETE", "/users/me/", leaver.access, {"password": PASSWORD}).status == 204
    run_cleanup()
    assert items_of("answer") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("k", "k"),
        ('"k"', "k"),
        ('"a b"', "a b"),
        ("a b", "a b"),
        (r'"a\"b\\"', 'a"b\\'),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
        (f'"{"x" * MAX_LENGTH}"', "x" * MAX_LENGTH),
    ],
)
def test_a_key_is_read_with_or_without_quotes(text: str, key: str) -> None:
    assert read_key({"idempotency-key": text}) == key


@pytest.mark.parametrize(
    "text",
    ["", '""', '"', '"a', 'a"', 'a"b', '"a"b"', r'"a\b"', "é", "a\tb", "\x7f", "x" * 256, f'"{"x" * 256}"'],
)
def test_a_malformed_key_is_400_and_changes_nothing(text: str, alice: Player, bobby: Player) -> None:
    with pytest.raises(MalformedIdempotencyKey):
        read_key({"idempotency-key": text})
    answer = call(
        "POST",
        "/users/me/friend_requests/",
        alice.access,
        {"username": bobby.name},
        headers={"Idempotency-Key": text},
    )
    assert refusal(answer) == (400, "malformed_idempotency_key")
    assert items_of("friendship") == []


def test_calls_without_a_token_with_tokens_in_the_answer_whose_caller_goes_or_that_only_ask_read_no_key() -> (
    None
):
    takes = {route.name for route in ROUTES for method in route.methods if route.takes_key(method)}
    writes = {route.name for route in ROUTES if set(route.methods) & set(WRITING)}
    without_a_token = {route.name for route in ROUTES if route.auth is Auth.NOBODY}
    assert writes - takes - without_a_token == {"register_guest", "delete_me", "log_out", "check_ticket"}
    assert takes & without_a_token == set()
    assert not [route.name for route in ROUTES if route.name in takes and route.answer is Tokens]
