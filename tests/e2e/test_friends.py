"""Friends over HTTPS and SSE, from the request to the end: every status and every event of the contract."""

from __future__ import annotations

import asyncio

import pytest
from pong_client import ApiError

from demo.event_log import EventLog
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, flush_events, in_world, refusal, refusal_code, until

FRIENDSHIP_EVENTS = (
    "receive-friend-request",
    "accept-friend-request",
    "reject-friend-request",
    "cancel-friend-request",
    "delete-friend",
)


async def two_users(here: World) -> tuple[Player, Player, EventLog, EventLog]:
    alice, bob = await here.user(), await here.user()
    return alice, bob, await here.listen(alice), await here.listen(bob)


async def befriend(alice: Player, bob: Player) -> int:
    request = await alice.ask(bob.username)
    await bob.accept(request["id"])
    return int(request["id"])


def count(stream: EventLog) -> int:
    return sum(len(stream.received(event)) for event in FRIENDSHIP_EVENTS)


def test_two_users_become_friends_play_and_end_the_friendship_with_every_event(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here)
        request = await alice.ask(bob.username.upper())
        asked = await his.next("receive-friend-request")
        assert asked.data == {**request, "new": True}
        assert asked.kwargs == {"id": request["id"], "username": alice.username}
        assert asked.payload["type"] == "notification"
        assert asked.message == f"{alice.username} wants to be your friend."
        path = f"/api/users/me/friend_requests/{request['id']}/"
        targets = [(t["method"], t["url"], t["type"]) for t in asked.payload["target"]]
        assert targets == [("POST", path, "api"), ("DELETE", path, "api")]
        assert (await bob.me())["notifications"]["friend_requests"] == 1
        assert (await bob.requests(received=True))["results"][0]["new"] is True
        assert (await bob.me())["notifications"]["friend_requests"] == 0
        assert (await alice.requests())["results"] == [request]

        friendship = await bob.accept(request["id"])
        accepted = await hers.next("accept-friend-request")
        assert accepted.data["id"] == friendship["id"] == request["id"]
        assert accepted.data["friend"]["id"] == bob.id
        assert friendship["friend"]["id"] == alice.id
        assert accepted.kwargs == {"username": bob.username}
        assert accepted.message == f"{bob.username} accepted your friend request."
        for player, stream in ((alice, hers), (bob, his)):
            picture = await stream.next("profile-picture-unlocked")
            assert (picture.data["id"], picture.data["name"]) == (20, "One Friend")
            use, see_all = picture.payload["target"]
            assert (use["method"], use["url"]) == ("PUT", "/api/users/profile-picture/20/")
            assert (see_all["display_name"], see_all["type"]) == ("See all", "url")
            used = (await player.call("PUT", use["url"].removeprefix("/api"))).body
            assert used == {**picture.data, "is_equiped": True}
        shown = (await alice.friends(online="true"))["results"]
        assert [entry["friend"]["profile_picture"]["id"] for entry in shown] == [20]
        assert (await alice.friends(online="false"))["count"] == 0

        match = await here.match(alice, bob)
        await here.server.finish(match["id"], bob.id, "player-disconnect")
        seen = (await bob.call("GET", f"/users/me/friends/{request['id']}/")).body
        assert (seen["me_win"], seen["friend_win"], seen["matches_play_against"]) == (0, 1, 1)
        assert (await alice.user(bob.id))["friends"]["me_win"] == 1

        await alice.remove_friend(request["id"])
        assert (await his.next("delete-friend")).data == {"id": request["id"]}
        await flush_events(here, (alice, hers), (bob, his))
        assert (count(hers), count(his)) == (1, 2)
        assert (await bob.friends())["count"] == 0

    in_world(stack, play)


