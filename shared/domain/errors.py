"""The kinds of error: one per status (shared/http/answers.py). Each area adds its own in its `errors.py`.

An error is a class: its `code` is for programs and part of the contract, its `detail` is a sentence for people
(docs/contract/conventions.md#errors). Pass a detail only if it depends on the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """An answer other than success."""

    code = "error"
    detail = "Something went wrong."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or type(self).detail
        super().__init__(self.detail)


# ── 400 ──────────────────────────────────────────────────────────────────────────────────────────────────


class Invalid(DomainError):
    """A field of a well-formed request is not acceptable.

    `fields` maps a field's name to sentences; the key `detail` is for sentences about no single field.
    """

    code = "invalid"
    detail = "Invalid request."

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = {name: list(texts) for name, texts in fields.items()}
        super().__init__("; ".join(text for texts in self.fields.values() for text in texts))

    @classmethod
    def field(cls, name: str, text: str) -> Invalid:
        """One sentence about one field."""
        return cls({name: [text]})


class Malformed(DomainError):
    """The body is no JSON object, or unreadable."""

    code = "malformed_body"
    detail = "The body must be a JSON object."


class MalformedIdempotencyKey(Malformed):
    code = "malformed_idempotency_key"
    detail = "An Idempotency-Key has 1 to 255 printable ASCII characters."


# ── 401 ──────────────────────────────────────────────────────────────────────────────────────────────────


class Unauthenticated(DomainError):
    """The caller is unknown. The subclasses have all codes of the contract."""


class NotAuthenticated(Unauthenticated):
    code = "not_authenticated"
    detail = "Authentication credentials were not provided."


class IncorrectPassword(Unauthenticated):
    code = "incorrect_password"
    detail = "The password is incorrect."


class TokenUserNotFound(Unauthenticated):
    code = "user_not_found"
    detail = "The user of this token no longer exists."


class AuthenticationFailed(Unauthenticated):
    code = "authentication_failed"
    detail = "Authentication failed."


class SseConnectionRequired(Unauthenticated):
    code = "sse_connection_required"
    detail = "Connect to the event stream (/sse/users/) first."


class PasswordConfirmationRequired(Unauthenticated):
    code = "password_confirmation_required"
    detail = "Confirm with your password: send it in the field 'password'."


class TokenNotValid(Unauthenticated):
    code = "token_not_valid"
    detail = "The token is invalid or has expired."


class TokenForged(TokenNotValid):
    """No key of ours has signed the token. The answer is that of any other one that isn't valid."""


# ── 403 ──────────────────────────────────────────────────────────────────────────────────────────────────


class Forbidden(DomainError):
    """The caller is known, but not allowed."""

    code = "permission_denied"
    detail = "You do not have permission to perform this action."


class GuestNotAllowed(Forbidden):
    code = "guest_not_allowed"
    detail = "Guests cannot do this: register first (PUT /api/auth/register/guest/)."


class ServiceTokenRequired(Forbidden):
    code = "service_token_required"
    detail = "This endpoint is for services only."


# ── 404, 405, 409 ────────────────────────────────────────────────────────────────────────────────────────


class NotFound(DomainError):
    """The thing doesn't exist, or the caller may not know that it does."""

    code = "not_found"
    detail = "Not found."


class NoSuchPath(NotFound):
    detail = "No such path."


class NoSuchFile(NotFound):
    detail = "No such file."


class MethodNotAllowed(DomainError):
    """The path has no such method. `allowed` goes into the `Allow` header (RFC 9110, 15.5.6)."""

    code = "method_not_allowed"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"Method {method} is not allowed here; use {' or '.join(self.allowed)}.")


class Conflict(DomainError):
    """The present state forbids it."""

    code = "conflict"
    detail = "This conflicts with the current state."


# ── 413 to 503 ───────────────────────────────────────────────────────────────────────────────────────────


class TooLarge(DomainError):
    code = "payload_too_large"
    detail = "The body is too large: 64 KiB at most."


class UriTooLong(DomainError):
    code = "uri_too_long"
    detail = "The URI is too long: 8 KiB at most."


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    detail = "Send the body as application/json."


class Unprocessable(DomainError):
    """The request is well-formed, but contradicts an earlier one."""

    code = "unprocessable"
    detail = "This contradicts an earlier request."


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key belongs to another request of yours; use a new one."


class Throttled(DomainError):
    """A lost race in spite of retries, or too many requests (docs/contract/conventions.md#throttling)."""

    code = "throttled"
    detail = "Request was throttled."

    def __init__(self, retry_seconds: int = 1, fields: Mapping[str, str] | None = None) -> None:
        self.retry_seconds = retry_seconds
        """After how many seconds to try again."""
        self.fields = fields or {}
        """Further headers of the answer."""
        super().__init__()


class Unavailable(DomainError):
    """A service that the answer needs doesn't answer."""

    code = "unavailable"
    detail = "The service is not available at the moment; try again."


class InternalError(DomainError):
    """Our own fault: a bug, or an unforeseen answer of AWS. The log has the details."""

    code = "internal_error"
    detail = "Internal server error."


class RaceLost(Exception):
    """Another writer was first: the use case runs again from its first read."""
