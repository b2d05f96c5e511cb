"""Brings a stack into a state from which it can be created or updated, whatever an earlier run has left."""

from __future__ import annotations

from botocore.exceptions import ClientError

from infra.deploy import engines, states
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.states import Step

MAX_STEPS = 6
"""Waiting, rolling back, continuing, deleting: no stack needs more of them."""


def settle(formation: Formation, person: Person) -> None:
    """Leave no stack, or one that can be updated. Raises DeploymentFailed if a person has to look."""
    for _ in range(MAX_STEPS):
        status = formation.status()
        step = _step(formation, status)
        if step in (Step.CREATE, Step.UPDATE):
            _discard_left_over(formation, status)
            return
        person.report(f"{formation.stack} is {formation.meaning(status)}.")
        if not states.is_running(status):
            person.report(f"  {formation.first_failure()}")
        if step is Step.STOP:
            raise DeploymentFailed(
                "\n".join([f"{formation.stack}: a person has to look.", *formation.still_there()])
            )
        if not _take(step, formation, person):
            return
    raise DeploymentFailed(f"{formation.stack} doesn't settle: {formation.meaning(formation.status())}.")


def is_failed_creation(formation: Formation, status: str | None) -> bool:
    """Whether the creation of the stack failed."""
    # LocalStack 4.14 leaves a failed update in ROLLBACK_COMPLETE, as if the creation had failed.
    return states.step_for(status) is Step.DELETE and not formation.ever_stood()


def _step(formation: Formation, status: str | None) -> Step:
    step = states.step_for(status)
    if step is Step.DELETE and not is_failed_creation(formation, status):
        return Step.ROLL_BACK
    return step


def _take(step: Step, formation: Formation, person: Person) -> bool:
    """Take a step; False if the engine has no such step, and an update of what is there remains."""
    if step is Step.WAIT:
        formation.wait()
    elif step is Step.DELETE:
        person.confirm("Remove what the failed creation has left?")
        formation.delete()
    elif step is Step.CONTINUE_ROLLBACK:
        person.confirm("Try again to take the failed update back?")
        formation.continue_rollback()
    elif step is Step.ROLL_BACK:
        person.confirm("Take the failed update back?")
        try:
            formation.roll_back()
        except ClientError as error:
            if engines.is_unfinished(formation.client, error):
                person.report("  This emulator can't roll back: what it has is updated.")
                return False
            raise
    return True


def _discard_left_over(formation: Formation, status: str | None) -> None:
    """Delete the change sets that a run has left which was ended before it executed them."""
    if status is None:
        return
    for name in formation.left_over():
        formation.discard(name)
    if formation.status() == states.REVIEW:
        formation.delete()