def test_requests_are_rejected_and_cancelled_and_the_other_user_gets_an_event(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here)
        first = await alice.ask(bob.username)
        await alice.end_request(first["id"])
        assert (await his.next("cancel-friend-request")).data == {"id": first["id"]}
        second = await alice.ask(bob.username)
        await bob.end_request(second["id"])
        assert (await hers.next("reject-friend-request")).data == {"id": second["id"]}
        assert await refusal_code(alice.ask(bob.username)) == (429, "throttled")
        await flush_events(here, (alice, hers), (bob, his))
        assert (count(hers), count(his)) == (1, 3)

    in_world(stack, play)


def test_a_block_ends_requests_and_friendships_with_the_events_of_the_contract(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here)
        friendship = await befriend(alice, bob)
        block = await alice.block(bob.id)
        assert block["blocked"]["id"] == bob.id
        assert (await his.next("delete-friend")).data == {"id": friendship}
        assert (await alice.call("GET", "/users/me/blocked/")).body["results"] == [block]
        assert await refusal_code(bob.user(alice.id)) == (404, "user_not_found")
        await alice.unblock(block["id"])

        sent = await alice.ask(bob.username)
        block = await alice.block(bob.id)
        for stream in (hers, his):
            assert (await stream.next("cancel-friend-request")).data == {"id": sent["id"]}
        await alice.unblock(block["id"])

        received = await bob.ask(alice.username)
        await alice.block(bob.id)
        assert (await his.next("reject-friend-request")).data == {"id": received["id"]}
        await flush_events(here, (alice, hers), (bob, his))
        assert len(hers.received("reject-friend-request")) == len(hers.received("delete-friend")) == 0

    in_world(stack, play)


def test_a_deletion_ends_every_relation_with_events_and_leaves_none(stack: Stack) -> None:
    async def play(here: World) -> None:
        deleted, friend, asked, asking = [await here.user() for _ in range(4)]
        blocker = await here.user()
        streams = [await here.listen(player) for player in (friend, asked, asking)]
        friendship = await befriend(friend, deleted)
        sent, received = await deleted.ask(asked.username), await asking.ask(deleted.username)
        await blocker.block(deleted.id)
        await deleted.delete_account()
        assert (await streams[0].next("delete-friend")).data == {"id": friendship}
        assert (await streams[1].next("cancel-friend-request")).data == {"id": sent["id"]}
        assert (await streams[2].next("reject-friend-request")).data == {"id": received["id"]}
        assert (await friend.friends())["count"] == (await asking.requests())["count"] == 0
        assert (await asked.requests(received=True))["count"] == 0

        async def is_forgotten() -> bool:
            return not (await blocker.call("GET", "/users/me/blocked/")).body["count"]

        await until("the cleanup removes the deleted user from the blocks of others", is_forgotten)

    in_world(stack, play)


