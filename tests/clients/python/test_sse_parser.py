"""The parser of event streams, against the rules of the WHATWG standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pong_client import sse_parser
from pong_client.sse_parser import Event, EventParser, LineTooLongError


def parse(stream: bytes) -> list[Event]:
    return EventParser().feed(stream)


def data_of(stream: bytes) -> list[str]:
    return [event.data for event in parse(stream)]


# Pieces that between them hold every rule's edge: all line ends, BOM, multi-byte characters, bad UTF-8.
PIECES = st.sampled_from(
    [
        b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b"\xef\xbb\xbf", b":", b" ", b": comment\n",
        b"data", b"data:", b"data: one\r\n", b"data:\xe2\x82\xac\r", b"data: \xf0\x9f\x8f\x93\n",
        b"\xff", b"\xc3", b"event: ping\n", b"event:x\r\n", b"id: 7-0\n", b"id: a\0b\n", b"id\n",
        b"retry: 150\n", b"retry: soon\n", b"other: 1\n",
    ]
)  # fmt: skip


def parse_in_chunks(chunks: list[bytes]) -> tuple[list[Event], str, int | None]:
    parser = EventParser()
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return events, parser.last_event_id, parser.retry_ms


@given(pieces=st.lists(PIECES, max_size=40), data=st.data())
def test_the_same_bytes_give_the_same_events_however_they_are_cut(
    pieces: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=len(stream) + 1)))
    whole = parse_in_chunks([stream])
    assert parse_in_chunks(pieces) == whole
    assert parse_in_chunks([bytes([byte]) for byte in stream]) == whole
    ends = [*cuts, len(stream)]
    assert parse_in_chunks([stream[a:b] for a, b in zip([0, *cuts], ends, strict=True)]) == whole


def test_a_crlf_cut_in_two_is_one_line_end() -> None:
    assert parse_in_chunks([b"data: 1\r", b"\ndata: 2\r", b"\n\r", b"\n"])[0] == parse(
        b"data: 1\ndata: 2\n\n"
    )


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["game-start", "lobby-join"]),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1),
            st.integers(1, 2**53),
        )
    ),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_what_a_server_writes_is_what_the_parser_reads(events: list[tuple[str, str, int]], end: str) -> None:
    stream = "".join(
        f"id: {number}-0{end}event: {code}{end}data: {text}{end}{end}" for code, text, number in events
    )
    read = [(event.type, event.data, event.id) for event in parse(stream.encode())]
    assert read == [(code, text, f"{number}-0") for code, text, number in events]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_each_of_the_three_line_ends_ends_a_line(end: str) -> None:
    stream = f"event: a{end}data: 1{end}data: 2{end}{end}data: 3{end}{end}".encode()
    assert [(event.type, event.data) for event in parse(stream)] == [("a", "1\n2"), ("message", "3")]


def test_an_event_is_given_out_with_the_chunk_that_completes_it() -> None:
    parser = EventParser()
    assert parser.feed(b"data: 1\r\n\r") == [Event("message", "1", None, "")]
    assert parser.feed(b"\ndata: 2\n\n") == [Event("message", "2", None, "")]


def test_comments_are_skipped() -> None:
    assert data_of(b": hello\n\n:\n\ndata: 1\n:data: 2\n\n") == ["1"]


def test_only_the_first_space_after_the_colon_is_dropped() -> None:
    assert data_of(b"data:  two\n\ndata:none\n\n") == [" two", "none"]


def test_several_data_lines_are_joined_with_line_feeds() -> None:
    assert data_of(b"data: a\ndata\ndata: b\n\n") == ["a\n\nb"]


def test_a_data_field_without_value_still_makes_an_event() -> None:
    assert data_of(b"data\n\n") == [""]
    assert data_of(b"data:\n\n") == [""]


def test_a_block_without_data_makes_no_event_but_moves_the_last_event_id() -> None:
    parser = EventParser()
    assert parser.feed(b"event: lonely\nid: 9\n\n") == []
    assert parser.last_event_id == "9"
    assert parser.feed(b"data: 1\n\n") == [Event("message", "1", None, "9")]


def test_an_id_counts_only_once_its_block_has_ended() -> None:
    parser = EventParser("3-0")
    assert parser.feed(b"id: 4-0\ndata: 1\n") == []
    assert parser.last_event_id == "3-0"


def test_an_event_without_an_id_inherits_the_last_one_but_carries_none_itself() -> None:
    assert parse(b"id: 1-0\ndata: a\n\nevent: ping\ndata: {}\n\n") == [
        Event("message", "a", "1-0", "1-0"),
        Event("ping", "{}", None, "1-0"),
    ]


def test_an_id_with_a_nul_is_ignored_and_an_empty_one_resets() -> None:
    parser = EventParser("3-0")
    parser.feed(b"id: a\0b\n\n")
    assert parser.last_event_id == "3-0"
    parser.feed(b"id\n\n")
    assert parser.last_event_id == ""


def test_retry_takes_digits_only() -> None:
    parser = EventParser()
    parser.feed("retry: 1s\nretry: -5\nretry:\nretry: ١\n".encode())
    assert parser.retry_ms is None
    parser.feed(b"retry: 150\n")
    assert parser.retry_ms == 150


def test_unknown_fields_and_other_case_are_ignored() -> None:
    assert data_of(b"Data: no\n data: no\nfoo: no\ndata: yes\n\n") == ["yes"]


def test_one_byte_order_mark_at_the_start_is_dropped_and_no_other() -> None:
    in_two = [b"data: 1\n\n", b"\xef\xbb\xbfdata: 2\n\n"]
    assert [event.data for event in parse_in_chunks(in_two)[0]] == ["1"]
    assert data_of(b"\xef\xbb\xbfdata: 1\n\n\xef\xbb\xbfdata: 2\n\ndata: \xef\xbb\xbf3\n\n") == [
        "1",
        "\ufeff3",
    ]


def test_characters_that_only_look_like_line_ends_end_no_line() -> None:
    text = "a\u2028b\x0bc\x0cd\x85e\u2029f"
    assert data_of(f"data: {text}\n\n".encode()) == [text]


def test_an_event_cut_off_by_the_end_of_the_stream_is_not_given_out() -> None:
    assert data_of(b"data: whole\n\ndata: half\n") == ["whole"]


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse_parser, "MAX_LINE_CHARACTERS", 100)
    parser = EventParser()
    parser.feed(b"data:" + b"x" * 95)
    with pytest.raises(LineTooLongError):
        parser.feed(b"x")
