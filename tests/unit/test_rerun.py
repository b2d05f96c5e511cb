"""Rerunning a use case that lost a race."""

from __future__ import annotations

import pytest

from shared.domain.errors import RaceLost, Throttled
from shared.usecases import rerun


def test_a_use_case_that_loses_every_race_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr("time.sleep", lambda _: None)

    def lose() -> None:
        runs.append(1)
        raise RaceLost

    with pytest.raises(Throttled):
        rerun.rerun(lose)
    assert len(runs) == 4, "once, and three times again"
