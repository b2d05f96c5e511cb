"""Presence against writes that are slow or fail."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sse.presence import Presence, PresenceUnavailable
from tests.support.sse.server import ScriptedWrites, in_loop


def make_presence(writes: ScriptedWrites, *, grace: float = 0.01, lease: float = 60.0) -> Presence:
    return Presence(writes, "me", grace_seconds=grace, lease_seconds=lease)


async def started(writes: ScriptedWrites, *, grace: float = 0.01, lease: float = 60.0) -> Presence:
    presence = make_presence(writes, grace=grace, lease=lease)
    await presence.start()
    return presence


@in_loop
async def test_the_lease_is_taken_before_the_first_user_connects() -> None:
    writes = ScriptedWrites()

    presence = await started(writes)
    await presence.connect(1)

    assert writes.calls == [("renew_lease", "me"), ("come_online", 1)]
    await presence.stop(release=False)


@in_loop
async def test_several_streams_of_a_user_are_one_presence() -> None:
    writes = ScriptedWrites()
    presence = await started(writes)

    assert await asyncio.gather(*(presence.connect(1) for _ in range(5))) == [True] * 5
    for _ in range(5):
        presence.disconnect(1)
    await writes.until(lambda: ("go_offline", 1) in writes.calls)

    assert writes.named("come_online", "go_offline") == [("come_online", 1), ("go_offline", 1)]
    await presence.stop(release=False)
    assert presence.user_count == 0


@in_loop
async def test_an_unknown_user_leaves_no_trace() -> None:
    writes = ScriptedWrites()
    writes.unknown.add(1)
    presence = await started(writes)

    assert not await presence.connect(1)

    assert presence.user_count == 0
    await presence.stop(release=False)


@in_loop
async def test_a_user_who_reconnects_while_going_offline_is_written_ends_online() -> None:
    writes = ScriptedWrites()
    presence = await started(writes)
    await presence.connect(1)
    writes.gates["go_offline"] = threading.Event()
    presence.disconnect(1)
    await writes.until(lambda: ("go_offline", 1) in writes.calls)

    reconnecting = asyncio.create_task(presence.connect(1))
    await asyncio.sleep(0)
    assert writes.named("come_online") == [("come_online", 1)]
    writes.gates["go_offline"].set()

    assert await reconnecting
    assert writes.online == {1}
    assert [name for name, _ in writes.named("come_online", "go_offline")] == [
        "come_online",
        "go_offline",
        "come_online",
    ]
    await presence.stop(release=False)


@in_loop
async def test_a_user_who_reconnects_at_the_very_end_of_the_grace_stays_online() -> None:
    writes = ScriptedWrites()
    presence = await started(writes, grace=0.0)
    await presence.connect(1)
    lock = presence._users[1].lock
    async with lock:
        presence.disconnect(1)
        while not lock._waiters:  # noqa: ASYNC110 -- until going offline waits for us
            await asyncio.sleep(0)
        reconnecting = asyncio.create_task(presence.connect(1))
        await asyncio.sleep(0)

    assert await reconnecting
    await presence.stop(release=False)
    assert writes.named("come_online", "go_offline") == [("come_online", 1)]


@in_loop
async def test_a_user_who_disconnects_while_coming_online_is_written_ends_offline() -> None:
    writes = ScriptedWrites()
    writes.gates["come_online"] = threading.Event()
    presence = await started(writes, grace=0.0)
    coming = asyncio.create_task(presence.connect(1))
    await writes.until(lambda: ("come_online", 1) in writes.calls)

    writes.gates["come_online"].set()
    await coming
    presence.disconnect(1)

    await writes.until(lambda: ("go_offline", 1) in writes.calls)
    await presence.stop(release=False)
    assert writes.online == set()


@in_loop
async def test_a_failed_go_offline_is_repeated_until_it_succeeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    writes = ScriptedWrites()
    writes.failures["go_offline"] = 2
    presence = await started(writes)
    await presence.connect(1)

    presence.disconnect(1)

    await writes.until(lambda: len(writes.named("go_offline")) == 3)
    await presence.stop(release=False)
    assert writes.online == set()
    assert caplog.text.count("go_offline failed") == 2


@in_loop
async def test_a_failed_come_online_is_reported_and_taken_back() -> None:
    writes = ScriptedWrites()
    writes.failures["come_online"] = 1
    presence = await started(writes)

    with pytest.raises(PresenceUnavailable):
        await presence.connect(1)

    await writes.until(lambda: ("go_offline", 1) in writes.calls)
    assert await presence.connect(1)
    assert writes.online == {1}
    await presence.stop(release=False)


@in_loop
async def test_the_lease_is_renewed_three_times_in_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    writes = ScriptedWrites()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 3:
            await asyncio.Event().wait()

    monkeypatch.setattr("sse.presence.asyncio.sleep", sleep)
    presence = await started(writes, lease=60.0)

    await writes.until(lambda: len(writes.named("renew_lease")) == 4)

    assert set(slept) == {20.0}
    await presence.stop(release=False)


@in_loop
async def test_the_users_of_a_dead_container_are_cleared_and_a_failure_is_made_up_for() -> None:
    writes = ScriptedWrites()
    writes.dead = ["dead"]
    writes.failures["reap"] = 1

    presence = await started(writes, lease=0.1)

    await writes.until(lambda: len(writes.named("reap")) == 2)
    await presence.stop(release=False)
    assert writes.dead == []


@in_loop
async def test_clearing_a_dead_container_does_not_hold_up_the_own_lease() -> None:
    writes = ScriptedWrites()
    writes.dead = ["dead"]
    writes.gates["reap"] = threading.Event()

    presence = await started(writes, lease=0.1)

    await writes.until(lambda: len(writes.named("renew_lease")) >= 4)
    assert writes.named("reap") == [("reap", "dead")]
    writes.gates["reap"].set()
    await presence.stop(release=False)


@in_loop
async def test_after_the_own_lease_has_lapsed_all_connected_users_are_written_again() -> None:
    writes = ScriptedWrites()
    presence = await started(writes, lease=0.3)
    await presence.connect(1)
    await presence.connect(2)
    presence.disconnect(2)
    await writes.until(lambda: ("go_offline", 2) in writes.calls)

    writes.failures["renew_lease"] = 2  # the first repetition comes 0.2 s later, the second 0.4 s
    await writes.until(lambda: writes.calls.count(("come_online", 1)) >= 2)

    assert writes.calls.count(("come_online", 2)) == 1
    await presence.stop(release=False)


@in_loop
async def test_a_release_comes_after_every_write_under_way() -> None:
    writes = ScriptedWrites()
    presence = await started(writes)
    writes.gates["come_online"] = threading.Event()
    coming = asyncio.create_task(presence.connect(1))
    await writes.until(lambda: ("come_online", 1) in writes.calls)

    stopping = asyncio.create_task(presence.stop(release=True))
    await asyncio.sleep(0.2)  # long enough to release too early
    assert not writes.named("release")
    writes.gates["come_online"].set()
    await coming
    await stopping

    assert writes.calls[-1] == ("release", "me")
    assert writes.online == set()


@in_loop
async def test_a_release_that_fails_does_not_try_every_user(caplog: pytest.LogCaptureFixture) -> None:
    writes = ScriptedWrites()
    presence = await started(writes)
    for user_id in range(200):
        await presence.connect(user_id)
    writes.failures["go_offline"] = 200

    await presence.stop(release=True)

    assert len(writes.named("go_offline")) < 200
    assert not writes.named("release")
    assert "ends by itself" in caplog.text


@in_loop
async def test_no_user_can_connect_after_the_stop() -> None:
    writes = ScriptedWrites()
    presence = await started(writes)
    await presence.stop(release=True)

    with pytest.raises(PresenceUnavailable):
        await presence.connect(1)


@in_loop
async def test_without_release_users_stay_until_the_lease_ends() -> None:
    writes = ScriptedWrites()
    presence = await started(writes)
    await presence.connect(1)

    await presence.stop(release=False)

    assert writes.online == {1}
    assert not writes.named("release")


@in_loop
async def test_an_unknown_user_in_a_crowd_keeps_only_itself_out() -> None:
    writes = ScriptedWrites()
    writes.unknown.add(7)
    presence = await started(writes)

    found = await asyncio.gather(*(presence.connect(user_id) for user_id in range(40)))

    assert [user_id for user_id, let_in in enumerate(found) if not let_in] == [7]
    assert writes.online == set(range(40)) - {7}
    assert presence.user_count == 39
    await presence.stop(release=False)
