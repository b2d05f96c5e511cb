"""Idempotency keys (docs/contract/conventions.md#idempotency-keys): a repeated request gets the first one's answer.

The answer is written in the transaction of the change, so either both are there or neither (decision 18).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.domain.errors import DomainError, IdempotencyKeyReused, MalformedIdempotencyKey
from shared.http.registry import PREFIX
from shared.store.deferral import holding
from shared.store.idempotency import read_answer, store_answer

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}

MAX_LENGTH = 255

SERVICE_PARTITIONS = 2
"""Hexadecimal digits of a key's digest that choose among the partitions of services, who write much."""

Value = TypeVar("Value")

_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
"""A string of a structured field (RFC 8941, 3.3.3)."""
_BARE = re.compile(r"[!#-~](?:[ !#-~]*[!#-~])?")


def read_key(headers: Mapping[str, str]) -> str | None:
    """The key of a request, None without one. It may be in quotes or not. MalformedIdempotencyKey."""
    text = headers.get(HEADER.lower())
    if text is None:
        return None
    if quoted := _QUOTED.fullmatch(text):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    elif _BARE.fullmatch(text):
        key = text
    else:
        raise MalformedIdempotencyKey
    if not 1 <= len(key) <= MAX_LENGTH:
        raise MalformedIdempotencyKey
    return key


@dataclass(frozen=True, slots=True)
class Replay:
    """The stored answer to an earlier request with the same key."""

    status: int
    body: str | None


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request with an idempotency key."""

    caller: str
    digest: str
    """Of the key. The table never has the key itself, without which nothing can be guessed from the fingerprint."""
    fingerprint: str

    @classmethod
    def of(cls, key: str, user_id: int | None, event: Mapping[str, Any]) -> Repeatable:
        """A request of a user, or of a service. A repetition has the same method, path and body."""
        path = event["path"].removeprefix(PREFIX).removesuffix("/")
        request = (event["httpMethod"], path, event.get("body") or "")
        digest = hashlib.sha256(key.encode()).hexdigest()
        caller = f"service#{digest[:SERVICE_PARTITIONS]}" if user_id is None else str(user_id)
        fingerprint = hmac.new(key.encode(), "\n".join(request).encode(), "sha256").hexdigest()
        return cls(caller, digest, fingerprint)

    def run(self, handle: Callable[[], Value], answer_of: Callable[[Value], Replay]) -> Value | Replay:
        """The stored answer; or else that of `handle`, stored with its change.

        IdempotencyKeyReused. RaceLost if another request used the key meanwhile: then its answer is stored.
        """
        if stored := self._stored():
            return stored
        try:
            with holding() as held:
                value = handle()
            if held.change is not None and not held.change.is_empty:
                answer = answer_of(value)
                store_answer(
                    held.change,
                    self.caller,
                    self.digest,
                    fingerprint=self.fingerprint,
                    status=answer.status,
                    body=answer.body,
                )
                held.change.write()
        except DomainError:
            # A request with the same key, at the same time, may have made the change that forbids this one.
            if stored := self._stored():
                return stored
            raise
        for action in held.after:
            action()
        return value

    def _stored(self) -> Replay | None:
        row = read_answer(self.caller, self.digest)
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        return Replay(row.status, row.body)
