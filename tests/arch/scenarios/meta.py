"""The API itself."""

from __future__ import annotations

from tests.arch.scenarios.common import Scenarios, without_token

SCENARIOS: Scenarios = {
    "get_index": {"": without_token("GET", "/")},
    "get_docs": {"": without_token("GET", "/docs/")},
    "get_openapi": {"": without_token("GET", "/openapi.json")},
    "get_asyncapi": {"": without_token("GET", "/asyncapi.json")},
    "get_health": {"": without_token("GET", "/health/")},
}
