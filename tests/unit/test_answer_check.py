"""What the check of answers notices (tests/support/answer_check.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.answer_check import SEEN, check, unseen, watch
from tests.support.document import DOCUMENT
from tests.support.engine import ROOT

JSON = "application/json"
LOBBY = "/api/play/lobby/"
IN_NO_LOBBY = {"detail": "You are in no lobby.", "code": "in_no_lobby"}
NOT_FOUND = {"detail": "There is nothing here.", "code": "not_found"}
SHOWN: dict[str, Any] = DOCUMENT["paths"][LOBBY]["get"]["responses"]["200"]["content"][JSON]["example"]


@pytest.mark.parametrize(
    ("method", "path", "status", "media_type", "body"),
    [
        ("GET", LOBBY, 200, JSON, SHOWN),
        ("HEAD", LOBBY, 200, JSON, None),
        ("GET", LOBBY.removesuffix("/"), 404, JSON, IN_NO_LOBBY),
        ("PUT", LOBBY, 405, JSON, {"detail": "PUT is not allowed here.", "code": "method_not_allowed"}),
        ("OPTIONS", LOBBY, 204, "", None),
        ("GET", "/api/nowhere/", 404, JSON, NOT_FOUND),
        ("GET", "/api/users/no-id/", 404, JSON, NOT_FOUND),
        ("POST", "/api/auth/logout/", 204, "", None),
        ("POST", "/api/auth/logout/", 204, "application/json", None),
        ("GET", "/sse/users/", 200, "text/event-stream; charset=utf-8", None),
    ],
)
def test_an_answer_of_the_document_passes(
    method: str, path: str, status: int, media_type: str, body: Any
) -> None:
    check(method, path, status, media_type, body)


@pytest.mark.parametrize(
    ("path", "status", "media_type", "body", "words"),
    [
        (LOBBY, 409, JSON, IN_NO_LOBBY, "doesn't announce 409"),
        (LOBBY, 404, JSON, {**IN_NO_LOBBY, "code": "not_in_lobby"}, "not_in_lobby"),
        (LOBBY, 404, JSON, {**IN_NO_LOBBY, "hint": "join one"}, "hint"),
        (LOBBY, 404, "text/plain", "You are in no lobby.", "text/plain"),
        (LOBBY, 200, JSON, {**SHOWN, "secret": 1}, "secret"),
        (LOBBY, 200, JSON, {name: SHOWN[name] for name in SHOWN if name != "code"}, "code"),
        (LOBBY, 200, "", None, "not"),
        ("/api/nowhere/", 200, JSON, {}, "outside of the document"),
        ("/api/nowhere/", 404, JSON, IN_NO_LOBBY, "in_no_lobby"),
    ],
)
def test_another_answer_fails(path: str, status: int, media_type: str, body: Any, words: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception), match=words):
        check("GET", path, status, media_type, body)


def test_a_watched_client_fails_at_an_answer_that_is_not_in_the_document() -> None:
    def server(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if request.url.path.startswith("/assets/") else 404, json={"code": "no"})

    with httpx.Client(base_url="https://here", transport=httpx.MockTransport(server)) as client:
        watch(client)
        client.get("/assets/guest.png")
        with pytest.raises(pytest.fail.Exception, match="isn't as the document says"):
            client.get(LOBBY)


def test_a_code_that_a_test_has_seen_is_not_reported_as_unseen() -> None:
    code = "get_lobby 404 in_no_lobby"
    check("GET", LOBBY, 404, JSON, IN_NO_LOBBY)
    assert code in SEEN
    assert set(unseen(set())) - set(unseen(SEEN)) >= {code}


def test_the_codes_of_all_processes_are_in_one_list(tmp_path: Path) -> None:
    test = f"{Path(__file__).relative_to(ROOT)}::test_a_code_that_a_test_has_seen_is_not_reported_as_unseen"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--unseen-codes"]
    for processes in ("0", "1"):
        ran = subprocess.run(
            [*command, "--numprocesses", processes, test], cwd=ROOT, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "announced codes that no test has seen, 1 that one has" in ran.stdout
        assert "\nget_lobby 401 not_authenticated\n" in ran.stdout
        assert "\nget_lobby 404 in_no_lobby\n" not in ran.stdout
