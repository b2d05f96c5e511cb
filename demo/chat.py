"""Pairs of players: one waits for a duel, the other one talks to them and then queues, too."""

import asyncio
import time

from demo import duel
from demo.duel import Duelist
from demo.run import Run, ms, together

TALK = (
    ("Anybody here? I am waiting for somebody to play.", "I am! One moment."),
    ("Take your time 🙂", "Best of three?"),
    ("First to three points.", "Deal. I join the queue now."),
)
"""Messages of the waiting player, each with its answer."""


async def play(run: Run) -> None:
    """The first of each pair queues, they talk, the second queues. Then they play with the opponents they get."""
    async with run.online_players(*[Duelist.register] * run.player_count) as players:
        pairs = list(zip(players[::2], players[1::2], strict=False))
        waiting = [one for one, _ in pairs]
        await together([duel.join(run, player) for player in waiting])
        rows = await together([_talk(run, one, other) for one, other in pairs])
        await together([duel.join(run, player) for player in players if player not in waiting])
        await duel.play_all(run, players)
    run.terminal.title("Conversations, as the API told them before they were read")
    head = ["player", "with", "messages", "unread before", "after", "slowest event"]
    run.terminal.table(head, rows, left=2)


async def _talk(run: Run, one: Duelist, other: Duelist) -> list[str]:
    """A conversation that the second player reads only at its end; the row of the table."""
    await other.update(accept_chat_from="everyone")
    run.say(one, f"starts a conversation with {other}", "POST /chat/")
    chat = (await one.start_chat(other.username))["id"]
    delays = []
    for question, answer in TALK:
        for writer, reader, text in ((one, other, question), (other, one, answer)):
            await asyncio.sleep(run.pace)
            delays.append(await _send(run, chat, writer, reader, text))
    before = (await other.chat(chat))["unread_messages"]
    page = await other.messages(chat)
    after = (await other.chat(chat))["unread_messages"]
    sent = [text for exchange in TALK for text in exchange]
    shown = [message["content"] for message in reversed(page["results"])]
    run.check(shown == sent, f"the conversation {chat} should be {sent}, but is {shown}")
    run.check(
        (before, after) == (len(TALK), 0),
        f"{other} should have had {len(TALK)} unread messages and then none: {before}, {after}",
    )
    return [str(one), str(other), str(page["count"]), str(before), str(after), ms(max(delays))]


async def _send(run: Run, chat: int, writer: Duelist, reader: Duelist, text: str) -> float:
    """Send a message; the seconds until its event."""
    sent_at = time.monotonic()
    message = await writer.send_message(chat, text)
    event = await reader.next("receive-message")
    run.check(event.data == message, f"{reader} should get {message}, but gets {event.data}")
    return event.at - sent_at
