"""Two and two players: one queues for a duel and waits, the other keeps them company in a conversation, and joins."""

import asyncio
import time

from demo import duel
from demo.duel import Entry
from demo.player import EventTimeoutError
from demo.run import EVENT_SECONDS, Stage, together

TALK = (
    ("Anybody here? I am waiting for somebody to play.", "I am! One moment."),
    ("Take your time 🙂", "Best of three?"),
    ("First to three points.", "Deal. I join the queue now."),
)
"""What is said: by the one who waits, and what the other one answers."""


async def play(stage: Stage) -> None:
    """The first of every two waits in the queue; they talk; the second joins, and whoever meets there plays."""
    async with stage.cast() as actors:
        entries = [Entry(actor.player, actor.stream) for actor in actors]
        pairs = list(zip(entries[::2], entries[1::2], strict=False))
        await together([duel.join(stage, one) for one, _ in pairs])
        rows = await together([_talk(stage, one, other) for one, other in pairs])
        others = [entry for entry in entries if entry not in [one for one, _ in pairs]]
        await together([duel.join(stage, entry) for entry in others])
        await duel.play_all(stage, entries)
    stage.terminal.title("Conversations, as the API told them before they were read")
    head = ["player", "with", "messages", "unread before", "after", "slowest event"]
    stage.terminal.table(head, rows, left=2)


async def _talk(stage: Stage, one: Entry, other: Entry) -> list[str]:
    """The conversation of two, of which the second one reads nothing until its end."""
    await other.player.update(accept_chat_from="everyone")
    stage.terminal.say(one.name, f"starts a conversation with {other.name}", "POST /chat/")
    chat = (await one.player.start_chat(other.name))["id"]
    delays = []
    for question, answer in TALK:
        for writer, reader, text in ((one, other, question), (other, one, answer)):
            await asyncio.sleep(stage.pace)
            delays.append(await _say(stage, chat, writer, reader, text))
    before = (await other.player.chat(chat))["unread_messages"]
    page = await other.player.messages(chat)
    after = (await other.player.chat(chat))["unread_messages"]
    said = [text for exchange in TALK for text in exchange]
    shown = [message["content"] for message in reversed(page["results"])]
    stage.check(shown == said, f"the conversation {chat} should be {said}, but is {shown}")
    stage.check(
        (before, after) == (len(TALK), 0),
        f"{other.name} should have had {len(TALK)} unread messages and then none: {before}, {after}",
    )
    return [
        one.name,
        other.name,
        str(page["count"]),
        str(before),
        str(after),
        f"{max(delays) * 1000:.0f} ms",
    ]


async def _say(stage: Stage, chat: int, writer: Entry, reader: Entry, text: str) -> float:
    """One message, from being sent to being told; in seconds."""
    sent_at = time.monotonic()
    sent = await writer.player.send_message(chat, text)
    try:
        told = await reader.stream.next("receive-message", timeout=EVENT_SECONDS)
    except EventTimeoutError as error:
        raise EventTimeoutError(f"{reader.name} was not told of {text!r}: {error}") from error
    stage.check(told.data == sent, f"{reader.name} was told of {told.data} instead of {sent}")
    return told.at - sent_at