def test_every_refusal_of_the_contract_is_given(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, carol, guest = [*[await here.user() for _ in range(3)], await here.guest()]
        assert (await refusal(alice.call("POST", "/users/me/friend_requests/", json={})))[0] == 400
        assert await refusal_code(alice.ask("Nobody-at-all")) == (404, "user_not_found")
        assert await refusal_code(alice.ask(guest.username)) == (404, "user_not_found")
        assert await refusal_code(alice.ask(alice.username)) == (403, "self_request")
        assert await refusal_code(guest.ask(alice.username)) == (403, "guest_not_allowed")
        request = (await alice.ask(bob.username))["id"]
        assert await refusal_code(alice.ask(bob.username)) == (409, "friend_request_exists")
        assert await refusal_code(bob.ask(alice.username)) == (409, "friend_request_exists")
        assert await refusal_code(alice.accept(request)) == (403, "own_friend_request")
        for call in (carol.accept(request), carol.end_request(request), carol.remove_friend(request)):
            assert (await refusal(call))[0] == 404
        await bob.accept(request)
        assert await refusal_code(bob.ask(alice.username)) == (409, "already_friends")
        assert await refusal_code(carol.remove_friend(request)) == (404, "friendship_not_found")
        await carol.update(accept_friend_request=False)
        assert await refusal_code(alice.ask(carol.username)) == (403, "friend_requests_not_accepted")

        assert (await refusal(alice.call("POST", "/users/me/blocked/", json={"user_id": "x"})))[0] == 400
        assert await refusal_code(alice.block(alice.id)) == (403, "self_block")
        assert await refusal_code(alice.block(guest.id)) == (404, "user_not_found")
        assert await refusal_code(guest.block(alice.id)) == (403, "guest_not_allowed")
        block = (await alice.block(carol.id))["id"]
        assert await refusal_code(alice.block(carol.id)) == (409, "already_blocked")
        assert await refusal_code(carol.block(alice.id)) == (404, "user_not_found")
        assert await refusal_code(alice.ask(carol.username)) == (403, "blocked_by_you")
        assert await refusal_code(carol.ask(alice.username)) == (404, "user_not_found")
        assert await refusal_code(carol.unblock(block)) == (404, "block_not_found")
        assert (await refusal(alice.friends(online="maybe")))[0] == 400

        assert await refusal_code(alice.call("PUT", "/users/profile-picture/22/")) == (403, "picture_locked")
        assert await refusal_code(alice.call("PUT", "/users/profile-picture/23/")) == (
            404,
            "picture_not_found",
        )
        pictures = (await alice.call("GET", "/users/profile-pictures/")).body
        assert [picture["id"] for picture in pictures[:3]] == [1, 20, 0]

        for path in ("friend_requests/", "friend_requests/received/", "friends/", "blocked/"):
            assert await refusal_code(here.api.call("GET", f"/users/me/{path}")) == (401, "not_authenticated")

    in_world(stack, play)


@pytest.mark.one_mode
def test_twenty_requests_and_fifty_blocks_are_the_limit(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice = await here.user()
        others = await asyncio.gather(*(here.user() for _ in range(51)))
        for other in others[:20]:
            await alice.ask(other.username)
        assert await refusal_code(alice.ask(others[20].username)) == (403, "too_many_friend_requests")
        for other in others[:50]:
            await alice.block(other.id)
        assert await refusal_code(alice.block(others[50].id)) == (403, "too_many_blocks")
        assert (await alice.requests())["count"] == 0

    in_world(stack, play)


@pytest.mark.one_mode
def test_32_requests_about_one_friendship_at_once_have_one_outcome_and_no_server_error(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, _ = await two_users(here)
        request = (await alice.ask(bob.username))["id"]
        outcomes = await asyncio.gather(*(bob.accept(request) for _ in range(32)), return_exceptions=True)
        refused = [error.status for error in outcomes if isinstance(error, ApiError)]
        assert len(refused) == 31
        assert set(refused) <= {404, 429}
        await hers.next("accept-friend-request")
        both = [player.remove_friend(request) for player in (alice, bob)]
        removals = await asyncio.gather(*both, return_exceptions=True)
        assert sum(not isinstance(removal, Exception) for removal in removals) == 1
        blocks = [alice.block(bob.id) for _ in range(32)]
        answers = await asyncio.gather(*blocks, return_exceptions=True)
        refused = [error.status for error in answers if isinstance(error, ApiError)]
        assert len(refused) == 31
        assert set(refused) <= {409, 429}

    in_world(stack, play)


def test_the_data_of_a_user_is_a_file_to_save(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, _, _ = await two_users(here)
        await befriend(alice, bob)
        answer = await alice.call("GET", "/users/me/download-data/")
        assert answer.headers["content-disposition"] == 'attachment; filename="pong-data.json"'
        assert answer.body["user_data"]["username"] == alice.username
        assert answer.body["friends_data"]["friends"][0]["friend"]["id"] == bob.id
        assert await refusal_code(here.api.call("GET", "/users/me/download-data/")) == (
            401,
            "not_authenticated",
        )

    in_world(stack, play)
