"""The table of rate limits: `<table>-limits`, apart from the one table, because its writes must not reach the stream.

An item is the state of one limit for one caller, in a partition of its own; names and addresses are digests in it.
One conditional UpdateItem charges it, and a second one if another process has charged it since this one last saw it.
A refusal returns the old item.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.limits import By, Limit, Quota
from shared.logs import count
from shared.settings import settings
from shared.store.base import connection

ATTEMPTS = 3
KNOWN_SECONDS = 30 * 24 * 3600
"""How long an address stays known to a name without a further login."""
MAX_KNOWN = 8
MAX_SEEN = 10_000


class LimiterFailed(Exception):
    """The limits' table doesn't answer. Requests go on: `count_failure` tells."""


def count_failure(limit: Limit, error: Exception) -> None:
    """Log and count that a limit couldn't be charged."""
    count("LimiterFailures", "limiter failed", limit=limit.name, error=type(error).__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What an item says."""

    arrival: int = 0
    """The theoretical arrival time (shared/domain/limits.py)."""
    known: tuple[str, ...] = ()
    """Digests of the addresses that have logged in to this name lately; the newest is the last."""
    known_until: int = 0
    """The end of the item, Unix time in seconds."""

    @classmethod
    def of(cls, item: dict[str, Any]) -> State:
        """The state in an item as DynamoDB returns it."""
        known = tuple(digest["S"] for digest in item.get("known", {}).get("L", ()))
        return cls(int(item.get("arrival", {}).get("N", 0)), known, int(item["expires_at"]["N"]))


NEW = State()

_seen: OrderedDict[str, State] = OrderedDict()
"""The states that this process saw last. An arrival time only grows, so a refusal that follows from one is sure."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What became of a request."""

    quota: Quota
    state: State


def table_name() -> str:
    """The name of the limits' table."""
    return f"{settings().table_name}-limits"


def unix_ms() -> int:
    """The present, Unix time in milliseconds."""
    return int(time.time() * 1000)


def in_force(limit: Limit) -> Limit | None:
    """The limit as the settings have it; None if they turn limits off."""
    factor = settings().limit_factor
    return limit.times(factor) if factor else None


def charge(limit: Limit, caller: str, now: int) -> Charge:
    """Count a request, or refuse it. `now` is in milliseconds. Raises LimiterFailed."""
    key = _key(limit, caller)
    state = _seen.get(key, NEW)
    for _ in range(ATTEMPTS):
        quota = limit.charge(state.arrival, now)
        if not quota.admitted:
            return Charge(quota, state)
        state, is_written = _write(key, limit, quota, idle=state.arrival <= now)
        _remember(key, state)
        if is_written:
            return Charge(Quota(limit, state.arrival, now, admitted=True), state)
    raise LimiterFailed(f"{key} kept changing")


def use_up(limit: Limit, caller: str) -> None:
    """Let the caller's next request wait for a whole interval. One UpdateItem; if it fails, that is counted."""
    if valid := in_force(limit):
        key, now = _key(limit, caller), unix_ms()
        values = {":arrival": {"N": str(valid.used_up(now))}, ":ends": {"N": str(_end(valid, now))}}
        try:
            _remember(key, State.of(_update(key, "SET arrival = :arrival, expires_at = :ends", values)))
        except LimiterFailed as error:
            count_failure(limit, error)


def digest(*parts: str) -> str:
    """What is stored of names and addresses."""
    return hashlib.sha256("|".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def make_known(limit: Limit, name: str, address: str, state: State) -> None:
    """Store that an address has logged in to a name, unless that is stored for long enough. Raises LimiterFailed."""
    mine, seconds = digest(name, address), unix_ms() // 1000
    if mine in state.known and state.known_until - seconds > KNOWN_SECONDS // 2:
        return
    known = (*(other for other in state.known if other != mine), mine)[-MAX_KNOWN:]
    key, until = _key(limit, name), seconds + KNOWN_SECONDS
    values = {":known": {"L": [{"S": one} for one in known]}, ":until": {"N": str(until)}}
    _update(key, "SET known = :known, expires_at = :until", values)
    _remember(key, State(state.arrival, known, until))


def forget() -> None:
    """Forget what this process has seen, as a new one."""
    _seen.clear()


def _key(limit: Limit, caller: str) -> str:
    return f"{limit.name}#{digest(caller)}"


def _end(limit: Limit, now: int) -> int:
    """When an item may go, Unix time in seconds: its arrival time has passed by then."""
    return now // 1000 + limit.seconds + 3600


def _write(key: str, limit: Limit, quota: Quota, *, idle: bool) -> tuple[State, bool]:
    """Write a quota if the item is as it was thought to be; the item's state, and whether it was written.

    What is idle starts from now; what isn't moves on by one interval, whatever others have added meanwhile.
    """
    now = quota.now
    values = {":now": {"N": str(now)}, ":ends": {"N": str(_end(limit, now))}}
    if idle:
        values[":arrival"] = {"N": str(quota.arrival)}
        arrival, condition = ":arrival", "attribute_not_exists(arrival) OR arrival <= :now"
    else:
        values |= {":more": {"N": str(limit.interval)}, ":latest": {"N": str(limit.latest(now))}}
        arrival, condition = "arrival + :more", "arrival > :now AND arrival <= :latest"
    # A name's item lives on with the addresses that are known to it.
    ends_at = "if_not_exists(expires_at, :ends)" if limit.by is By.NAME else ":ends"
    try:
        return State.of(
            _update(key, f"SET arrival = {arrival}, expires_at = {ends_at}", values, condition)
        ), True
    except _Different as error:
        return error.state, False


class _Different(Exception):
    """The item isn't as the condition wants it."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


def _update(key: str, update: str, values: dict[str, Any], condition: str | None = None) -> dict[str, Any]:
    extra = {"ConditionExpression": condition} if condition else {}
    try:
        answer: dict[str, Any] = connection().client.update_item(
            TableName=table_name(),
            Key={"pk": {"S": key}},
            UpdateExpression=update,
            ExpressionAttributeValues=values,
            ReturnConsumedCapacity="TOTAL",
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **extra,
        )
    except BotoCoreError as error:
        raise LimiterFailed(str(error)) from error
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise LimiterFailed(str(error)) from error
        old = error.response.get("Item")
        raise _Different(State.of(old) if old else NEW) from error
    found: dict[str, Any] = answer["Attributes"]
    return found


def _remember(key: str, state: State) -> None:
    _seen[key] = state
    _seen.move_to_end(key)
    while len(_seen) > MAX_SEEN:
        _seen.popitem(last=False)
