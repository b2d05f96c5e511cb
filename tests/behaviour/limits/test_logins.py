"""Guessing passwords is slow, and doesn't lock the owner out (docs/contract/conventions.md#rate-limits)."""

from __future__ import annotations

from collections import Counter

import pytest

from shared.domain.limits import LOGIN, LOGIN_ADDRESS
from tests.behaviour.limits.conftest import Clock
from tests.support.calls import Answer, call
from tests.support.players import PASSWORD

ATTACKER, HOME, ELSEWHERE = "198.51.100.66", "203.0.113.7", "203.0.113.99"


def sign_up(name: str, address: str) -> None:
    answer = call("POST", "/auth/register/", body={"username": name, "password": PASSWORD}, address=address)
    assert answer.status == 201


def log_in(name: str, password: str = PASSWORD, address: str = HOME) -> Answer:
    return call("POST", "/auth/login/", body={"username": name, "password": password}, address=address)


def attack(name: str, clock: Clock, addresses: int = 1) -> Counter[int]:
    """200 wrong logins in 10 s, from so many addresses."""
    found: Counter[int] = Counter()
    for number in range(200):
        found[log_in(name, "wrong-password-1", f"198.51.100.{number % addresses}").status] += 1
        clock.move(0.05)
    return found


@pytest.mark.parametrize("addresses", [1, 100])
def test_of_200_wrong_logins_in_10_s_only_the_burst_is_looked_at(clock: Clock, addresses: int) -> None:
    sign_up("alice", HOME)

    assert attack("alice", clock, addresses) == {401: LOGIN.burst, 429: 200 - LOGIN.burst}


def test_during_an_attack_the_owner_gets_in_from_a_known_address_and_others_as_ever(clock: Clock) -> None:
    sign_up("alice", HOME)
    sign_up("bobby", HOME)
    attack("alice", clock, addresses=100)

    assert log_in("alice", address=HOME).status == 200
    assert log_in("ALICE", address=HOME).status == 200
    assert log_in("bobby", address=ELSEWHERE).status == 200
    assert log_in("alice", address=ELSEWHERE).status == 429


def test_an_address_becomes_known_by_a_login_and_not_by_a_wrong_one(clock: Clock) -> None:
    sign_up("alice", HOME)
    assert log_in("alice", address=ELSEWHERE).status == 200
    assert log_in("alice", "wrong-password-1", ATTACKER).status == 401
    attack("alice", clock)

    assert log_in("alice", address=ELSEWHERE).status == 200
    assert log_in("alice", address=ATTACKER).status == 429


def test_from_a_known_address_a_guess_beyond_the_limit_is_refused_and_the_right_password_gets_in(
    clock: Clock,
) -> None:
    sign_up("alice", HOME)
    assert Counter(log_in("alice", "wrong-password-1", HOME).status for _ in range(30)) == {401: 10, 429: 20}

    refused = log_in("alice", "wrong-password-1", HOME)
    assert refused.body == {"detail": "Request was throttled.", "code": "throttled"}
    clock.move(int(refused.headers["Retry-After"]) - 1)
    assert log_in("alice", "wrong-password-1", HOME).status == 429
    assert log_in("alice", address=HOME).status == 200
    clock.move(1)
    assert log_in("alice", "wrong-password-1", HOME).status == 401


def test_from_a_known_address_guesses_are_bounded_by_the_limit_of_the_address(clock: Clock) -> None:
    sign_up("alice", HOME)
    for _ in range(LOGIN_ADDRESS.burst):
        log_in("alice", "wrong-password-1", HOME)

    refused = log_in("alice", address=HOME)
    assert refused.status == 429
    clock.move(int(refused.headers["Retry-After"]))
    assert log_in("alice", address=HOME).status == 200


def test_an_attack_from_the_owners_own_machine_does_not_lock_the_owner_out(clock: Clock) -> None:
    sign_up("alice", "127.0.0.1")
    found: Counter[int] = Counter()
    for _ in range(200):
        found[log_in("alice", "wrong-password-1", "127.0.0.1").status] += 1
        clock.move(0.05)

    assert found == {401: LOGIN.burst, 429: 200 - LOGIN.burst}
    assert log_in("alice", address="127.0.0.1").status == 200
    assert log_in("alice", address=ELSEWHERE).status == 429


def test_a_refused_login_says_truly_when_the_next_one_is_looked_at(clock: Clock) -> None:
    sign_up("alice", HOME)
    attack("alice", clock)
    refused = log_in("alice", "wrong-password-1", ATTACKER)
    wait = int(refused.headers["Retry-After"])

    assert refused.body == {"detail": "Request was throttled.", "code": "throttled"}
    assert wait == 50
    clock.move(wait - 1)
    assert log_in("alice", "wrong-password-1", ATTACKER).status == 429
    clock.move(1)
    assert log_in("alice", "wrong-password-1", ATTACKER).status == 401


def test_a_name_that_does_not_exist_is_limited_like_one_that_does(clock: Clock) -> None:
    assert attack("nemo", clock) == {401: LOGIN.burst, 429: 200 - LOGIN.burst}


def test_one_address_cannot_try_one_password_on_many_names() -> None:
    found = Counter(log_in(f"user-{number}", address=ATTACKER).status for number in range(70))

    assert found == {401: LOGIN_ADDRESS.burst, 429: 70 - LOGIN_ADDRESS.burst}
    assert log_in("user-1", address=HOME).status == 401
