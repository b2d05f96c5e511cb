"""The JSON forms of single values (docs/contract/conventions.md#times)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from shared.domain.accounts import names, passwords
from shared.domain.ids import MAX_ID


def instant(moment: datetime) -> str:
    """ISO 8601, UTC, microseconds, `Z`. `moment` must be UTC."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def duration(length: timedelta) -> str:
    """`HH:MM:SS.ffffff`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{length.microseconds:06d}"


Instant = Annotated[
    datetime,
    PlainSerializer(instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T18:30:00.123456Z"]}),
]
Duration = Annotated[
    timedelta,
    PlainSerializer(duration, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{2,}:\d{2}:\d{2}\.\d{6}$", "examples": ["00:01:12.500000"]}
    ),
]
SOME_IDS = [116142351589376, 116142360502280]

Id = Annotated[
    int, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_ID, "examples": SOME_IDS})
]
GivenId = Annotated[int, Field(ge=0, le=MAX_ID, examples=SOME_IDS)]
"""An id in a request."""

Username = Annotated[
    str,
    Field(
        examples=["alice", "bob"],
        json_schema_extra={
            "minLength": names.MIN_LENGTH,
            "maxLength": names.MAX_LENGTH,
            "pattern": "^[A-Za-z0-9_-]+$",
        },
    ),
]
"""A new username. The document shows the rules; the domain checks them."""

Password = Annotated[
    str,
    Field(
        examples=["correct-horse-7"],
        json_schema_extra={
            "format": "password",
            "minLength": passwords.MIN_LENGTH,
            "maxLength": passwords.MAX_LENGTH,
            "pattern": r"^[A-Za-z0-9_!@#$%^&*()-]+$",
        },
    ),
]
"""A new password; like Username."""

Code = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{4,}$", "examples": ["4711", "0815"]})
]
"""Users pass it on to find a lobby, a tournament or a match."""


def _flag(value: object) -> object:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


GivenFlag = Annotated[bool | None, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""`true` or `false` in a URL, in any case; None if it isn't there."""
Trophies = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0, "examples": [36, 68]})]
OnlyIfSet = Annotated[
    int | None, Field(exclude_if=lambda value: value is None), WithJsonSchema({"type": "integer"})
]
"""A number that the answer leaves out if it doesn't apply."""
