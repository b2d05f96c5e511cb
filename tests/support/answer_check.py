"""Every answer that a test gets is one that the OpenAPI document announces: its status, media type, fields and codes.

A pytest plugin. `call` (tests/support/calls.py) gives it each answer; so do HTTPS clients that `watch` was called for.
A request for a path or method outside of the document has to be refused as that: with a code of OUTSIDE.

`--unseen-codes` lists the announced codes of errors that no test has seen, at the end of a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.support.document import DOCUMENT, ERROR, strict_document

OUTSIDE = {
    404: "not_found",
    405: "method_not_allowed",
    414: "uri_too_long",
}
"""Statuses and codes of requests that the document has no operation for."""

SEEN = set[str]()
"""Of each error that this process has seen: operation, status and code."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the document."""

    name: str
    path: str
    method: str

    def response(self, status: int) -> dict[str, Any]:
        """What the document says about this status. AssertionError if it doesn't announce it."""
        announced: Mapping[str, Any] = strict_document()["paths"][self.path][self.method]["responses"]
        assert str(status) in announced, f"{self.name} doesn't announce {status}, only {', '.join(announced)}"
        found: dict[str, Any] = announced[str(status)]
        if "$ref" in found:
            return dict(strict_document()["components"]["responses"][found["$ref"].rpartition("/")[2]])
        return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The document's paths as patterns, those with fewer variable parts first: they win."""
    paths = sorted(DOCUMENT["paths"], key=lambda path: path.count("{"))
    return [(re.compile(_pattern(path)), path) for path in paths]


def _pattern(path: str) -> str:
    """Where an id is meant, anything else is another path. A closing slash may be missing or too many."""
    (operation, *_) = DOCUMENT["paths"][path].values()
    types = {part["name"]: part["schema"]["type"] for part in operation.get("parameters", ())}
    return (
        re.sub(
            r"{(\w+)}",
            lambda name: r"\d+" if types[name[1]] == "integer" else "[^/]+",
            path.removesuffix("/"),
        )
        + "/?"
    )


def operation_of(method: str, path: str) -> Operation | None:
    """The operation of a request, HEAD taken for GET; None for a request outside of the document."""
    name = "get" if method == "HEAD" else method.lower()
    for pattern, found in _patterns():
        if pattern.fullmatch(path):
            item = DOCUMENT["paths"][found]
            return Operation(item[name]["operationId"], found, name) if name in item else None
    return None


@cache
def _validator(name: str, operation: Operation | None, status: int) -> jsonschema_rs.Validator:
    schema = (
        ERROR if operation is None else operation.response(status)["content"]["application/json"]["schema"]
    )
    return jsonschema_rs.validator_for({**schema, "components": strict_document()["components"]})


def _bare(media_type: str) -> str:
    """A media type without parameters."""
    return media_type.partition(";")[0]


def check(method: str, path: str, status: int, media_type: str, body: Any) -> None:
    """AssertionError for an answer that isn't as the document says. `body`: read if it is JSON; else text or None."""
    if method == "OPTIONS":
        return  # preflights are the Fetch standard's
    operation = operation_of(method, path)
    name = f"{method} {path[:200]}: {status}"
    if operation is None:
        assert status in OUTSIDE, f"{name} outside of the document"
        announced, expected = ["application/json"], OUTSIDE[status]
        assert method == "HEAD" or body["code"] == expected, f"{name} {body}"
    else:
        announced = [_bare(each) for each in operation.response(status).get("content", {})]
    if body in (None, "") and not announced:
        return  # API Gateway names a media type for empty answers, too
    assert _bare(media_type) in announced, f"{name} {media_type}, not {announced}"
    if "json" not in media_type or method == "HEAD":
        return
    validator = _validator(operation.name if operation else "", operation, status)
    if not validator.is_valid(body):
        faults = [error.message for error in validator.iter_errors(body)]
        pytest.fail(f"{name} isn't as the document says: {faults}\n{json.dumps(body)[:4000]}")
    if operation is not None and status >= 400:
        note(operation.name, status, body)


def note(name: str, status: int, body: Mapping[str, Any]) -> None:
    """Remember that an operation has answered with an error; those of fields have no code."""
    if isinstance(body.get("code"), str):
        SEEN.add(f"{name} {status} {body['code']}")


def _checked(answer: httpx.Response) -> bool:
    """Whether the document is about this answer."""
    return answer.url.path.startswith(("/api/", "/sse/"))


def _is_stream(answer: httpx.Response) -> bool:
    media_type: str = answer.headers.get("content-type", "")
    return _bare(media_type) == "text/event-stream"


def check_response(answer: httpx.Response) -> None:
    """`check` an answer that was read, or is an event stream."""
    media_type = answer.headers.get("content-type", "")
    body: Any = None
    if not _is_stream(answer) and answer.content:
        body = answer.json() if media_type == "application/json" else answer.text
    check(answer.request.method, answer.url.path, answer.status_code, media_type, body)


def _read(answer: httpx.Response) -> None:
    if _checked(answer):
        if not _is_stream(answer):
            answer.read()
        check_response(answer)


async def _read_async(answer: httpx.Response) -> None:
    if _checked(answer):
        if not _is_stream(answer):
            await answer.aread()
        check_response(answer)


def watch(client: httpx.Client | httpx.AsyncClient) -> None:
    """From now on `check` every answer that the client gets from /api/ and /sse/."""
    hook = _read if isinstance(client, httpx.Client) else _read_async
    client.event_hooks = {**client.event_hooks, "response": [*client.event_hooks["response"], hook]}


def unseen(seen: set[str]) -> Iterator[str]:
    """What the document announces and isn't among these: codes of an operation, or of none at all."""
    shared: set[str] = set()
    for item in DOCUMENT["paths"].values():
        for operation in item.values():
            name = operation["operationId"]
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    codes = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]][
                        "x-codes"
                    ]
                    shared |= {f"{status} {code}" for code in codes}
                    continue
                for code in response.get("x-codes", ()):
                    if f"{name} {status} {code}" not in seen:
                        yield f"{name} {status} {code}"
    found = {line.partition(" ")[2] for line in seen}
    yield from (f"any operation: {line}" for line in sorted(shared - found))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that lists the codes."""
    parser.addoption(
        "--unseen-codes", action="store_true", help="list the announced codes of errors that no test has seen"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several hands its codes to the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["seen_codes"] = sorted(SEEN)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist calls this at the end of each process; one that crashed has no output."""
    SEEN.update(getattr(node, "workeroutput", {}).get("seen_codes", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The list."""
    if config.getoption("unseen_codes"):
        lines = list(unseen(SEEN))
        terminalreporter.section(
            f"{len(lines)} announced codes that no test has seen, {len(SEEN)} that one has"
        )
        for line in lines:
            terminalreporter.line(line)
