"""Conversations over HTTPS and SSE: every status and the event of the contract."""

from __future__ import annotations

import asyncio

import pytest
from pong_client import ApiError

from demo.event_log import EventLog
from demo.player import Player
from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, flush_events, in_world, refusal, refusal_code, until

EACH = 200


async def two_users(here: World) -> tuple[Player, Player, EventLog, EventLog]:
    alice, bob = await here.user(), await here.user()
    for player in (alice, bob):
        await player.update(accept_chat_from="everyone")
    return alice, bob, await here.listen(alice), await here.listen(bob)


def test_two_users_write_hide_and_read_with_every_event(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here)
        chat = await alice.start_chat(bob.username.upper())
        assert (chat["chat_with"]["id"], chat["last_message"], chat["view_chat"]) == (bob.id, None, True)

        sent = await alice.send_message(chat["id"], "  Hello Bob 👋 ")
        assert (sent["content"], sent["is_read"], sent["chat_id"]) == ("Hello Bob 👋", False, chat["id"])
        event = await his.next("receive-message")
        assert event.data == sent
        assert event.kwargs == {
            "username": alice.username,
            "message": "Hello Bob 👋",
            "chat_id": chat["id"],
        }
        assert (event.payload["service"], event.payload["type"]) == ("chat", "notification")
        assert event.message == f"{alice.username}: Hello Bob 👋"
        assert event.payload["target"][0]["url"] == f"/chat/{chat['id']}"
        assert (await bob.me())["notifications"]["chats"] == 1
        shown = await bob.chat(chat["id"])
        assert (shown["unread_messages"], shown["last_message"]) == (1, sent)

        page = await bob.messages(chat["id"])
        assert (page["count"], page["results"]) == (1, [sent])
        assert (await bob.messages(chat["id"]))["results"] == [{**sent, "is_read": True}]
        assert (await bob.me())["notifications"]["chats"] == 0
        assert (await alice.messages(chat["id"]))["results"] == [{**sent, "is_read": True}]

        # The document has this path without `chat/` as well.
        answer = await bob.call("POST", f"/{chat['id']}/messages/", json={"content": "Hi", "is_read": True})
        assert (answer.status, answer.body["is_read"]) == (201, True)
        assert (await hers.next("receive-message")).data == answer.body
        assert (await alice.me())["notifications"]["chats"] == 0

        await alice.hide_chat(chat["id"])
        assert (await alice.chats())["results"] == []
        assert [found["view_chat"] for found in (await alice.chats(q=bob.username[1:4]))["results"]] == [
            False
        ]
        assert await refusal_code(alice.send_message(chat["id"], "?")) == (403, "chat_hidden")
        await bob.send_message(chat["id"], "Still there?")
        assert [found["view_chat"] for found in (await alice.chats())["results"]] == [True]
        await alice.hide_chat(chat["id"])
        await alice.messages(chat["id"])
        assert (await alice.chat(chat["id"]))["view_chat"] is True

        await bob.update(username=f"{bob.username[:20]}-new")
        assert (await alice.chats(q="-NEW"))["count"] == 1
        await flush_events(here, (alice, hers), (bob, his))
        assert (len(hers.received("receive-message")), len(his.received("receive-message"))) == (2, 1)

    in_world(stack, play)


