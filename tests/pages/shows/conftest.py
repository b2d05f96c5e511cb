"""The stack of the shows: its tournaments begin soon, and no player loses by absence on a busy machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from infra.local.runner.stack import Stack

SETTINGS = {
    "CONNECT_TIMEOUT_SECONDS": "300",
    "GAME_RECONNECT_SECONDS": "30",
    "TOURNAMENT_COUNTDOWN_SECONDS": "3",
    "TOURNAMENT_PAUSE_SECONDS": "1",
}


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """A running stack in the embedded mode, with the game server."""
    with Stack(settings=SETTINGS, game=True) as running:
        yield running


@pytest.fixture(scope="package")
def expected_errors() -> re.Pattern[str]:
    """What Chromium itself writes about connections to processes that were killed."""
    return re.compile(r"the server responded with a status of [45]\d\d|net::ERR_|^WebSocket connection to ")
