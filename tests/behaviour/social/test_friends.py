"""Friend requests, friendships and blocks: answers, rows and events."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.social import relations as limits
from shared.usecases.social import blocks, friends
from tests.support.calls import call, refusal
from tests.support.database import items_of, raw_items
from tests.support.events import sent_events
from tests.support.friends import accept, ask, befriend, block, end_request, listed, remove, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player, new_guest, open_streams

pytestmark = pytest.mark.usefixtures("table")


def request_to(name: Any, player: Player) -> tuple[int, str]:
    return refusal(call("POST", "/users/me/friend_requests/", player.access, {"username": name}))


def notified(player: Player) -> int:
    return int(call("GET", "/users/me/", player.access).body["notifications"]["friend_requests"])


def test_a_request_is_shown_to_both_and_new_to_its_receiver_only(alice: Player, bobby: Player) -> None:
    answer = call("POST", "/users/me/friend_requests/", alice.access, {"username": "bOBBY"})
    assert answer.status == 201
    assert list(answer.body) == ["id", "sender", "receiver", "send_at"]
    assert (answer.body["sender"]["id"], answer.body["receiver"]["id"]) == (alice.id, bobby.id)
    request = answer.body["id"]
    ((code, to, data),) = sent_events("receive-friend-request")
    assert (code, to) == ("receive-friend-request", (bobby.id,))
    assert notified(bobby) == 1
    assert notified(alice) == 0
    path = f"/users/me/friend_requests/{request}/"
    assert call("GET", path, alice.access).body == answer.body
    assert call("GET", path, bobby.access).body == {**answer.body, "new": True} == data
    assert listed(alice, "friend_requests") == [answer.body]
    assert listed(bobby, "friend_requests") == listed(alice, "friend_requests/received") == []
    assert_whole(raw_items())


def test_listing_received_requests_marks_only_the_listed_ones_as_seen(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    first, second = ask(alice, bobby), ask(carol, bobby)
    one = {"limit": "1"}
    page = call("GET", "/users/me/friend_requests/received/", bobby.access, query=one).body
    assert [(shown["id"], shown["new"]) for shown in page["results"]] == [(second, True)]
    assert (page["count"], notified(bobby)) == (2, 1)
    shown = listed(bobby, "friend_requests/received")
    assert [(request["id"], request["new"]) for request in shown] == [(second, False), (first, True)]
    assert notified(bobby) == 0
    assert {request["new"] for request in listed(bobby, "friend_requests/received")} == {False}
    assert_whole(raw_items())


def test_accepting_makes_a_friendship_with_the_id_of_the_request(alice: Player, bobby: Player) -> None:
    request = ask(alice, bobby)
    answer = accept(bobby, request)
    assert answer.status == 201
    assert list(answer.body) == [
        *("id", "friend", "friend_win", "me_win", "friends_since"),
        *("matches_play_against", "matches_played_together", "matches_won_together"),
    ]
    assert (answer.body["id"], answer.body["friend"]["id"]) == (request, alice.id)
    assert [value for name, value in answer.body.items() if "win" in name or "match" in name] == [0] * 5
    (shown,) = listed(alice, "friends")
    assert (shown["id"], shown["friend"]["id"]) == (request, bobby.id)
    assert listed(bobby, "friends") == [answer.body]
    assert call("GET", f"/users/me/friends/{request}/", alice.access).body == shown
    assert call("GET", f"/users/{bobby.id}/", alice.access).body["friends"] == shown
    ((_, to, data),) = sent_events("accept-friend-request")
    assert to == (alice.id,)
    assert data["friend"]["id"] == bobby.id
    assert listed(alice, "friend_requests") == listed(bobby, "friend_requests/received") == []
    assert notified(bobby) == 0
    assert end_request(bobby, request).status == accept(bobby, request).status == 404
    assert_whole(raw_items())


def test_the_first_friend_unlocks_a_picture_for_both_once(alice: Player, bobby: Player) -> None:
    befriend(alice, bobby)
    befriend(made_player("Carol"), alice)
    unlocked = sent_events("profile-picture-unlocked")
    assert [(to, data["id"]) for _, to, data in unlocked[:2]] == [((bobby.id,), 20), ((alice.id,), 20)]
    assert len(unlocked) == 3
    remove(alice, listed(alice, "friends")[0]["id"])
    remove(alice, listed(alice, "friends")[0]["id"])
    befriend(alice, bobby)
    assert len(sent_events("profile-picture-unlocked")) == 3
    pictures = [item["pictures"]["NS"] for item in items_of("user")]
    assert all("20" in owned for owned in pictures)


def test_only_the_receiver_can_accept(alice: Player, bobby: Player) -> None:
    request = ask(alice, bobby)
    answer = accept(alice, request)
    assert (answer.status, answer.body["code"]) == (403, "own_friend_request")
    assert_whole(raw_items())


def test_the_sender_cancels_and_the_receiver_rejects(alice: Player, bobby: Player) -> None:
    for player, code, receiver in (
        (alice, "cancel-friend-request", bobby),
        (bobby, "reject-friend-request", alice),
    ):
        request = ask(alice, bobby)
        assert end_request(player, request).status == 204
        assert sent_events(code) == [(code, (receiver.id,), {"id": request})]
        assert end_request(player, request).status == 404
        assert notified(bobby) == 0
        assert_whole(raw_items())


@pytest.mark.parametrize("who", [0, 1])
def test_either_friend_can_end_the_friendship_and_the_other_gets_an_event(
    who: int, alice: Player, bobby: Player
) -> None:
    friendship, players = befriend(alice, bobby), (alice, bobby)
    assert remove(players[who], friendship).status == 204
    assert sent_events("delete-friend") == [("delete-friend", (players[1 - who].id,), {"id": friendship})]
    assert listed(alice, "friends") == listed(bobby, "friends") == []
    assert call("GET", f"/users/{alice.id}/", bobby.access).body["friends"] is None
    assert {remove(player, friendship).status for player in players} == {404}
    assert_whole(raw_items())


def test_a_request_is_refused_with_a_reason_or_as_not_found(alice: Player, bobby: Player) -> None:
    guest = new_guest()
    before = raw_items()
    for name in ("Nobody", guest.name, "", "x" * 3000, "Bobby "):
        assert request_to(name, alice) == (404, "user_not_found")
    assert request_to("aLICE", alice) == (403, "self_request")
    assert call("POST", "/users/me/friend_requests/", alice.access, {}).body == {
        "username": ["This field is required."]
    }
    assert call("POST", "/users/me/friend_requests/", alice.access, {"username": 5}).status == 400
    assert raw_items() == before
    ask(alice, bobby)
    assert request_to("Bobby", alice) == request_to("Alice", bobby) == (409, "friend_request_exists")
    accept(bobby, listed(bobby, "friend_requests/received")[0]["id"])
    assert request_to("Bobby", alice) == request_to("Alice", bobby) == (409, "already_friends")
    remove(bobby, listed(bobby, "friends")[0]["id"])
    call("PATCH", "/users/me/", bobby.access, {"accept_friend_request": False})
    assert request_to("Bobby", alice) == (403, "friend_requests_not_accepted")
    block(alice, bobby)
    assert request_to("Bobby", alice) == (403, "blocked_by_you")
    assert request_to("Alice", bobby) == (404, "user_not_found")
    assert_whole(raw_items())


def test_no_more_than_twenty_requests_can_be_pending(alice: Player) -> None:
    others = [made_player(f"Other-{n}") for n in range(limits.MAX_SENT + 1)]
    requests = [ask(alice, other) for other in others[:-1]]
    assert request_to(others[-1].name, alice) == (403, "too_many_friend_requests")
    accept(others[0], requests[0])
    assert request_to(others[-1].name, alice)[0] == 201
    assert_whole(raw_items())


def test_a_full_list_of_received_requests_or_friends_is_a_clear_403(
    alice: Player, bobby: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol = made_player("Carol")
    monkeypatch.setattr(friends, "MAX_RECEIVED", 1)
    request = ask(alice, bobby)
    assert request_to("Bobby", carol) == (403, "receiver_has_too_many_requests")
    monkeypatch.setattr(friends, "MAX_FRIENDS", 1)
    accept(bobby, request)
    second = ask(carol, bobby)
    assert accept(bobby, second).body["code"] == "too_many_friends"
    third = ask(bobby, carol) if end_request(carol, second).status == 204 else 0
    assert accept(carol, third).body["code"] == "too_many_friends"
    assert_whole(raw_items())


def test_blocking_ends_a_friendship_and_sends_an_event_to_the_other_only(
    alice: Player, bobby: Player
) -> None:
    friendship = befriend(alice, bobby)
    answer = block(alice, bobby)
    assert answer.status == 201
    assert list(answer.body) == ["id", "blocked", "blocked_at"]
    assert answer.body["blocked"]["id"] == bobby.id
    assert sent_events("delete-friend") == [("delete-friend", (bobby.id,), {"id": friendship})]
    assert listed(alice, "blocked") == [answer.body]
    assert listed(bobby, "blocked") == listed(alice, "friends") == listed(bobby, "friends") == []
    assert call("GET", f"/users/{alice.id}/", bobby.access).status == 404
    assert call("GET", f"/users/{bobby.id}/", alice.access).status == 200
    assert_whole(raw_items())


def test_blocking_the_receiver_of_a_request_cancels_it_for_both(alice: Player, bobby: Player) -> None:
    request = ask(alice, bobby)
    block(alice, bobby)
    codes = ["cancel-friend-request", "reject-friend-request", "delete-friend"]
    assert sent_events(*codes) == [("cancel-friend-request", (bobby.id, alice.id), {"id": request})]
    assert notified(bobby) == 0
    assert_whole(raw_items())


def test_blocking_the_sender_of_a_request_rejects_it(alice: Player, bobby: Player) -> None:
    request = ask(alice, bobby)
    block(bobby, alice)
    codes = ["cancel-friend-request", "reject-friend-request", "delete-friend"]
    assert sent_events(*codes) == [("reject-friend-request", (alice.id,), {"id": request})]
    assert_whole(raw_items())


def test_a_block_is_refused_with_a_reason_or_as_not_found(alice: Player, bobby: Player) -> None:
    guest = new_guest()
    assert block(alice, alice).body["code"] == "self_block"
    for user_id in (0, guest.id):
        answer = call("POST", "/users/me/blocked/", alice.access, {"user_id": user_id})
        assert (answer.status, answer.body["code"]) == (404, "user_not_found")
    for body in ({}, {"user_id": "5"}, {"user_id": -1}, {"user_id": 2**53}, {"user_id": None}):
        assert list(call("POST", "/users/me/blocked/", alice.access, body).body) == ["user_id"]
    assert block(alice, bobby).status == 201
    assert block(alice, bobby).body["code"] == "already_blocked"
    assert block(bobby, alice).body["code"] == "user_not_found"
    assert_whole(raw_items())


def test_no_more_than_fifty_users_can_be_blocked(alice: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.MAX_BLOCKED == 50
    monkeypatch.setattr(blocks, "MAX_BLOCKED", 2)
    others = [made_player(f"Other-{n}") for n in range(3)]
    made = [block(alice, other).body["id"] for other in others[:2]]
    assert block(alice, others[2]).body["code"] == "too_many_blocks"
    unblock(alice, made[0])
    assert block(alice, others[2]).status == 201
    assert_whole(raw_items())


def test_unblocking_makes_the_blocker_visible_again_and_restores_nothing_else(
    alice: Player, bobby: Player
) -> None:
    befriend(alice, bobby)
    made = block(alice, bobby).body["id"]
    assert unblock(bobby, made).body["code"] == "block_not_found"
    assert unblock(alice, made).status == 204
    assert unblock(alice, made).status == 404
    assert call("GET", f"/users/{alice.id}/", bobby.access).body["friends"] is None
    assert request_to("Alice", bobby)[0] == 201
    assert_whole(raw_items())


def test_relations_of_others_are_not_found_by_any_method(alice: Player, bobby: Player) -> None:
    carol, dave = made_player("Carol"), made_player("Dave")
    request, friendship = ask(alice, bobby), befriend(alice, carol)
    blocked = block(alice, dave).body["id"]
    before = raw_items()
    paths = {
        f"/users/me/friend_requests/{request}/": ("GET", "POST", "DELETE"),
        f"/users/me/friends/{friendship}/": ("GET", "DELETE"),
        f"/users/me/blocked/{blocked}/": ("DELETE",),
    }
    for path, methods in paths.items():
        for method in methods:
            assert call(method, path, dave.access).status == 404, f"{method} {path}"
    # An id is not found as an id of another kind.
    for method, path in (
        ("DELETE", f"/users/me/friends/{request}/"),
        ("DELETE", f"/users/me/friend_requests/{friendship}/"),
        ("POST", f"/users/me/friend_requests/{friendship}/"),
        ("DELETE", f"/users/me/blocked/{friendship}/"),
        ("DELETE", f"/users/me/friends/{blocked}/"),
    ):
        assert call(method, path, alice.access).status == 404, f"{method} {path}"
    assert raw_items() == before


def test_friends_can_be_filtered_by_being_online(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    both = [befriend(alice, bobby), befriend(alice, carol)]
    open_streams(bobby)

    def ids(**query: str) -> list[int]:
        page = call("GET", "/users/me/friends/", alice.access, query=query).body
        assert page["count"] == len(page["results"])
        return [friendship["id"] for friendship in page["results"]]

    assert ids() == both[::-1]
    assert ids(online="true") == ids(online="True") == both[:1]
    assert ids(online="false") == both[1:]
    for value in ("yes", "", "1", "Truth"):
        answer = call("GET", "/users/me/friends/", alice.access, query={"online": value})
        assert (answer.status, list(answer.body)) == (400, ["online"])


def test_pages_of_friends_and_blocks_follow_each_other(alice: Player) -> None:
    others = [made_player(f"Other-{n}") for n in range(5)]
    friendships = [befriend(alice, other) for other in others]
    query = {"limit": "2", "offset": "2"}
    page = call("GET", "/users/me/friends/", alice.access, query=query).body
    assert [shown["id"] for shown in page["results"]] == friendships[::-1][2:4]
    assert page["count"] == 5
    assert page["next"].endswith("/api/users/me/friends/?limit=2&offset=4")
    assert page["previous"].endswith("?limit=2&offset=0")
    made = [block(alice, other).body["id"] for other in others]
    page = call("GET", "/users/me/blocked/", alice.access, query=query).body
    assert [shown["id"] for shown in page["results"]] == made[::-1][2:4]
    assert (call("GET", "/users/me/blocked/", alice.access, query={"offset": "9"}).body["results"]) == []
