"""Many actions on friend requests, friendships and blocks at once: one outcome, one consistent graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from shared.domain.errors import RaceLost
from shared.domain.social.relations import MAX_SENT
from shared.store.social.relations import Relation, Relations
from shared.store.unit_of_work import UnitOfWork
from tests.support.calls import Answer, call
from tests.support.concurrency import at_once, commit_after
from tests.support.database import raw_items
from tests.support.events import sent_events
from tests.support.friends import accept, ask, befriend, block, end_request, listed, remove, unblock
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import finish, in_duel
from tests.support.players import Player, made_player, open_streams

pytestmark = pytest.mark.usefixtures("account")

MANY = 32


def send(sender: Player, receiver: Player) -> Answer:
    return call("POST", "/users/me/friend_requests/", sender.access, {"username": receiver.name})


def outcome(answers: Sequence[Answer], success: int, *lost: int) -> None:
    """Exactly one answer is a success; the others are refused as too late, or are 429."""
    statuses = Counter(answer.status for answer in answers)
    assert statuses[success] == 1, statuses
    assert statuses.keys() <= {success, *lost, 429}, statuses
    assert_whole(raw_items())


def test_many_identical_requests_at_once_make_one(alice: Player, bobby: Player) -> None:
    outcome(at_once(*[partial(send, alice, bobby)] * MANY), 201, 409)
    assert len(listed(alice, "friend_requests")) == 1
    assert len(sent_events("receive-friend-request")) == 1


@pytest.mark.parametrize("attempt", range(4))
def test_two_users_who_ask_each_other_at_once_have_one_request(
    attempt: int, alice: Player, bobby: Player
) -> None:
    outcome(at_once(partial(send, alice, bobby), partial(send, bobby, alice)), 201, 409)


def test_many_acceptances_at_once_make_one_friendship_and_one_picture_each(
    alice: Player, bobby: Player
) -> None:
    request = ask(alice, bobby)
    outcome(at_once(*[partial(accept, bobby, request)] * MANY), 201, 404)
    assert len(sent_events("accept-friend-request")) == 1
    assert len(sent_events("profile-picture-unlocked")) == 2


def test_many_cancellations_at_once_end_a_request_once(alice: Player, bobby: Player) -> None:
    request = ask(alice, bobby)
    outcome(at_once(*[partial(end_request, alice, request)] * MANY), 204, 404)
    assert len(sent_events("cancel-friend-request")) == 1


def test_many_blocks_at_once_are_one(alice: Player, bobby: Player) -> None:
    befriend(alice, bobby)
    outcome(at_once(*[partial(block, alice, bobby)] * MANY), 201, 409)
    assert len(sent_events("delete-friend")) == 1


def test_many_removals_by_both_at_once_end_a_friendship_once(alice: Player, bobby: Player) -> None:
    friendship = befriend(alice, bobby)
    removals = [partial(remove, player, friendship) for player in (alice, bobby)] * (MANY // 2)
    outcome(at_once(*removals), 204, 404)
    assert len(sent_events("delete-friend")) == 1


def test_acceptance_rejection_cancellation_and_blocks_at_once_leave_one_outcome(
    alice: Player, bobby: Player
) -> None:
    request = ask(alice, bobby)
    actions: list[Callable[[], Answer]] = [
        partial(accept, bobby, request),
        partial(end_request, bobby, request),
        partial(end_request, alice, request),
        partial(block, alice, bobby),
        partial(block, bobby, alice),
    ]
    answers = at_once(*actions * 6)
    assert {answer.status for answer in answers} <= {201, 204, 403, 404, 409, 429}
    assert_whole(raw_items())
    ended = sent_events("cancel-friend-request", "reject-friend-request", "delete-friend")
    friends = sent_events("accept-friend-request")
    blocked = listed(alice, "blocked") + listed(bobby, "blocked")
    assert len(ended) <= 1
    if ended and ended[0][0] != "delete-friend":
        assert not friends
    assert len(blocked) <= 1
    if blocked:
        assert len(ended) == 1


@pytest.mark.parametrize("attempt", range(4))
def test_two_users_who_block_each_other_at_once_are_not_both_blocked(
    attempt: int, alice: Player, bobby: Player
) -> None:
    outcome(at_once(partial(block, alice, bobby), partial(block, bobby, alice)), 201, 404)


@pytest.mark.parametrize("attempt", range(4))
def test_a_request_and_a_block_at_once_never_leave_both(attempt: int, alice: Player, bobby: Player) -> None:
    sent, blocked = at_once(partial(send, alice, bobby), partial(block, bobby, alice))
    assert blocked.status == 201
    assert sent.status in {201, 404}
    assert listed(alice, "friend_requests") == []
    assert_whole(raw_items())


def test_a_block_that_is_just_before_a_request_hides_the_blocker(alice: Player, bobby: Player) -> None:
    assert commit_after(lambda: block(bobby, alice), lambda: send(alice, bobby)).status == 404
    assert_whole(raw_items())


def test_a_request_that_is_just_before_a_block_is_ended_by_it(alice: Player, bobby: Player) -> None:
    assert commit_after(lambda: ask(alice, bobby), lambda: block(bobby, alice)).status == 201
    assert len(sent_events("reject-friend-request")) == 1
    assert_whole(raw_items())


def test_a_cancellation_never_ends_a_later_request_of_the_pair(alice: Player, bobby: Player) -> None:
    first = ask(alice, bobby)

    def reject_and_ask_again() -> int:
        end_request(bobby, first)
        return ask(alice, bobby)

    assert commit_after(reject_and_ask_again, lambda: end_request(alice, first)).status == 404
    assert len(listed(alice, "friend_requests")) == 1
    assert_whole(raw_items())


def test_a_cancellation_never_ends_the_friendship_that_the_request_has_become(
    alice: Player, bobby: Player
) -> None:
    request = ask(alice, bobby)
    assert commit_after(lambda: accept(bobby, request), lambda: end_request(alice, request)).status == 404
    assert len(listed(alice, "friends")) == 1
    assert_whole(raw_items())


def test_the_fiftieth_friend_is_noticed_also_if_two_come_at_once(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    befriend(bobby, carol)
    befriend(alice, made_player("Dave"))
    # The other 47 friends exist in this list only: their number is enough.
    lines = {Relation(n, n).line() for n in range(1, 48)}
    Relations.of(alice.id).update(actions=[Relations.friends.add(lines)])
    requests = ask(bobby, alice), ask(carol, alice)
    answer = commit_after(lambda: accept(alice, requests[0]), lambda: accept(alice, requests[1]))
    assert answer.status == 201
    unlocked = [(to, data["id"]) for _, to, data in sent_events("profile-picture-unlocked")]
    assert unlocked.count(((alice.id,), 21)) == 1


def test_a_setting_that_changes_just_before_a_request_counts(alice: Player, bobby: Player) -> None:
    def close() -> Answer:
        return call("PATCH", "/users/me/", bobby.access, {"accept_friend_request": False})

    answer = commit_after(close, lambda: send(alice, bobby))
    assert (answer.status, answer.body["code"]) == (403, "friend_requests_not_accepted")


def test_a_request_that_arrives_while_the_list_is_read_stays_new(alice: Player, bobby: Player) -> None:
    carol = made_player("Carol")
    ask(alice, bobby)
    path = "/users/me/friend_requests/received/"
    shown = commit_after(lambda: ask(carol, bobby), lambda: call("GET", path, bobby.access))
    assert (shown.status, [request["new"] for request in shown.body["results"]]) == (200, [True])
    assert call("GET", "/users/me/", bobby.access).body["notifications"]["friend_requests"] == 1
    assert [request["new"] for request in listed(bobby, "friend_requests/received")] == [True, False]
    assert_whole(raw_items())


def test_a_list_is_read_even_if_its_requests_cannot_be_marked(
    alice: Player, bobby: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(alice, bobby)

    def lose(_: UnitOfWork) -> None:
        raise RaceLost

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "commit", lose)
        patch.setattr("time.sleep", lambda _: None)
        shown = listed(bobby, "friend_requests/received")
    assert shown == listed(bobby, "friend_requests/received")
    assert [request["new"] for request in shown] == [True]


def test_a_request_that_is_cancelled_while_the_list_is_read_does_not_disturb_it(
    alice: Player, bobby: Player
) -> None:
    request = ask(alice, bobby)
    path = "/users/me/friend_requests/received/"
    shown = commit_after(lambda: end_request(alice, request), lambda: call("GET", path, bobby.access))
    assert shown.status == 200
    assert_whole(raw_items())


def test_the_last_free_request_is_given_once(alice: Player) -> None:
    others = [made_player(f"Other-{n}") for n in range(MAX_SENT + 5)]
    for other in others[: MAX_SENT - 1]:
        ask(alice, other)
    answers = at_once(*(partial(send, alice, other) for other in others[MAX_SENT - 1 :]))
    outcome(answers, 201, 403)
    assert call("GET", "/users/me/friend_requests/", alice.access).body["count"] == MAX_SENT


def test_a_friendship_that_ends_just_before_a_match_is_not_counted_and_delays_nothing(
    alice: Player, bobby: Player
) -> None:
    friendship = befriend(alice, bobby)
    open_streams(alice, bobby)
    match_id = in_duel(alice, bobby)
    answer = commit_after(lambda: remove(alice, friendship), lambda: finish(match_id, bobby))
    assert answer.status == 200
    assert listed(alice, "friends") == []
    assert_whole(raw_items())


def test_a_match_never_counts_for_a_later_request_of_the_pair(alice: Player, bobby: Player) -> None:
    friendship = befriend(alice, bobby)
    open_streams(alice, bobby)
    match_id = in_duel(alice, bobby)

    def remove_and_ask_again() -> None:
        remove(alice, friendship)
        ask(alice, bobby)

    assert commit_after(remove_and_ask_again, lambda: finish(match_id, bobby)).status == 200
    assert_whole(raw_items())


def test_a_block_during_queueing_is_never_followed_by_a_match(alice: Player, bobby: Player) -> None:
    open_streams(alice, bobby)
    queue = partial(call, "POST", "/play/duel/")
    queue(alice.access)
    answers = at_once(partial(queue, bobby.access), partial(block, alice, bobby))
    assert [answer.status for answer in answers] == [201, 201]
    starts = sent_events("game-start")
    playing = call("GET", f"/users/{bobby.id}/", alice.access).body["status"]["game_playing"]
    assert len(starts) == int(playing is not None)
    assert_whole(raw_items())


def test_many_blocks_requests_and_unblocks_at_once_leave_one_outcome(alice: Player, bobby: Player) -> None:
    made = block(alice, bobby).body["id"]
    outcome(at_once(*[partial(unblock, alice, made)] * MANY), 204, 404)
    answers = at_once(*[partial(block, alice, bobby), partial(send, bobby, alice)] * 8)
    assert {answer.status for answer in answers} <= {201, 404, 409, 429}
    assert listed(bobby, "friend_requests") == []
    assert_whole(raw_items())
