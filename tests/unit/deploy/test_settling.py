from __future__ import annotations

from typing import Any, cast

import pytest

from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.settling import settle


class Stuck:
    """A stack in a status to which the embedded engine doesn't come."""

    stack = "pong"

    def __init__(self, status: str) -> None:
        self._status = status
        self.changes: list[str] = []

    def status(self) -> str:
        return self._status

    def meaning(self, status: str) -> str:
        return status

    def first_failure(self) -> str:
        return "Service (AWS::ECS::Service) UPDATE_FAILED: timed out"

    def ever_stood(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        def change() -> None:
            self.changes.append(name)
            self._status = "UPDATE_ROLLBACK_COMPLETE"

        return {"roll_back": change, "continue_rollback": change, "left_over": list}[name]


STEPS = [("UPDATE_FAILED", "roll_back"), ("UPDATE_ROLLBACK_FAILED", "continue_rollback")]


@pytest.mark.parametrize(("status", "step"), STEPS)
def test_a_failed_update_is_taken_back_with_agreement_only(
    status: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    formation = Stuck(status)

    with pytest.raises(DeploymentFailed, match="Nothing was changed"):
        settle(cast("Formation", formation), Person("pong"))
    assert formation.changes == []

    settle(cast("Formation", formation), Person("pong", yes=True))
    assert formation.changes == [step]
