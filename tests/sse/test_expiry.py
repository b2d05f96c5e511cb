"""The clock of tokens, with scripted time."""

from __future__ import annotations

from sse.expiry import Expiry
from tests.sse.test_hub import make_hub
from tests.support.sse.records import NOW, Listener

ISSUED = int(NOW)
HALF_HOUR = 1800


def test_a_stream_is_told_a_minute_before_its_token_expires_and_ends_with_it() -> None:
    expiry, listener = Expiry(60.0), Listener(make_hub())
    listener.read()
    expiry.add(listener.stream, issued=ISSUED, expires=ISSUED + HALF_HOUR, now=NOW)

    expiry.advance(ISSUED + HALF_HOUR - 61)
    assert listener.read() == []
    expiry.advance(ISSUED + HALF_HOUR - 60)
    (notice,) = listener.read()
    assert notice.type == "token-expiring"
    ended = []
    for second in (HALF_HOUR - 0.1, HALF_HOUR):
        expiry.advance(ISSUED + second)
        ended.append(listener.stream.ending)
    assert ended == [False, True]
    assert listener.read() == []


def test_the_notice_has_no_id_so_that_a_client_resumes_from_the_last_real_event() -> None:
    expiry, listener = Expiry(60.0), Listener(make_hub())
    listener.read()
    before = listener.last_id
    expiry.add(listener.stream, issued=ISSUED, expires=ISSUED + HALF_HOUR, now=ISSUED + HALF_HOUR - 1)
    listener.read()
    assert listener.codes == ["token-expiring"]
    assert listener.last_id == before


def test_a_short_lived_token_is_announced_after_half_its_life_and_not_at_once() -> None:
    expiry, listener = Expiry(60.0), Listener(make_hub())
    listener.read()
    expiry.add(listener.stream, issued=ISSUED, expires=ISSUED + 5, now=NOW)
    assert listener.read() == []
    expiry.advance(ISSUED + 3)
    assert [event.type for event in listener.read()] == ["token-expiring"]
    expiry.advance(ISSUED + 5)
    assert listener.stream.ending


def test_a_closed_stream_is_not_touched_any_more_and_another_one_of_the_second_is() -> None:
    expiry, hub = Expiry(60.0), make_hub()
    closed, still_open = Listener(hub), Listener(hub)
    for listener in (closed, still_open):
        listener.read()
        notice = expiry.add(listener.stream, issued=ISSUED, expires=ISSUED + HALF_HOUR, now=NOW)
    expiry.remove(closed.stream, notice=notice, expires=ISSUED + HALF_HOUR)

    expiry.advance(ISSUED + HALF_HOUR + 1)

    assert (closed.stream.ending, still_open.stream.ending) == (False, True)
    assert (closed.read(), [event.type for event in still_open.read()]) == ([], ["token-expiring"])


def test_a_late_clock_makes_up_for_everything_that_it_missed() -> None:
    expiry, hub = Expiry(60.0), make_hub()
    listeners = [Listener(hub) for _ in range(3)]
    for n, listener in enumerate(listeners):
        expiry.add(listener.stream, issued=ISSUED, expires=ISSUED + HALF_HOUR + n, now=NOW)
    expiry.advance(ISSUED + HALF_HOUR + 1)
    assert [listener.stream.ending for listener in listeners] == [True, True, False]
