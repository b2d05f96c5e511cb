"""The parameters of the stack: where it is, and the product's settings, with the defaults of shared/settings.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from infra.cloud.values import camel, ref
from shared.settings import Settings

FUNCTION_SETTINGS = (
    "cors_origins",
    "access_seconds",
    "refresh_seconds",
    "points_to_win",
    "connect_timeout_seconds",
    "match_max_seconds",
    "ranked_widen_seconds",
    "tournament_countdown_seconds",
    "tournament_pause_seconds",
    "tournament_check_seconds",
    "dynamodb_timeout_seconds",
    "log_level",
)
"""The settings that functions get by their environment."""

STREAM_SETTINGS = (
    "cors_origins",
    "presence_lease_seconds",
    "presence_grace_seconds",
    "sse_heartbeat_seconds",
    "sse_ring_seconds",
    "sse_queue_events",
    "dynamodb_timeout_seconds",
    "log_level",
)
"""Those that the SSE container gets."""

DEFAULTS = {field.name: field.default for field in fields(Settings)}

# No origin of a laptop's front end is let in on AWS unless somebody says so.
DEFAULTS["cors_origins"] = ""


def variables(names: Sequence[str]) -> dict[str, Any]:
    """Environment variables that have the values of the stack's parameters."""
    return {name.upper(): ref(camel(name)) for name in names}


def settings_parameters(names: Sequence[str]) -> dict[str, Any]:
    """A parameter for each of these settings."""
    return {
        camel(name): {
            "Type": "String",
            "Default": str(DEFAULTS[name]),
            "Description": f"The setting {name.upper()} (shared/settings.py)",
        }
        for name in dict.fromkeys(names)
    }


CODE = {
    "TableName": {"Type": "String", "Default": "pong"},
    "PublicUrl": {
        "Type": "String",
        "AllowedPattern": "https://[^/]+",
        "Description": "Where clients find the product, such as https://pong.example.com",
    },
    "CodeBucket": {"Type": "String", "Description": "The bucket that holds the functions' package"},
    "CodeKey": {"Type": "String", "Description": "The package in that bucket"},
}
"""What every stack with functions needs."""
