"""What several rooms of the local stack share: where it is, what its processes get from the environment."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.http.registry import PREFIX
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

HOST = "127.0.0.1"

REGION = "us-east-1"

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""Emulators of AWS take any account; these are LocalStack's."""

EXPORT_BUCKET = "pong-exports"
"""The bucket for large downloads in the embedded mode."""

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")

GAME_SETTINGS = (
    "GAME_RECONNECT_SECONDS", "GAME_COUNTDOWN_SECONDS", "GAME_SPECTATORS", "GAME_CONNECTIONS",
    "GAME_HOUSE_MATCHES",
)  # fmt: skip
"""Those of the game server (game/settings.py) that a person may give."""

NOT_GIVEN = {"TABLE_NAME", "PUBLIC_URL", "STAGE"}
"""Settings of the product that the local stack decides itself."""


def inherited() -> dict[str, str]:
    """All that child processes get from this process's environment, besides the product's settings."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def given_settings() -> dict[str, str]:
    """The product's settings in this process's environment: CONNECT_TIMEOUT_SECONDS=3 make run."""
    names = {field.name.upper() for field in dataclasses.fields(Settings)} - NOT_GIVEN | {*GAME_SETTINGS}
    return {name: os.environ[name] for name in sorted(names) if name in os.environ}


def api_url(engine: str, outputs: Mapping[str, str]) -> str:
    """Where an emulator serves the stack's REST API: at its own address, under the API's id and stage."""
    return f"{engine}/_aws/execute-api/{outputs['ApiId']}{PREFIX}"


def run_facts(url: str, engine: str, table: str, outputs: Mapping[str, str]) -> dict[str, Any]:
    """What run.json says of every stack: where it is, and what its deployment told."""
    return {
        "url": url,
        "api": url + "/api",
        "sse": url + "/sse/users/",
        "engine": engine,
        "region": REGION,
        "table": table,
        "outputs": outputs,
    }
