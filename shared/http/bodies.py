"""Reading a request's body (docs/contract/conventions.md#bodies)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isinf
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.domain.accounts import names
from shared.domain.errors import DomainError, Invalid, Malformed, TooLarge, UnsupportedMediaType
from shared.http.limits import MAX_BODY_BYTES

MAX_DEPTH = 32
"""The deepest nesting of arrays and objects, far beyond the API's own bodies."""

NAME_LENGTH = 100
"""No username is longer."""


class Body(BaseModel):
    """Base of every request body: unknown fields are ignored, types are not converted.

    Its errors never show the input, which may be a password.
    """

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    def has(self, field: str) -> bool:
        """Whether the client sent this field."""
        return field in self.model_fields_set


SENTENCES = {
    "missing": "This field is required.",
    "model_type": "Input should be an object.",
}
"""Sentences in place of pydantic's own, which may name classes, by its type of error."""


def without_defaults(schema: dict[str, Any]) -> None:
    """Remove defaults from the schema of a change: fields that aren't sent keep their value, not the default."""
    for field in schema["properties"].values():
        field.pop("default", None)


B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True)
class Request:
    """API Gateway's proxy event."""

    event: Mapping[str, Any]
    headers: Mapping[str, str]
    """By their names in lower case."""

    @cached_property
    def sent(self) -> dict[str, Any]:
        """The JSON object in the body, read once. The errors are those of `read_object`."""
        return read_object(self.event, self.headers)

    @property
    def username(self) -> str:
        """The `username` in the body in the form in which names are compared; empty without one."""
        try:
            name = self.sent.get("username")
        except DomainError:
            return ""
        return names.key(name[:NAME_LENGTH]) if isinstance(name, str) else ""


def read_object(event: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object in a request's body, empty if there is no body.

    UnsupportedMediaType for another content type, Malformed for anything but a JSON object, TooLarge.
    """
    text = event.get("body") or ""
    if not text:
        return {}
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    if event.get("isBase64Encoded"):
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Malformed("The body is not UTF-8.") from error
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BODY_BYTES:
        raise TooLarge
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        _require_text(text, value)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise Malformed
    return value


def _require_text(text: str, value: Any) -> None:
    """ValueError for JSON that later readers can't process: nested too deep, or no Unicode text.

    A lone surrogate (`\\ud800`, RFC 8259 section 8.2) can only come from an escape.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _require_flat(value, MAX_DEPTH)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()


def _require_flat(value: Any, depth: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not depth:
        raise ValueError("nested too deep")
    for part in value.values() if isinstance(value, dict) else value:
        _require_flat(part, depth - 1)


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"{text} is beyond what a number can hold")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def validate(model: type[B], value: Mapping[str, Any]) -> B:
    """The object as a model. Invalid, with a sentence for every field that is missing or wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            field, *inner = problem["loc"] or ("detail",)
            path = ".".join(str(part) for part in inner)
            text = SENTENCES.get(problem["type"]) or f"{problem['msg']}."
            fields.setdefault(str(field), []).append(f"{path}: {text}" if path else text)
        raise Invalid(fields) from None
