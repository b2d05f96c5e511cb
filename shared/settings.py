"""The one place that reads the environment.

A Lambda's environment never changes while it lives, so the settings are read once, on first use. Tests that
need other values replace the environment and call `settings.cache_clear()`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from functools import cache
from urllib.parse import urlsplit

LOCALHOST = "localhost"
"""In CORS_ORIGINS: every origin of this machine, on any port. For development."""

LOCALHOST_ORIGIN = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


LARGEST = 10**10
"""Of every number: three hundred years in seconds. Infinity and NaN are no settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of the product; the environment variable is the field's name in capitals.

    Durations are in seconds.
    """

    table_name: str = "pong"
    stage: str = "local"
    public_url: str = "https://localhost:4443"
    cors_origins: str = LOCALHOST
    """Origins of browser front ends that may call the API, separated by commas."""
    game_url: str = ""
    """Where players reach the game server, such as wss://game.example.com/play; a match's code follows.

    Empty: /ws/game/ at the public address.
    """
    jwt_secret: str = ""
    """The keys that sign users' tokens (shared/auth/signing_keys.py); empty if Secrets Manager has them."""
    jwt_secret_id: str = ""
    """The ARN of the secret that holds them."""
    jwt_service_secret: str = ""
    """The keys that sign service tokens, likewise."""
    jwt_service_secret_id: str = ""
    export_bucket: str = ""
    """The bucket for downloads that are too large for an answer (shared/store/accounts/export_files.py)."""
    match_clocks_url: str = ""
    """The queue in which match clocks wait (shared/store/play/clock_queue.py)."""
    access_seconds: int = 30 * 60
    refresh_seconds: int = 30 * 24 * 3600
    session_seconds: int = 90 * 24 * 3600
    """A user with a password logs in again after so long at the latest."""
    service_seconds: int = 12 * 3600
    guest_seconds: int = 30 * 24 * 3600
    """A guest who isn't seen for so long is deleted."""
    points_to_win: int = 3
    connect_timeout_seconds: int = 15
    match_max_seconds: int = 10 * 60
    ranked_widen_seconds: int = 10
    """The time between two widenings of a ranked ticket's window of trophies."""
    tournament_countdown_seconds: int = 20
    tournament_pause_seconds: int = 3
    tournament_check_seconds: int = 60
    """The time between two checks whether a tournament's stage is decided, in case its callback got lost."""
    presence_lease_seconds: float = 30.0
    presence_grace_seconds: float = 3.0
    sse_host: str = "127.0.0.1"
    sse_port: int = 8001
    sse_heartbeat_seconds: float = 15.0
    sse_notice_seconds: float = 60.0
    """How long before a stream's token expires the stream says so."""
    sse_poll_seconds: float = 0.2
    sse_ring_seconds: float = 300.0
    sse_queue_events: int = 256
    sse_feed_streams: int = 100
    """Streams of all matches that an SSE container holds at most."""
    sse_feed_ring_events: int = 16384
    """Events of all matches that are kept for services that resume; 1.5 KB each."""
    sse_feed_queue_events: int = 2048
    dynamodb_timeout_seconds: float = 2.0
    """For an attempt of a call; there are three, within the ten seconds of an endpoint's function."""
    limit_factor: float = 1.0
    """How many times as generous the rate limits are; 0 turns them off."""
    limiter_timeout_seconds: float = 1.0
    """A request that waits for its limits longer goes through uncounted."""
    limit_loopback: int = 0
    """1: limits by address hold for the loopback, too."""
    proxy_key: str = ""
    """What CloudFront sends as X-Proxy-Key. Only with it is the client's address read from X-Client-Address."""
    sse_streams_per_user: int = 20
    """Streams of one user that an SSE container holds at most."""
    log_level: str = "INFO"
    metrics_stack: str = ""
    """The stack that metrics belong to. Empty: only warnings count, no business metrics (shared/metrics.py)."""

    def __post_init__(self) -> None:
        """Raise ValueError for an address of game servers that isn't one."""
        address = urlsplit(self.game_url)
        if self.game_url and not (address.scheme in ("ws", "wss") and address.netloc and not address.query):
            raise ValueError(
                f"GAME_URL must be an address like wss://game.example.com, not {self.game_url!r}"
            )

    @property
    def game_address(self) -> str:
        """Where players reach the game server, without a slash at the end."""
        public = urlsplit(self.public_url)
        scheme = "ws" if public.scheme == "http" else "wss"
        return self.game_url.rstrip("/") or f"{scheme}://{public.netloc}/ws/game"

    def allows_origin(self, origin: str) -> bool:
        """Whether a browser page of this origin may read our answers (Fetch standard, CORS protocol)."""
        allowed = self.cors_origins.split(",")
        is_local = LOCALHOST in allowed and LOCALHOST_ORIGIN.fullmatch(origin) is not None
        return is_local or origin in allowed


ZERO_IS_ALLOWED = {
    "limit_factor", "limit_loopback", "presence_grace_seconds", "tournament_countdown_seconds",
    "tournament_pause_seconds",
}  # fmt: skip

MOST = {"sse_port": 65_535, "limit_loopback": 1}

PATTERNS = {
    "log_level": ("DEBUG|INFO|WARNING|ERROR|CRITICAL", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    "public_url": (r"https?://[^\s/?#]+", "an address such as https://localhost:4443, without a path"),
    "cors_origins": (
        r"((localhost|https?://[^\s/?#,*]+)(,(localhost|https?://[^\s/?#,*]+))*)?",
        "origins such as https://example.com, or localhost, separated by commas",
    ),
}


def parse(name: str, text: str) -> object:
    """The value of the setting `name`. ValueError names the variable, the value and what is allowed."""
    default = Settings.__dataclass_fields__[name].default
    if isinstance(default, str):
        pattern, allowed = PATTERNS.get(name, (".*", ""))
        value: object = text
        fits = re.fullmatch(pattern, text, re.DOTALL) is not None
    else:
        value, fits, allowed = _number(name, type(default), text)
    if not fits:
        raise ValueError(f"{name.upper()}={text} is not allowed: give {allowed}")
    return value


def _number(name: str, kind: type, text: str) -> tuple[object, bool, str]:
    """A number, whether it is one that is allowed, and what is allowed in words."""
    least = "0" if name in ZERO_IS_ALLOWED else "1" if kind is int else "more than 0"
    most = MOST.get(name)
    allowed = f"a {'whole ' if kind is int else ''}number, {least}" + (f" to {most}" if most else "")
    allowed += "" if most or least.startswith("more") else " or more"
    try:
        value = kind(text)
    except ValueError:
        return None, False, allowed
    fits = (value >= 0 if name in ZERO_IS_ALLOWED else value > 0) and value <= (most or LARGEST)
    return value, fits, allowed


@cache
def settings() -> Settings:
    """The settings of this process. ValueError, as of `parse`."""
    values = {
        field.name: parse(field.name, os.environ[field.name.upper()])
        for field in fields(Settings)
        if field.name.upper() in os.environ
    }
    return Settings(**values)  # type: ignore[arg-type]


def machine_arn(name: str) -> str:
    """The ARN of the state machine `name` (`ranked-window` is in MACHINE_RANKED_WINDOW).

    Only the functions that start executions have these variables; KeyError elsewhere.
    """
    return os.environ["MACHINE_" + name.upper().replace("-", "_")]
