"""From errors and results to answers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from shared.domain import errors
from shared.domain.errors import DomainError
from shared.domain.play.errors import AlreadyPlaying
from shared.http.answers import STATUS, answer, error_answer, status_of
from shared.settings import settings

ORIGIN = "https://front.example"


@pytest.fixture
def _one_origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CORS_ORIGINS", f"http://localhost:3000,{ORIGIN}")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def subclasses(kind: type[DomainError]) -> set[type[DomainError]]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def test_every_error_of_the_domain_has_a_status() -> None:
    ours = {
        kind
        for kind in subclasses(DomainError) - {DomainError}
        if kind.__module__.startswith("shared.domain.")
    }
    assert ours >= {errors.GuestNotAllowed, AlreadyPlaying}
    assert all(set(kind.__mro__) & set(STATUS) for kind in ours)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid.field("a", "No."), 400),
        (errors.Malformed(), 400),
        (errors.NotAuthenticated(), 401),
        (errors.GuestNotAllowed(), 403),
        (errors.NotFound(), 404),
        (errors.MethodNotAllowed("PUT", ["GET"]), 405),
        (errors.Conflict(), 409),
        (errors.TooLarge(), 413),
        (errors.UriTooLong(), 414),
        (errors.UnsupportedMediaType(), 415),
        (errors.Throttled(), 429),
        (errors.Unavailable(), 503),
    ],
)
def test_an_error_means_its_status(error: DomainError, status: int) -> None:
    assert status_of(error) == status
    assert error_answer(error, request_id="r")["statusCode"] == status


def test_field_errors_are_sentences_by_field_and_nothing_else() -> None:
    error = errors.Invalid({"username": ["Too short.", "Taken."], "detail": ["No."]})
    body = json.loads(error_answer(error, request_id="r")["body"])
    assert body == {"username": ["Too short.", "Taken."], "detail": ["No."]}


def test_every_other_error_has_detail_and_code() -> None:
    body = json.loads(error_answer(AlreadyPlaying("Busy."), request_id="r")["body"])
    assert body == {"detail": "Busy.", "code": "already_playing"}


def test_throttled_says_the_documents_sentence_and_when_to_come_back() -> None:
    found = error_answer(errors.Throttled(), request_id="r")
    assert json.loads(found["body"]) == {"detail": "Request was throttled.", "code": "throttled"}
    assert int(found["headers"]["Retry-After"]) >= 1


def test_405_says_what_is_allowed_and_401_how_to_authenticate() -> None:
    assert (
        error_answer(errors.MethodNotAllowed("PUT", ["DELETE", "GET"]), request_id="r")["headers"]["Allow"]
        == "DELETE, GET"
    )
    assert error_answer(errors.TokenNotValid(), request_id="r")["headers"]["WWW-Authenticate"] == "Bearer"


def test_no_answer_is_kept_by_caches_and_each_names_its_request() -> None:
    for found in (answer(200, "{}", request_id="r"), error_answer(errors.NotFound(), request_id="r")):
        assert found["headers"]["Cache-Control"] == "no-store"
        assert found["headers"]["X-Request-Id"] == "r"
        assert found["headers"]["Content-Type"] == "application/json"


def test_an_answer_without_a_body_has_no_media_type() -> None:
    found = answer(204, None, request_id="r")
    assert (found["body"], "Content-Type" in found["headers"]) == ("", False)


@pytest.mark.usefixtures("_one_origin")
def test_an_allowed_origin_may_read_the_answer_and_its_headers() -> None:
    headers = answer(200, "{}", request_id="r", origin=ORIGIN)["headers"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Vary"] == "Origin"
    assert {"Retry-After", "X-Request-Id"} <= set(headers["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.usefixtures("_one_origin")
@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        ORIGIN + ".evil",
        ORIGIN[:-1],
        ORIGIN + ",http://localhost:3000",
    ],
)
def test_any_other_origin_may_not_but_caches_know_that_it_depends(origin: str | None) -> None:
    headers = answer(200, "{}", request_id="r", origin=origin)["headers"]
    assert not [name for name in headers if name.startswith("Access-Control")]
    assert headers["Vary"] == "Origin"
