"""Passwords at rest (docs/contract/accounts.md#passwords)."""

from __future__ import annotations

import argon2
import pytest

from shared.auth import hashing
from shared.auth.hashing import NOBODYS_HASH, hash_password, verify_password

PASSWORD = "correct-horse-7"


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that Argon2 verified, in order."""
    seen: list[str] = []
    verify = argon2.PasswordHasher.verify

    def note(self: argon2.PasswordHasher, stored: str, password: str) -> bool:
        seen.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", note)
    return seen


def test_a_password_is_hashed_with_argon2id_at_the_owasp_minimum() -> None:
    parameters = argon2.extract_parameters(hash_password(PASSWORD))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.parallelism == 1
    assert (parameters.salt_len, parameters.hash_len) >= (16, 32)


def test_the_right_password_is_right_and_any_other_is_wrong() -> None:
    stored = hash_password(PASSWORD)
    assert verify_password(PASSWORD, stored)
    for wrong in ("", PASSWORD + "x", PASSWORD[:-1], PASSWORD.upper(), "é\0"):
        assert not verify_password(wrong, stored)


def test_the_same_password_is_never_hashed_to_the_same_text() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_without_a_user_a_password_is_verified_too_and_is_wrong(verified: list[str]) -> None:
    assert not verify_password(PASSWORD, None)
    assert verified == [NOBODYS_HASH]


def test_the_verification_without_a_user_costs_as_much_as_a_real_one() -> None:
    assert argon2.extract_parameters(NOBODYS_HASH) == argon2.extract_parameters(hash_password(PASSWORD))


def test_a_wrong_password_is_verified_once(verified: list[str]) -> None:
    stored = hash_password(PASSWORD)
    assert not verify_password("wrong", stored)
    assert verified == [stored]


def test_the_password_of_the_placeholder_hash_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "NOBODYS_HASH", hash_password(PASSWORD))
    assert not verify_password(PASSWORD, None)


def test_a_stored_text_that_is_no_hash_accepts_no_password() -> None:
    assert not verify_password(PASSWORD, "none")
