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


def test_a_run_holds_its_turn_and_a_pause_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = rerun.turn_of("/chat/1/messages/")
    held: list[tuple[str, bool]] = []
    monkeypatch.setattr("time.sleep", lambda _: held.append(("pause", turn.locked())))

    def lose() -> None:
        held.append(("run", turn.locked()))
        raise RaceLost

    with pytest.raises(Throttled):
        rerun.rerun(lose, 1, turn)
    assert held == [("run", True), ("pause", False), ("run", True)]
    assert not turn.locked()


def test_pauses_grow_and_stay_short(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("random.uniform", lambda _, longest: longest)
    monkeypatch.setattr("time.sleep", pauses.append)

    def lose() -> None:
        raise RaceLost

    with pytest.raises(Throttled):
        rerun.rerun(lose, rerun.PATIENT_RERUNS)
    assert pauses[:5] == [0.02, 0.04, 0.08, 0.16, 0.32]
    assert set(pauses[5:]) == {rerun.LONGEST_PAUSE_SECONDS}
    assert sum(pauses) < 5
