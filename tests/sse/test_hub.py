from __future__ import annotations

import json

import pytest

from shared.domain.accounts.errors import SessionEnded
from shared.domain.errors import TokenUserNotFound
from shared.events import PING
from sse.framing import frame
from sse.hub import Hub
from sse.outbox import read_outbox
from sse.stream import SessionKey
from tests.support.sse.records import NOW, Listener, ending, item, record


def make_hub(**changes: object) -> Hub:
    return Hub(**{"name": "test", **changes})  # type: ignore[arg-type]


def publish(hub: Hub, *ns: int, to: tuple[int, ...] = (1,), shard: str = "a", now: float = NOW) -> None:
    for n in ns:
        hub.publish(item(to, n, committed=now), shard, now)


def publish_last(hub: Hub, committed: float) -> str:
    """Deliver now an event written at that time; its id."""
    made = item((1,), 2, committed=committed)
    hub.publish(made, "a", NOW)
    return made.deliveries[0].id


def listening(hub: Hub, user_id: int = 1, last_id: str | None = None) -> Listener:
    """A client that has read its pending events."""
    listener = Listener(hub, user_id, last_id)
    listener.read()
    return listener


def resumed(listener: Listener, now: float = NOW) -> Listener:
    """The client after it reconnected and read its pending events."""
    again = listener.reconnect(now)
    again.read()
    return again


def test_every_stream_of_every_receiver_gets_the_event_and_no_other_stream() -> None:
    hub = make_hub()
    first, second, other, stranger = (Listener(hub, user) for user in (1, 1, 2, 3))

    publish(hub, 5, to=(1, 2))

    for listener in (first, second, other, stranger):
        listener.read()
    assert [listener.numbers for listener in (first, second, other, stranger)] == [[5], [5], [5], []]


def test_events_come_in_the_order_in_which_they_were_read() -> None:
    hub = make_hub()
    listener = Listener(hub)

    publish(hub, *range(50))
    listener.read()

    assert listener.numbers == list(range(50))


def test_a_stream_is_woken_once_until_it_is_read() -> None:
    hub = make_hub()
    listener = listening(hub)
    before = listener.woken

    publish(hub, 1, 2, 3)

    assert listener.woken == before + 1


def test_a_repeated_record_is_delivered_once() -> None:
    hub = make_hub()
    listener = Listener(hub)
    repeated = item(n=1)

    for _ in range(3):
        hub.publish(repeated, "a", NOW)
    listener.read()

    assert listener.numbers == [1]


def test_a_client_that_resumes_gets_the_missed_events_and_then_the_live_ones() -> None:
    hub = make_hub()
    listener = Listener(hub)
    publish(hub, 1, 2)
    listener.read()
    listener.disconnect()

    publish(hub, 3, 4)
    again = listener.reconnect()
    publish(hub, 5)
    again.read()

    assert again.numbers == [3, 4, 5]
    assert "resync" not in again.codes


def test_a_client_that_was_cut_off_before_its_first_event_can_resume_too() -> None:
    hub = make_hub()
    listener = listening(hub)
    listener.disconnect()

    publish(hub, 1)
    again = resumed(listener)

    assert again.numbers == [1]
    assert again.codes == ["lobby-update"]


def test_a_new_client_gets_no_earlier_events() -> None:
    hub = make_hub()
    publish(hub, 1, 2)

    assert listening(hub).events == []


def test_an_unknown_id_is_answered_with_resync_first() -> None:
    hub = make_hub()
    publish(hub, 1)

    listener = Listener(hub, last_id="4711-0")
    publish(hub, 2)
    listener.read()

    assert listener.codes == ["resync", "lobby-update"]
    assert listener.numbers == [2]
    assert json.loads(listener.events[0].data)["service"] == "auth"


def test_the_resync_itself_can_be_resumed_from() -> None:
    hub = make_hub()
    listener = listening(hub, last_id="4711-0")
    listener.disconnect()

    publish(hub, 1)
    again = resumed(listener)

    assert again.codes == ["lobby-update"]


def test_an_id_of_another_user_is_unknown() -> None:
    hub = make_hub()
    theirs = Listener(hub, 2)
    publish(hub, 1, to=(2,))
    theirs.read()

    listener = listening(hub, 1, last_id=theirs.last_id)

    assert listener.codes == ["resync"]


def test_a_user_without_streams_can_resume_for_the_whole_window() -> None:
    hub = make_hub(ring_seconds=300)
    listener = Listener(hub)
    publish(hub, 1)
    listener.read()
    listener.disconnect(NOW)

    publish(hub, 2, now=NOW + 1)
    for later in range(0, 300, 10):
        hub.expire(NOW + later)
    again = resumed(listener, NOW + 299)

    assert again.numbers == [2]


def test_after_the_window_the_ring_is_gone_and_the_answer_is_resync() -> None:
    hub = make_hub(ring_seconds=300, skew_seconds=30)
    listener = Listener(hub)
    publish(hub, 1)
    listener.read()
    listener.disconnect()

    hub.expire(NOW + 331)

    assert hub.feed_count == 0
    again = resumed(listener, NOW + 331)
    assert again.codes == ["resync"]


