"""Reading and validating bodies."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from pydantic import Field

from shared.domain.errors import Invalid, Malformed, TooLarge, UnsupportedMediaType
from shared.http.bodies import MAX_DEPTH, Body, read_object, validate
from shared.http.limits import MAX_BODY_BYTES


class Inner(Body):
    id: int


class Example(Body):
    name: str
    count: int = Field(default=1, ge=0)
    parts: list[Inner] = Field(default_factory=list)


def read(
    text: str | None, content_type: str | None = "application/json", encoded: bool = False
) -> dict[str, Any]:
    headers = {} if content_type is None else {"content-type": content_type}
    return read_object({"body": text, "isBase64Encoded": encoded}, headers)


def problems(value: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        validate(Example, value)
    return refused.value.fields


@pytest.mark.parametrize("text", [None, "", "{}"])
def test_no_body_is_an_empty_object(text: str | None) -> None:
    assert read(text) == {}


def test_white_space_is_a_body_and_no_json() -> None:
    with pytest.raises(Malformed):
        read(" \r\n")


@pytest.mark.parametrize("content_type", [None, "application/json", "Application/JSON; charset=utf-8"])
def test_json_is_read_with_or_without_its_media_type(content_type: str | None) -> None:
    assert read('{"a": "ü"}', content_type) == {"a": "ü"}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json-patch+json", "", ";", "application/x-www-form-urlencoded"],
)
def test_another_media_type_is_refused_before_the_body_is_looked_at(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read("{", content_type)


def test_without_a_body_its_media_type_does_not_matter() -> None:
    assert read("", "text/plain") == {}


@pytest.mark.parametrize(
    "text", ["{", "nope", "[]", "1", "null", '"a"', "NaN", '{"a": NaN}', '{"a": 1e400}', '{"a": Infinity}']
)
def test_what_is_no_json_object_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


@pytest.mark.parametrize("text", [r'{"a": "\ud800"}', r'{"\udc00": 1}', r'{"a": ["\ude00\ud83d"]}'])
def test_half_a_surrogate_pair_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert read(r'{"a": "\ud83c\udfd3 \u0000"}') == {"a": "🏓 \0"}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_has_a_bound(opening: str, closing: str) -> None:
    inner = MAX_DEPTH - 1  # the body itself is one more
    assert read('{"a": ' + opening * inner + "1" + closing * inner + "}")
    with pytest.raises(Malformed):
        read('{"a": ' + opening * (inner + 1) + "1" + closing * (inner + 1) + "}")


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert read(json.dumps({"a": [[]] * 1000}))


def test_a_number_of_thousands_of_digits_is_malformed_and_not_an_error_of_ours() -> None:
    with pytest.raises(Malformed):
        read('{"a": ' + "1" * 5000 + "}")


def test_the_limit_counts_bytes() -> None:
    fits = '{"a": "' + "ü" * ((MAX_BODY_BYTES - 9) // 2) + '"}'
    assert len(fits) < len(fits.encode()) <= MAX_BODY_BYTES
    assert read(fits)
    with pytest.raises(TooLarge):
        read(fits[:-2] + 'üü"}')


def test_a_body_in_base64_is_decoded() -> None:
    assert read(base64.b64encode('{"a": "ü"}'.encode()).decode(), encoded=True) == {"a": "ü"}


@pytest.mark.parametrize("text", ["%%%", base64.b64encode(b'{"a": "\xff"}').decode()])
def test_base64_that_is_broken_or_no_utf_8_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read(text, encoded=True)


def test_unknown_fields_are_ignored() -> None:
    assert validate(Example, {"name": "a", "other": 1}) == Example(name="a")


def test_a_missing_field_is_named() -> None:
    assert problems({}) == {"name": ["This field is required."]}


@pytest.mark.parametrize("value", ["1", 1.0, True, None])
def test_types_are_not_converted(value: Any) -> None:
    assert list(problems({"name": "a", "count": value})) == ["count"]


def test_every_wrong_field_has_its_sentences() -> None:
    found = problems({"name": 1, "count": -1})
    assert set(found) == {"name", "count"}
    assert all(text.endswith(".") for texts in found.values() for text in texts)


def test_what_is_wrong_inside_a_field_is_found_by_its_place() -> None:
    assert problems({"name": "a", "parts": [{"id": 1}, {}]}) == {"parts": ["1.id: This field is required."]}


@pytest.mark.parametrize("part", [1, "x", None, [], True])
def test_an_error_names_no_class_of_ours(part: Any) -> None:
    assert problems({"name": "a", "parts": [part]}) == {"parts": ["0: Input should be an object."]}


def test_errors_do_not_repeat_what_was_sent() -> None:
    assert "secret" not in json.dumps(problems({"name": ["secret-password"], "count": "secret"}))


def test_a_body_knows_what_was_sent() -> None:
    body = validate(Example, {"name": "a"})
    assert body.has("name")
    assert not body.has("count")
