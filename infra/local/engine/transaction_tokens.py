"""Remembers the tokens of transactions (ClientRequestToken) without the transactions.

Repeating a transaction with its token within ten minutes changes nothing. MiniStack 1.5.33 keeps each whole request for
that, which takes more memory than what the request has stored. A digest tells as well whether a request is the same.
Replaces two private functions; tests/infra/test_engine_memory.py fails when MiniStack changes them.
"""
# ruff: noqa: SLF001 (what is replaced is private)

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

_by_age: deque[tuple[float, str, str, str]] = deque()
"""When each token ends, and its account, region and name. Looking through all tokens would stop other requests."""


def digest(request: Mapping[str, Any]) -> bytes:
    """The same for equal requests only."""
    return hashlib.blake2b(json.dumps(request, sort_keys=True).encode(), digest_size=16).digest()


class Request:
    """A request that was made; equal to another one with its digest."""

    __slots__ = ("_digest",)

    def __init__(self, digested: bytes) -> None:
        self._digest = digested

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and digest(other) == self._digest

    __hash__ = None  # type: ignore[assignment]


def store(token: str, transaction: Mapping[str, Any]) -> None:
    """Remember a transaction that was made, and forget those of over ten minutes ago."""
    now = time.time()
    while _by_age and _by_age[0][0] <= now:
        _, *ended = _by_age.popleft()
        dynamodb._txn_idempotency.pop_scoped(*ended, None)
    account, region = get_account_id(), get_region()
    ends = now + dynamodb._TXN_TOKEN_TTL
    response = {name: value for name, value in transaction["response"].items() if name != "ConsumedCapacity"}
    # Bytes, which Python's collector needn't look at.
    rest = json.dumps({"response": response, "sizes": transaction["sizes"]}).encode()
    dynamodb._txn_idempotency.set_scoped(
        account, region, token, (ends, digest(transaction["signature"]), rest)
    )
    _by_age.append((ends, account, region, token))


def lookup(token: str) -> dict[str, Any] | None:
    """The transaction that was made with the token in the last ten minutes, in MiniStack's form."""
    found = dynamodb._txn_idempotency.get(token)
    if found is None or found[0] <= time.time():
        return None
    _, digested, rest = found
    return {"signature": Request(digested), **json.loads(rest)}


def shrink() -> None:
    """From now on."""
    dynamodb._txn_token_store = store
    dynamodb._txn_token_lookup = lookup