def test_the_last_id_of_a_quiet_client_stays_good_however_old_it_is() -> None:
    hub = make_hub()
    listener = Listener(hub)
    publish(hub, 1)
    listener.read()
    hours = NOW + 5 * 3600

    for later in range(0, 5 * 3600, 60):
        hub.expire(NOW + later)
    listener.disconnect(hours)
    publish(hub, 2, now=hours + 10)
    again = resumed(listener, hours + 20)

    assert again.codes == ["lobby-update"]
    assert again.numbers == [2]


def test_a_ring_that_had_to_drop_missed_events_answers_resync() -> None:
    hub = make_hub(ring_events=10)
    listener = Listener(hub)
    publish(hub, 0)
    listener.read()
    listener.disconnect()

    publish(hub, *range(1, 20))
    again = resumed(listener)

    assert again.codes == ["resync"]


def test_rings_do_not_grow_beyond_their_bounds() -> None:
    hub = make_hub(ring_events=10, ring_seconds=300)

    publish(hub, *range(1000))
    for later in range(0, 2000, 10):
        publish(hub, later, to=(2,), now=NOW + later)

    sizes = [len(feed.ring.entries) for feed in hub._feeds.values()]
    assert max(sizes) <= 10


def test_a_client_that_does_not_read_is_cut_off_and_resumes() -> None:
    hub = make_hub(queue_events=5)
    slow, fast = Listener(hub), Listener(hub)
    slow.read()
    fast.read()

    for n in range(6):
        publish(hub, n)
        fast.read()

    assert slow.stream.cut
    assert not fast.stream.cut
    assert slow.read() == []
    slow.disconnect()
    again = resumed(slow)
    assert again.numbers == list(range(6))


def test_a_replay_longer_than_the_queue_does_not_cut_the_client_off() -> None:
    hub = make_hub(queue_events=5)
    listener = listening(hub)
    listener.disconnect()
    publish(hub, *range(50))

    again = listener.reconnect()
    publish(hub, 50, 51)
    again.read()

    assert not again.stream.cut
    assert again.numbers == list(range(52))


def test_after_the_replay_the_queue_is_as_short_as_ever() -> None:
    hub = make_hub(queue_events=5)
    listener = listening(hub)
    listener.disconnect()
    publish(hub, *range(50))
    again = resumed(listener)

    publish(hub, *range(6))

    assert again.stream.cut


def test_delete_user_is_the_last_event_of_all_streams_of_that_user() -> None:
    hub = make_hub()
    first, second, friend = Listener(hub, 1), Listener(hub, 1), Listener(hub, 2)
    for listener in (first, second, friend):
        listener.read()

    hub.publish(item((1,), code="delete-user"), "a", NOW)
    publish(hub, 9, to=(1, 2))

    for listener in (first, second, friend):
        listener.read()
    assert first.codes == second.codes == ["delete-user"]
    assert first.stream.ending
    assert second.stream.ending
    assert not friend.stream.ending


def test_a_stream_that_opens_while_its_user_is_being_deleted_ends_as_well() -> None:
    hub = make_hub()
    hub.publish(item((1,), code="delete-user"), "a", NOW)

    listener = listening(hub)

    assert listener.codes == ["delete-user"]
    assert listener.stream.ending


def test_the_end_of_a_session_ends_its_streams_only_and_says_nothing_to_clients() -> None:
    hub = make_hub()
    ended, twin, other, stranger = (
        Listener(hub, user, session=SessionKey(session))
        for user, session in ((1, "a"), (1, "a"), (1, "b"), (2, "a"))
    )

    hub.publish(ending("a"), "s", NOW)
    publish(hub, 5, to=(1, 2))

    for listener in (ended, twin, other, stranger):
        listener.read()
    assert [listener.stream.ending for listener in (ended, twin, other, stranger)] == [
        True,
        True,
        False,
        False,
    ]
    assert ended.codes == twin.codes == []
    assert other.codes == stranger.codes == ["lobby-update"]


