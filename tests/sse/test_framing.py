from __future__ import annotations

import json

import pytest
from pong_client.sse_parser import EventParser

from shared.events import PING
from sse.framing import frame, opening
from tests.support.events import pushed


def test_an_event_has_its_id_its_code_and_one_line_of_json() -> None:
    payload = pushed("lobby-update", data={"probe": True, "n": 1})

    text = frame(payload, "77-0").decode()

    first, second, third, *rest = text.split("\n")
    assert first == "id: 77-0"
    assert second == "event: lobby-update"
    assert json.loads(third.removeprefix("data: ")) == payload
    assert rest == ["", ""]


def test_an_event_without_id_leaves_the_clients_last_id_alone() -> None:
    parser = EventParser()
    parser.feed(frame(pushed("lobby-update"), "77-0"))

    (ping,) = parser.feed(frame(PING.render(), None))

    assert ping.id is None
    assert parser.last_event_id == "77-0"


@pytest.mark.parametrize("text", ["two\nlines", "\r\n\r\nevent: forged", "\u2028", "é €", "\0", "data: x"])
def test_no_text_breaks_out_of_its_event(text: str) -> None:
    payload = pushed("lobby-update", data={"probe": True, "text": text})

    (event,) = EventParser().feed(frame(payload, "1-0"))

    assert json.loads(event.data) == payload


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_unicodes_line_separators_leave_escaped(separator: str) -> None:
    text = frame(pushed("lobby-update", data={"probe": True, "text": f"a{separator}b"}), "1-0").decode()

    assert separator not in text
    assert f"a\\u{ord(separator):x}b" in text


def test_the_opening_is_no_event_but_an_anchor_to_resume_from() -> None:
    parser = EventParser()

    assert parser.feed(opening("anchor-1", 1000)) == []
    assert parser.last_event_id == "anchor-1"
    assert parser.retry_ms == 1000


def test_the_opening_of_one_who_resumes_does_not_move_the_last_id() -> None:
    parser = EventParser("77-0")

    parser.feed(opening(None, 1000))

    assert parser.last_event_id == "77-0"
