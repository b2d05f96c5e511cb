"""Wrong settings are refused in one line, misspelt ones are pointed out."""

from __future__ import annotations

import pytest

from infra.local.runner import given_settings
from infra.local.runner.__main__ import up_after
from infra.local.runner.processes import StackError
from shared.settings import Settings


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("CONNECT_TIMEOUT_SECONDS", "0", "a whole number, 1 or more"),
        ("CONNECT_TIMEOUT_SECONDS", "1.5", "a whole number, 1 or more"),
        ("POINTS_TO_WIN", "-3", "a whole number, 1 or more"),
        ("TOURNAMENT_PAUSE_SECONDS", "-1", "a whole number, 0 or more"),
        ("PRESENCE_LEASE_SECONDS", "0", "a number, more than 0"),
        ("SSE_POLL_SECONDS", "nan", "a number, more than 0"),
        ("SSE_POLL_SECONDS", "inf", "a number, more than 0"),
        ("SSE_PORT", "70000", "a whole number, 1 to 65535"),
        ("LIMIT_LOOPBACK", "2", "a whole number, 0 to 1"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("PUBLIC_URL", "localhost", "an address such as https://localhost:4443, without a path"),
        ("CORS_ORIGINS", "*", "origins such as https://example.com, or localhost, separated by commas"),
        (
            "CORS_ORIGINS",
            "https://a.example, https://b.example",
            "origins such as https://example.com, or localhost, separated by commas",
        ),
    ],
)
def test_a_value_out_of_range_is_named_with_what_is_allowed(name: str, text: str, allowed: str) -> None:
    with pytest.raises(StackError) as refused:
        given_settings.check({name: text})

    assert str(refused.value) == f"{name}={text} is not allowed: give {allowed}"


def test_every_default_is_allowed() -> None:
    defaults = Settings()

    given_settings.check({name: str(getattr(defaults, name.lower())) for name in given_settings.NAMES})


def test_origins_of_this_machine_and_of_others_are_allowed() -> None:
    given_settings.check({"CORS_ORIGINS": "localhost,https://pong.example", "LIMIT_FACTOR": "0"})


def test_misspelt_settings_are_pointed_out_and_foreign_variables_are_not() -> None:
    environment = {
        "CONECT_TIMEOUT_SECONDS": "3",
        "POINT_TO_WIN": "5",
        "PATH": "/bin",
        "SSH_CONNECTION": "",
        "DYNAMODB_TABLE": "mine",
        "LOG_LEVEL": "INFO",
        "PUBLIC_URLS": "",
    }

    assert list(given_settings.misspelt(environment)) == [
        "CONECT_TIMEOUT_SECONDS is no setting and has no effect: CONNECT_TIMEOUT_SECONDS is one",
        "POINT_TO_WIN is no setting and has no effect: POINTS_TO_WIN is one",
    ]


def test_up_after_counts_from_when_the_person_began_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.0)

    assert up_after(2.9, None) == "2.9 s"
    assert up_after(2.9, 996.0) == "2.9 s"
    assert up_after(2.9, 976.0) == "24.0 s, 21.1 s of them for installing"
