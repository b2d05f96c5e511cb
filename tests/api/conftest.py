"""The whole product, started once for all tests of the API, on ports of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest
import requests

from infra.local.runner.stack import Stack
from tests.support.answer_check import watch
from tests.support.people import People

ORIGIN = "https://front.example"

SETTINGS = {
    # Nobody plays here: a match stands until its test ends it.
    "CONNECT_TIMEOUT_SECONDS": "3600",
    "CORS_ORIGINS": ORIGIN,
    "DYNAMODB_TIMEOUT_SECONDS": "30",
    "LIMIT_FACTOR": "1e6",
    "LOG_LEVEL": "ERROR",
}


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A running stack."""
    with Stack(settings=SETTINGS) as running:
        yield running


@pytest.fixture(scope="session")
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the stack that trusts its certificate. Its answers have to fit the OpenAPI document."""
    context = ssl.create_default_context(cafile=str(stack.ca))
    with httpx.Client(base_url=stack.url, verify=context, timeout=30, trust_env=False) as made:
        watch(made)
        yield made


@pytest.fixture(scope="session")
def people(stack: Stack, client: httpx.Client) -> People:
    """Makes users and guests of the stack."""
    return People(client, stack.service_token())


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """A connection to the stack that is kept."""
    with requests.Session() as made:
        made.trust_env = False
        yield made
