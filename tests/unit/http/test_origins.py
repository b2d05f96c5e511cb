"""Which origins of web pages may read our answers (docs/contract/conventions.md#browsers-of-other-origins)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.settings import Settings

LOCAL = Settings(cors_origins="localhost")
HOSTS = ("localhost", "127.0.0.1", "[::1]")


@given(st.sampled_from(["http", "https"]), st.sampled_from(HOSTS), st.integers(1, 65535))
def test_every_port_of_this_machine_is_allowed(scheme: str, host: str, port: int) -> None:
    assert LOCAL.allows_origin(f"{scheme}://{host}")
    assert LOCAL.allows_origin(f"{scheme}://{host}:{port}")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://",
        "http://localhost.evil.com",
        "http://localhost.evil.com:3000",
        "http://evil-localhost:3000",
        "http://evil.localhost:3000",
        "http://localhost@evil.com",
        "http://localhost:3000@evil.com",
        "http://localhost:evil.com",
        "http://localhost:",
        "http://localhost:123456",
        "http://localhost:3000/",
        "http://localhost:3000\n",
        "http://localhost:3000,http://evil.com",
        "http://localhost:٣",
        "http://127.0.0.1.evil.com",
        "http://127.0.0.2",
        "http://127a0a0a1",
        "http://::1",
        "http://[::1].evil.com",
        "http://0.0.0.0:3000",
        "ws://localhost:3000",
        "file://localhost",
        "xhttp://localhost",
    ],
)
def test_an_origin_that_only_looks_like_this_machine_is_not(origin: str) -> None:
    assert not LOCAL.allows_origin(origin)


@given(st.sampled_from(HOSTS), st.text(min_size=1, max_size=12).filter(lambda text: text[0] != ":"))
def test_nothing_may_follow_the_host_but_a_port(host: str, rest: str) -> None:
    assert not LOCAL.allows_origin(f"http://{host}{rest}")


@given(st.text(max_size=30))
def test_a_list_of_origins_is_exact(origin: str) -> None:
    listed = Settings(cors_origins="https://pong.example.com,http://localhost:3000")
    assert listed.allows_origin(f"http://localhost:3000{origin}") == (origin == "")
    assert not listed.allows_origin("http://localhost:5173")
    assert not Settings(cors_origins="").allows_origin("http://localhost:3000")


def test_this_machine_and_listed_origins_may_be_allowed_together() -> None:
    both = Settings(cors_origins="https://pong.example.com,localhost")
    assert both.allows_origin("https://pong.example.com")
    assert both.allows_origin("http://localhost:5173")
    assert not both.allows_origin("https://pong.example.com:5173")
