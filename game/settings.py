"""What the process is told by its environment."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MOST_SECONDS = 600.0


class BadSetting(ValueError):
    """A setting that is missing or can't be; the text is for the operator."""


@dataclass(frozen=True)
class Settings:
    """The settings, by the names of their variables in lower case."""

    pong_url: str
    """The address of the API, without /api."""
    token_command: tuple[str, ...]
    """Prints a service token. It runs at the start, and again in time before the token ends."""
    pong_events_url: str = ""
    """The address of the event streams, without /sse, where it is another one. Empty: that of the API."""
    pong_ca: Path | None = None
    """A certificate authority to trust in place of the system's."""
    game_host: str = "127.0.0.1"
    game_port: int = 8002
    game_reconnect_seconds: float = 10.0
    """A player who was lost has this long to come back."""
    game_countdown_seconds: float = 3.0
    """Before the first serve, and when a player has come back."""
    game_spectators: int = 64
    """At once in a match."""
    game_connections: int = 2_000
    """At once in this process."""
    game_house_matches: int = 20
    """Against the house, at once; 0: the house doesn't play."""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings in the environment. Raises BadSetting."""
        ca = environment.get("PONG_CA")
        try:
            return cls(
                pong_url=environment["PONG_URL"],
                token_command=tuple(shlex.split(environment["TOKEN_COMMAND"])),
                pong_events_url=environment.get("PONG_EVENTS_URL", ""),
                pong_ca=Path(ca) if ca else None,
                game_host=environment.get("GAME_HOST", cls.game_host),
                game_port=_whole(environment, "GAME_PORT", cls.game_port, 65_535),
                game_reconnect_seconds=_seconds(
                    environment, "GAME_RECONNECT_SECONDS", cls.game_reconnect_seconds
                ),
                game_countdown_seconds=_seconds(
                    environment, "GAME_COUNTDOWN_SECONDS", cls.game_countdown_seconds
                ),
                game_spectators=_whole(environment, "GAME_SPECTATORS", cls.game_spectators, 10_000),
                game_connections=_whole(environment, "GAME_CONNECTIONS", cls.game_connections, 100_000),
                game_house_matches=_whole(environment, "GAME_HOUSE_MATCHES", cls.game_house_matches, 1_000),
            )
        except KeyError as missing:
            raise BadSetting(f"{missing.args[0]} is missing") from None


def _whole(environment: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise BadSetting(f"{name} must be a number from 0 to {most}, not {text!r}")
    return int(text)


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, str(default))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST_SECONDS:
        raise BadSetting(f"{name} must be seconds from 0 to {MOST_SECONDS:g}, not {text!r}")
    return value
