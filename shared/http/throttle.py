"""The rate limits of one request (docs/contract/conventions.md#rate-limits): who is counted, and what is refused.

The limits are charged in threads, at the same time as the caller is read: they cost no further call in sequence.
A limiter that fails lets requests through; logs and a metric tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from shared.auth.tokens import bearer_token, read_token
from shared.domain.errors import DomainError, Throttled, Unauthenticated
from shared.domain.limits import LOGIN, LOGIN_KNOWN, By, Limit, Quota, person
from shared.http.bodies import Request
from shared.http.registry import Auth, Route
from shared.security_events import SecurityEvent, report
from shared.settings import settings
from shared.store import limits
from shared.store.base import connection
from shared.store.limits import Charge, LimiterFailed

THREADS = 8
CONFIRMING = {"password", "old_password"}

Result = TypeVar("Result")


class Throttle:
    """The limits of one request. A request is charged once, however often its use case runs."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._running: list[tuple[Limit, Future[Charge]]] = []
        self._charges: dict[str, Charge] = {}
        self._name = self._address = ""
        self._user_id: int | None = None
        self._login = limits.NEW
        self._now = limits.unix_ms()

    def begin(self, request: Request) -> None:
        """Start to charge the limits."""
        if not settings().limit_factor or not (self._route.limits or self._route.makes_known):
            return
        connection()  # made by this thread, for all
        self._address = client_address(request.event, request.headers)
        self._name = request.username
        callers = _callers(self._route, request) | {By.NAME: self._name}
        if account := callers.get(By.ACCOUNT):
            self._user_id = int(account)
        if _is_limited(self._address):
            callers[By.ADDRESS] = _network(self._address)
        for limit in self._route.limits:
            if caller := callers.get(limit.by):
                self._start(limit, caller)

    def require(self) -> None:
        """Wait for the limits. Throttled if one refuses."""
        running, self._running = self._running, []
        for limit, future in running:
            if charge := _result(limit, future.result):
                self._charges[limit.name] = charge
        if login := self._charges.get(LOGIN.name):
            self._login = login.state
            if not login.quota.admitted:
                self._ask_as_known()
        refused = [charge.quota for charge in self._charges.values() if not charge.quota.admitted]
        if refused:
            quota = max(refused, key=lambda quota: quota.retry_seconds)
            report(SecurityEvent.LIMIT_REACHED, user_id=self._user_id, reason=quota.limit.name)
            raise Throttled(quota.retry_seconds)

    def succeeded(self) -> None:
        """Make the address known to the name, if the route does that."""
        if self._route.makes_known and self._name and self._address:
            network = _network(self._address)
            _result(LOGIN, lambda _: limits.make_known(LOGIN, self._name, network, self._login))

    def fields(self) -> dict[str, str]:
        """The answer's fields (draft-ietf-httpapi-ratelimit-headers-11); none without a limit."""
        quotas = [charge.quota for charge in self._charges.values()]
        if not quotas:
            return {}
        return {
            "RateLimit-Policy": ", ".join(policy(quota.limit) for quota in quotas),
            "RateLimit": ", ".join(state(quota) for quota in quotas),
        }

    def _start(self, limit: Limit, caller: str) -> None:
        if valid := limits.in_force(limit):
            self._running.append((valid, _threads().submit(limits.charge, valid, caller, self._now)))

    def _ask_as_known(self) -> None:
        """Another limit counts for an address that is known to the name: an attacker can't lock its owner out."""
        caller = limits.digest(self._name, _network(self._address)) if self._address else ""
        if caller in self._login.known and (limit := limits.in_force(LOGIN_KNOWN)):
            del self._charges[LOGIN.name]
            if charge := _result(limit, lambda _: limits.charge(limit, caller, self._now)):
                self._charges[limit.name] = charge


def policy(limit: Limit) -> str:
    """A limit as an item of RateLimit-Policy."""
    return f'"{limit.name}";q={limit.burst};w={limit.seconds}'


def state(quota: Quota) -> str:
    """A quota as an item of RateLimit."""
    return f'"{quota.limit.name}";r={quota.remaining};t={quota.reset_seconds}'


def client_address(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """The client's address; empty if it isn't known.

    It is the one that API Gateway sees, and never X-Forwarded-For, which anyone can send. CloudFront, which shows its
    key, puts the address that it sees into X-Client-Address.
    """
    identity = (event.get("requestContext") or {}).get("identity") or {}
    source: str = identity.get("sourceIp") or ""
    key = settings().proxy_key
    if key and compare_digest(headers.get("x-proxy-key", "").encode(), key.encode()):
        source = headers.get("x-client-address", "")
    return source if _is_address(source) else ""


def client_network(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What the client's address is counted as; empty if it isn't known."""
    return _network(client_address(event, headers))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="limits")


def _result(limit: Limit, of: Callable[[float], Result]) -> Result | None:
    """What the limiter says; None if it fails."""
    try:
        return of(settings().limiter_timeout_seconds)
    except (LimiterFailed, TookTooLong) as error:
        limits.count_failure(limit, error)
        return None


def _is_confirming(request: Request) -> bool:
    """Whether a password is to be confirmed; False for a wrong body, which the endpoint answers later."""
    try:
        return not CONFIRMING.isdisjoint(request.sent)
    except DomainError:
        return False


def _callers(route: Route, request: Request) -> dict[By, str]:
    """Who is counted for the limits of an account; nothing without a valid token, which the endpoint answers."""
    if route.auth is Auth.NOBODY:
        return {}
    try:
        account = str(read_token(bearer_token(request.headers.get("authorization")), "access").user_id)
    except Unauthenticated:
        return {}
    callers = {By.ACCOUNT: account}
    if _is_confirming(request):
        callers[By.CONFIRMATION] = account
    if who := (request.event.get("pathParameters") or {}).get("user_id") or request.username:
        callers[By.PERSON] = person(account, who)
    return callers


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_limited(address: str) -> bool:
    return bool(address) and (bool(settings().limit_loopback) or not ip_address(address).is_loopback)


def _network(address: str) -> str:
    """What an address is counted as: in IPv6 a household has a /64. Empty for none."""
    if not address:
        return ""
    return address if ip_address(address).version == 4 else str(ip_network(f"{address}/64", strict=False))
