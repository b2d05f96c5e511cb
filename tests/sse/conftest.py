from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.settings import settings


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A secret to sign tokens with, and settings that are read again afterwards."""
    monkeypatch.setenv("JWT_SECRET", "a secret for tests that is long enough for HS256")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
