"""The client's address, and the fields that tell of limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from shared.domain.limits import By, Limit
from shared.http.throttle import client_address, policy, state
from shared.settings import settings

CLOUDFRONT, VIEWER, KEY = "198.51.100.1", "203.0.113.7", "the-random-part-of-the-stacks-id"


@pytest.fixture(autouse=True)
def _behind_cloudfront(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PROXY_KEY", KEY)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def address(headers: Mapping[str, str], source: str = CLOUDFRONT) -> str:
    return client_address({"requestContext": {"identity": {"sourceIp": source}}}, headers)


def test_cloudfront_tells_the_viewers_address() -> None:
    assert address({"x-proxy-key": KEY, "x-client-address": VIEWER}) == VIEWER
    assert address({"x-proxy-key": KEY, "x-client-address": "2001:db8::7"}) == "2001:db8::7"


@pytest.mark.parametrize("key", [None, "", "another", "ключ"])
def test_without_cloudfronts_key_a_client_cannot_choose_its_address(key: str | None) -> None:
    claims = {
        "x-client-address": VIEWER,
        "x-forwarded-for": f"{VIEWER}, {VIEWER}",
        "forwarded": f"for={VIEWER}",
    }

    assert address(claims if key is None else {**claims, "x-proxy-key": key}) == CLOUDFRONT


def test_where_no_key_is_set_none_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_KEY", "")
    settings.cache_clear()

    assert address({"x-proxy-key": "", "x-client-address": VIEWER}) == CLOUDFRONT


def test_what_is_no_address_is_none() -> None:
    assert address({}, source="test-invoke-source-ip") == ""
    assert client_address({}, {}) == ""
    assert address({"x-proxy-key": KEY, "x-client-address": "unknown"}) == ""


def test_the_fields_are_lists_of_named_items() -> None:
    limit = Limit(name="login", burst=5, seconds=60, by=By.NAME)

    assert policy(limit) == '"login";q=5;w=60'
    assert state(limit.charge(0, 1_000_000)) == '"login";r=4;t=12'
