"""The page of error codes has every code of the API, and says what a client can do."""

from __future__ import annotations

import pytest

from tools import error_codes
from tools.openapi.error_codes import error_list
from tools.openapi.responses import SHARED_RESPONSES


def test_the_page_of_error_codes_is_not_stale() -> None:
    assert error_codes.FILE.read_text(encoding="utf-8") == error_codes.text(), "run `make openapi`"


def test_a_code_without_a_remedy_stops_the_document() -> None:
    unknown = {**SHARED_RESPONSES["500"], "x-codes": ["on_fire"]}
    unknown["content"] = {"application/json": {"examples": {"on_fire": {"value": {"detail": "Fire."}}}}}
    with pytest.raises(ValueError, match="on_fire"):
        error_list({"/api/": {"get": {"responses": {"500": unknown}}}})
