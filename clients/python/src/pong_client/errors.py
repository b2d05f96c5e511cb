"""What a call or a stream raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PongError(Exception):
    """Every error of this package."""


class UnreachableError(PongError):
    """No answer came: the connection was refused or broke, TLS failed, or it took too long."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent
        """Whether the request may have reached the server."""


class ProtocolError(PongError):
    """The server sent something that isn't the API's."""


class ApiError(PongError):
    """The API answered with a status of 400 or above."""

    def __init__(
        self, status: int, body: Any, request: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{request} answered {status}: {body}".strip())
        self.status = status
        self.body = body
        """The JSON of the answer, or its text."""
        self.request = request
        """Method and path."""
        self.headers: Mapping[str, str] = headers or {}

    @property
    def code(self) -> str | None:
        """The stable code, one of `pong_client.error_codes.ErrorCode` or a newer one; None for errors of fields."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code if isinstance(code, str) else None

    @property
    def detail(self) -> str:
        """The sentence for people; of errors of fields, all their sentences."""
        if isinstance(self.body, dict) and isinstance(self.body.get("detail"), str):
            return str(self.body["detail"])
        if self.fields:
            return " ".join(sentence for sentences in self.fields.values() for sentence in sentences)
        return str(self.body)

    @property
    def fields(self) -> Mapping[str, list[str]]:
        """What is wrong with which field of the body; under `detail` what belongs to no single one."""
        if not isinstance(self.body, dict):
            return {}
        return {name: part for name, part in self.body.items() if isinstance(part, list)}

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before another try; None if the server doesn't say."""
        return seconds_of(self.headers.get("retry-after"))

    @property
    def request_id(self) -> str | None:
        """What the server's logs know the request by."""
        return self.headers.get("x-request-id")


class SignedOutError(ApiError):
    """The session has ended: log in again. `code` says how the server put it."""


def seconds_of(value: str | None) -> float | None:
    """The seconds of a Retry-After header."""
    return float(value) if value and value.isascii() and value.isdigit() else None


def token_refused(error: ApiError) -> bool:
    """Whether the token isn't good (any more), so that another one may be."""
    return error.status == 401 and error.code == "token_not_valid"


def signed_out(error: ApiError) -> SignedOutError:
    """The same refusal, as the end of the session."""
    return SignedOutError(error.status, error.body, error.request, error.headers)