def test_the_end_of_tokens_without_a_session_ends_their_streams_up_to_a_generation() -> None:
    hub = make_hub()
    older, same, newer, session = (
        Listener(hub, session=key)
        for key in (SessionKey("", 1), SessionKey("", 2), SessionKey("", 3), SessionKey("a", 1))
    )

    hub.publish(ending(generation=2), "s", NOW)

    assert [listener.stream.ending for listener in (older, same, newer, session)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_stream_that_opens_while_its_session_is_being_ended_ends_as_well() -> None:
    hub = make_hub()
    hub.publish(ending("a"), "s", NOW)

    assert Listener(hub, session=SessionKey("a")).stream.ending
    assert not Listener(hub, session=SessionKey("b")).stream.ending
    with pytest.raises(SessionEnded):
        hub.check(1, SessionKey("a"))
    hub.check(1, SessionKey("b"))


def test_ends_of_sessions_are_forgotten_once_the_table_alone_can_tell() -> None:
    hub = make_hub(ring_seconds=300.0, skew_seconds=30.0)
    listening(hub)
    hub.publish(ending("a"), "s", NOW)
    hub.publish(ending("b", committed=NOW + 331), "s", NOW + 331)

    hub.check(1, SessionKey("a"))
    with pytest.raises(SessionEnded):
        hub.check(1, SessionKey("b"))


def test_after_delete_user_no_stream_is_opened() -> None:
    hub = make_hub()
    hub.publish(item((1,), code="delete-user"), "a", NOW)

    with pytest.raises(TokenUserNotFound):
        hub.check(1, SessionKey())


def test_a_gap_sends_resync_to_open_streams_and_to_clients_that_resume() -> None:
    hub = make_hub()
    here, away = Listener(hub, 1), Listener(hub, 2)
    publish(hub, 1, to=(1, 2))
    here.read()
    away.read()
    away.disconnect()

    hub.resync_all(NOW)
    publish(hub, 2, to=(1, 2))

    here.read()
    assert here.codes == ["lobby-update", "resync", "lobby-update"]
    back = resumed(away)
    assert back.codes == ["resync"]


def test_a_client_can_resume_from_the_resync_of_a_gap() -> None:
    hub = make_hub()
    listener = Listener(hub)
    hub.resync_all(NOW)
    listener.read()
    listener.disconnect()

    publish(hub, 1)
    again = resumed(listener)

    assert again.codes == ["lobby-update"]


def test_with_several_shards_a_replay_repeats_rather_than_loses() -> None:
    """Another process delivered 1 and 2, from shard a; it hadn't come to 3, from shard b."""
    hub = make_hub(skew_seconds=30)
    hub.several_shards = True
    publish(hub, 1, shard="a", now=NOW - 3)
    publish(hub, 3, shard="b", now=NOW - 2)
    last_id = publish_last(hub, NOW - 1)
    publish(hub, 4, shard="b")

    listener = listening(hub, last_id=last_id)

    assert listener.numbers == [3, 4]


def test_with_several_shards_events_long_before_are_not_repeated() -> None:
    hub = make_hub(skew_seconds=30)
    hub.several_shards = True
    publish(hub, 1, shard="b", now=NOW - 40)
    last_id = publish_last(hub, NOW)

    listener = listening(hub, last_id=last_id)

    assert listener.events == []


def test_with_one_shard_a_replay_is_exact() -> None:
    hub = make_hub(skew_seconds=30, covered_since=NOW - 5)
    publish(hub, 1, now=NOW - 3)
    last_id = publish_last(hub, NOW - 1)
    publish(hub, 3)

    listener = listening(hub, last_id=last_id)

    assert listener.numbers == [3]


def test_with_several_shards_an_id_at_the_edge_of_the_read_events_is_answered_with_resync() -> None:
    hub = make_hub(skew_seconds=30, covered_since=NOW - 20)
    hub.several_shards = True
    last_id = publish_last(hub, NOW - 1)

    listener = listening(hub, last_id=last_id)

    assert listener.codes == ["resync"]


def test_with_several_shards_an_id_whose_neighbours_were_dropped_is_answered_with_resync() -> None:
    hub = make_hub(skew_seconds=30, ring_events=2)
    hub.several_shards = True
    publish(hub, 1, shard="b", now=NOW - 2)
    last_id = publish_last(hub, NOW - 1)
    publish(hub, 3, shard="a")

    listener = listening(hub, last_id=last_id)

    assert listener.codes == ["resync"]


def test_refilling_with_old_items_makes_no_rings() -> None:
    hub = make_hub(ring_seconds=300)

    for age in range(3600, 400, -100):
        hub.publish(item((age,), committed=NOW - age), "a", NOW)

    assert hub.feed_count == 0


def test_closing_ends_all_open_streams_and_later_ones() -> None:
    hub = make_hub()
    listener = Listener(hub)

    hub.close()

    assert listener.stream.ending
    assert Listener(hub, 2).stream.ending


def test_a_ping_is_not_put_behind_unread_events() -> None:
    hub = make_hub()
    listener = listening(hub)

    listener.stream.ping(frame(PING.render(), None), max_unread=3)
    listener.stream.ping(frame(PING.render(), None), max_unread=3)

    assert [event.type for event in listener.read()] == ["ping"]
    assert not listener.stream.cut


def test_a_client_that_leaves_three_pings_unread_is_cut_off() -> None:
    hub = make_hub()
    listener = listening(hub)

    for _ in range(4):
        listener.stream.ping(frame(PING.render(), None), max_unread=3)

    assert listener.stream.cut


def test_the_number_of_open_streams_is_known() -> None:
    hub = make_hub()
    first, second = Listener(hub, 1), Listener(hub, 2)
    assert hub.stream_count == 2

    first.disconnect()
    second.disconnect()

    assert hub.stream_count == 0


def test_a_receiver_listed_twice_gets_the_event_once() -> None:
    hub = make_hub()
    listener = Listener(hub)
    read = read_outbox(record("1", n=4, to=(1, 1)))
    assert read is not None

    hub.publish(read, "a", NOW)
    listener.read()

    assert listener.numbers == [4]