def test_every_refusal_of_the_contract_is_given(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, _, _ = await two_users(here)
        carol, guest = await here.user(), await here.guest()
        chat = (await alice.start_chat(bob.username))["id"]
        assert await refusal_code(bob.start_chat(alice.username)) == (409, "chat_exists")
        assert await refusal_code(alice.start_chat(carol.username)) == (403, "chat_not_accepted")
        assert await refusal_code(alice.start_chat(alice.username)) == (403, "self_chat")
        for unknown in ("Nobody-at-all", guest.username):
            assert await refusal_code(alice.start_chat(unknown)) == (404, "user_not_found")
        assert (await refusal(alice.call("POST", "/chat/", json={})))[0] == 400
        for content, media_type, expected in (
            (b"[]", "application/json", (400, "malformed_body")),
            (b"username=bob", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        ):
            headers = {"content-type": media_type}
            assert (
                await refusal_code(alice.call("POST", "/chat/", content=content, headers=headers)) == expected
            )
        for method, path, body in (
            ("GET", f"/chat/{chat}/", None),
            ("DELETE", f"/chat/{chat}/", None),
            ("GET", f"/chat/{chat}/messages/", None),
            ("POST", f"/chat/{chat}/messages/", {"content": "x"}),
            ("POST", f"/{chat}/messages/", {"content": "x"}),
        ):
            assert await refusal_code(carol.call(method, path, json=body)) == (403, "not_in_chat")
            assert await refusal_code(guest.call(method, path, json=body)) == (403, "guest_not_allowed")
            assert await refusal_code(alice.call(method, path.replace(str(chat), "5"), json=body)) == (
                403,
                "not_in_chat",
            )
            assert (await refusal(here.api.call(method, path, json=body)))[0] == 401
            assert await refusal_code(alice.call(method, path.replace(str(chat), "five"), json=body)) == (
                404,
                "not_found",
            )
        for text in ("", " \n ", "x" * 1001, 5, None):
            status, found = await refusal(
                alice.call("POST", f"/chat/{chat}/messages/", json={"content": text})
            )
            assert (status, list(found)) == (400, ["content"])
        for method in ("GET", "POST"):
            assert (await refusal(here.api.call(method, "/chat/")))[0] == 401
            assert await refusal_code(
                guest.call(method, "/chat/", json={"username": "x"} if method == "POST" else None)
            ) == (
                403,
                "guest_not_allowed",
            )

        block = await alice.block(bob.id)
        for player in (alice, bob):
            assert (await player.chats(q="-"))["count"] == (await player.chats())["count"] == 0
            assert await refusal_code(player.chat(chat)) == (403, "not_in_chat")
            assert await refusal_code(player.send_message(chat, "x")) == (403, "not_in_chat")
            assert await refusal_code(player.messages(chat)) == (403, "not_in_chat")
            assert await refusal_code(player.hide_chat(chat)) == (403, "not_in_chat")
        assert await refusal_code(alice.start_chat(bob.username)) == (403, "blocked_by_you")
        assert await refusal_code(bob.start_chat(alice.username)) == (404, "user_not_found")
        await alice.unblock(block["id"])
        assert (await bob.chat(chat))["id"] == chat

    in_world(stack, play)


@pytest.mark.one_mode
def test_two_users_who_send_200_messages_each_at_once_get_all_of_them_in_order(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, hers, his = await two_users(here)
        chat = (await alice.start_chat(bob.username))["id"]

        async def is_sent(player: Player, content: str) -> bool:
            try:
                await player.send_message(chat, content)
            except ApiError as error:
                if error.status != 429:
                    raise
                return False
            return True

        async def send_all(player: Player) -> None:
            for n in range(EACH):
                while not await is_sent(player, f"{player.id} {n}"):
                    pass  # a lost race is a 429, and changes nothing

        await asyncio.gather(send_all(alice), send_all(bob))
        await flush_events(here, (alice, hers), (bob, his))
        pages = [await alice.messages(chat, limit=100, offset=offset) for offset in range(0, 2 * EACH, 100)]
        contents = [message["content"] for page in pages for message in page["results"]][::-1]
        for stream, other in ((hers, bob), (his, alice)):
            written = [f"{other.id} {n}" for n in range(EACH)]
            assert [content for content in contents if content.startswith(f"{other.id} ")] == written
            assert [event.data["content"] for event in stream.received("receive-message")] == written
        assert len(contents) == 2 * EACH
        assert (await bob.chat(chat))["unread_messages"] == EACH
        assert (await bob.me())["notifications"]["chats"] == 1
        assert (await alice.me())["notifications"]["chats"] == 0

    in_world(stack, play)


def test_of_64_identical_creations_at_once_one_is_201_and_the_rest_409(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, _, _ = await two_users(here)
        creations = [player.start_chat(other.username) for player, other in ((alice, bob), (bob, alice)) * 32]
        outcomes = await asyncio.gather(*creations, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, ApiError)]
        assert [refusal.status for refusal in refused] == [409] * 63
        (made,) = (outcome for outcome in outcomes if not isinstance(outcome, ApiError))
        assert isinstance(made, dict)
        assert (await alice.chats())["count"] == 1

    in_world(stack, play)


@pytest.mark.one_mode
def test_the_conversations_of_a_deleted_account_are_gone_for_the_others(stack: Stack) -> None:
    async def play(here: World) -> None:
        alice, bob, _, _ = await two_users(here)
        chat = (await alice.start_chat(bob.username))["id"]
        for n in range(70):
            await alice.send_message(chat, str(n))
        data = (await bob.call("GET", "/users/me/download-data/")).body["chat_data"]
        assert [message["content"] for message in data[0]["messages"]] == [
            str(n) for n in reversed(range(70))
        ]
        await alice.delete_account()
        for call in (bob.chat(chat), bob.messages(chat), bob.send_message(chat, "?")):
            assert await refusal_code(call) == (403, "not_in_chat")
        assert (await bob.chats())["results"] == []

        async def is_gone() -> bool:
            return bool((await bob.me())["notifications"]["chats"] == (await bob.chats())["count"] == 0)

        await until("the conversation is erased", is_gone)

    in_world(stack, play)
