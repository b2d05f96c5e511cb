"""Presence against a book of writes that can be slow and can fail."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sse.presence import Presence, PresenceUnavailable
from tests.support.sse.server import Book, in_loop


def make_presence(book: Book, *, grace: float = 0.01, lease: float = 60.0) -> Presence:
    return Presence(book, "me", grace_seconds=grace, lease_seconds=lease)


async def started(book: Book, *, grace: float = 0.01, lease: float = 60.0) -> Presence:
    presence = make_presence(book, grace=grace, lease=lease)
    await presence.start()
    return presence


@in_loop
async def test_the_lease_is_taken_before_anybody_can_come() -> None:
    book = Book()

    presence = await started(book)
    await presence.arrive(1)

    assert book.calls == [("renew_lease", "me"), ("come_online", 1)]
    await presence.stop(release=False)


@in_loop
async def test_several_streams_of_a_user_are_one_presence() -> None:
    book = Book()
    presence = await started(book)

    assert await asyncio.gather(*(presence.arrive(1) for _ in range(5))) == [True] * 5
    for _ in range(5):
        presence.depart(1)
    await book.until(lambda: ("go_offline", 1) in book.calls)

    assert book.written("come_online", "go_offline") == [("come_online", 1), ("go_offline", 1)]
    await presence.stop(release=False)
    assert presence.user_count == 0


@in_loop
async def test_an_unknown_user_leaves_no_trace() -> None:
    book = Book()
    book.unknown.add(1)
    presence = await started(book)

    assert not await presence.arrive(1)

    assert presence.user_count == 0
    await presence.stop(release=False)


@in_loop
async def test_one_who_comes_back_while_going_offline_is_written_is_online_in_the_end() -> None:
    book = Book()
    presence = await started(book)
    await presence.arrive(1)
    book.gates["go_offline"] = threading.Event()
    presence.depart(1)
    await book.until(lambda: ("go_offline", 1) in book.calls)

    coming_back = asyncio.create_task(presence.arrive(1))
    await asyncio.sleep(0)
    assert book.written("come_online") == [("come_online", 1)]
    book.gates["go_offline"].set()

    assert await coming_back
    assert book.online == {1}
    assert [name for name, _ in book.written("come_online", "go_offline")] == [
        "come_online",
        "go_offline",
        "come_online",
    ]
    await presence.stop(release=False)


@in_loop
async def test_one_who_comes_back_at_the_very_end_of_the_grace_stays_online() -> None:
    book = Book()
    presence = await started(book, grace=0.0)
    await presence.arrive(1)
    lock = presence._visitors[1].lock
    async with lock:
        presence.depart(1)
        while not lock._waiters:  # noqa: ASYNC110 -- until going offline waits for us
            await asyncio.sleep(0)
        coming_back = asyncio.create_task(presence.arrive(1))
        await asyncio.sleep(0)

    assert await coming_back
    await presence.stop(release=False)
    assert book.written("come_online", "go_offline") == [("come_online", 1)]


@in_loop
async def test_one_who_leaves_while_coming_online_is_written_is_offline_in_the_end() -> None:
    book = Book()
    book.gates["come_online"] = threading.Event()
    presence = await started(book, grace=0.0)
    coming = asyncio.create_task(presence.arrive(1))
    await book.until(lambda: ("come_online", 1) in book.calls)

    book.gates["come_online"].set()
    await coming
    presence.depart(1)

    await book.until(lambda: ("go_offline", 1) in book.calls)
    await presence.stop(release=False)
    assert book.online == set()


@in_loop
async def test_a_failed_going_offline_is_tried_again_until_it_succeeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    book = Book()
    book.failures["go_offline"] = 2
    presence = await started(book)
    await presence.arrive(1)

    presence.depart(1)

    await book.until(lambda: len(book.written("go_offline")) == 3)
    await presence.stop(release=False)
    assert book.online == set()
    assert caplog.text.count("go_offline failed") == 2


@in_loop
async def test_a_failed_coming_online_is_reported_and_taken_back() -> None:
    book = Book()
    book.failures["come_online"] = 1
    presence = await started(book)

    with pytest.raises(PresenceUnavailable):
        await presence.arrive(1)

    await book.until(lambda: ("go_offline", 1) in book.calls)
    assert await presence.arrive(1)
    assert book.online == {1}
    await presence.stop(release=False)


@in_loop
async def test_the_lease_is_renewed_three_times_in_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 3:
            await asyncio.Event().wait()

    monkeypatch.setattr("sse.presence.asyncio.sleep", sleep)
    presence = await started(book, lease=60.0)

    await book.until(lambda: len(book.written("renew_lease")) == 4)

    assert set(slept) == {20.0}
    await presence.stop(release=False)


@in_loop
async def test_what_dead_containers_left_is_cleared_and_a_failure_is_made_up_for() -> None:
    book = Book()
    book.dead = ["dead"]
    book.failures["reap"] = 1

    presence = await started(book, lease=0.1)

    await book.until(lambda: len(book.written("reap")) == 2)
    await presence.stop(release=False)
    assert book.dead == []


@in_loop
async def test_clearing_a_dead_container_does_not_hold_up_our_own_lease() -> None:
    book = Book()
    book.dead = ["dead"]
    book.gates["reap"] = threading.Event()

    presence = await started(book, lease=0.1)

    await book.until(lambda: len(book.written("renew_lease")) >= 4)
    assert book.written("reap") == [("reap", "dead")]
    book.gates["reap"].set()
    await presence.stop(release=False)


@in_loop
async def test_after_our_lease_had_lapsed_everybody_here_is_written_again() -> None:
    book = Book()
    presence = await started(book, lease=0.3)
    await presence.arrive(1)
    await presence.arrive(2)
    presence.depart(2)
    await book.until(lambda: ("go_offline", 2) in book.calls)

    book.failures["renew_lease"] = 2  # the first repetition comes 0.2 s later, the second 0.4 s
    await book.until(lambda: book.calls.count(("come_online", 1)) == 2)

    assert book.calls.count(("come_online", 2)) == 1
    await presence.stop(release=False)


@in_loop
async def test_a_release_comes_after_every_write_under_way() -> None:
    book = Book()
    presence = await started(book)
    book.gates["come_online"] = threading.Event()
    coming = asyncio.create_task(presence.arrive(1))
    await book.until(lambda: ("come_online", 1) in book.calls)

    stopping = asyncio.create_task(presence.stop(release=True))
    await asyncio.sleep(0.2)  # long enough to release too early
    assert not book.written("release")
    book.gates["come_online"].set()
    await coming
    await stopping

    assert book.calls[-1] == ("release", "me")
    assert book.online == set()


@in_loop
async def test_a_release_that_fails_does_not_try_everybody(caplog: pytest.LogCaptureFixture) -> None:
    book = Book()
    presence = await started(book)
    for user_id in range(200):
        await presence.arrive(user_id)
    book.failures["go_offline"] = 200

    await presence.stop(release=True)

    assert len(book.written("go_offline")) < 200
    assert not book.written("release")
    assert "ends by itself" in caplog.text


@in_loop
async def test_nobody_can_come_any_more_after_the_stop() -> None:
    book = Book()
    presence = await started(book)
    await presence.stop(release=True)

    with pytest.raises(PresenceUnavailable):
        await presence.arrive(1)


@in_loop
async def test_without_release_users_stay_until_the_lease_ends() -> None:
    book = Book()
    presence = await started(book)
    await presence.arrive(1)

    await presence.stop(release=False)

    assert book.online == {1}
    assert not book.written("release")
