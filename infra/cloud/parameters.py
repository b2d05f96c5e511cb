"""The stack's parameters for the product's settings, with the defaults of shared/settings.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from infra.cloud.cloudformation import Part, camel, ref
from shared.settings import Settings

FUNCTION_SETTINGS = (
    "cors_origins",
    "game_url",
    "access_seconds",
    "refresh_seconds",
    "session_seconds",
    "guest_seconds",
    "points_to_win",
    "connect_timeout_seconds",
    "match_max_seconds",
    "ranked_widen_seconds",
    "tournament_countdown_seconds",
    "tournament_pause_seconds",
    "tournament_check_seconds",
    "dynamodb_timeout_seconds",
    "limit_factor",
    "limiter_timeout_seconds",
    "log_level",
)
"""The settings that functions read from their environment."""

CONTAINER_SETTINGS = (
    "cors_origins",
    "presence_lease_seconds",
    "presence_grace_seconds",
    "sse_heartbeat_seconds",
    "sse_notice_seconds",
    "sse_ring_seconds",
    "sse_queue_events",
    "sse_streams_per_user",
    "sse_feed_streams",
    "sse_feed_ring_events",
    "sse_feed_queue_events",
    "dynamodb_timeout_seconds",
    "log_level",
)
"""The settings that the SSE container reads."""

# On AWS no origin may call the API until a parameter names one.
DEFAULTS = {field.name: field.default for field in fields(Settings)} | {"cors_origins": ""}


def variables(settings: Sequence[str]) -> dict[str, Any]:
    """Environment variables that have the values of the stack's parameters."""
    return {name.upper(): ref(camel(name)) for name in settings}


def fragment(*settings: str) -> Part:
    """A parameter for each of these settings."""
    made = {
        camel(name): {
            "Type": "String",
            "Default": str(DEFAULTS[name]),
            "Description": f"The setting {name.upper()} (shared/settings.py)",
        }
        for name in settings
    }
    return {"Parameters": made}
