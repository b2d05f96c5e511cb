"""What a stack's status allows: every status of CloudFormation, and the step that comes next.

The statuses are those of AWS CloudFormation's user guide, "Stack status codes".
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """The step that a status asks for before an update can begin."""

    CREATE = "create"
    """There is no stack, or one with nothing in it."""
    UPDATE = "update"
    WAIT = "wait"
    """An operation runs. CloudFormation runs one at a time."""
    DELETE = "delete"
    """The creation failed. CloudFormation takes no update of such a stack."""
    ROLL_BACK = "roll back"
    """An update failed and was left as it is."""
    CONTINUE_ROLLBACK = "continue the rollback"
    """CloudFormation could not return to the state before a failed update."""
    STOP = "stop"
    """A deletion failed: what is left may hold data, and a person has to look."""


REVIEW = "REVIEW_IN_PROGRESS"
"""A change set was made to create the stack, and not executed."""

STEPS = {
    None: Step.CREATE,
    "DELETE_COMPLETE": Step.CREATE,
    REVIEW: Step.CREATE,
    "CREATE_COMPLETE": Step.UPDATE,
    "UPDATE_COMPLETE": Step.UPDATE,
    "UPDATE_ROLLBACK_COMPLETE": Step.UPDATE,
    "IMPORT_COMPLETE": Step.UPDATE,
    "IMPORT_ROLLBACK_COMPLETE": Step.UPDATE,
    "CREATE_FAILED": Step.DELETE,
    "ROLLBACK_COMPLETE": Step.DELETE,
    "ROLLBACK_FAILED": Step.DELETE,
    "UPDATE_FAILED": Step.ROLL_BACK,
    "UPDATE_ROLLBACK_FAILED": Step.CONTINUE_ROLLBACK,
    "IMPORT_ROLLBACK_FAILED": Step.STOP,
    "DELETE_FAILED": Step.STOP,
}

SUCCESSES = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "DELETE_COMPLETE")


def step_for(status: str | None) -> Step:
    """The step for a stack in this status; None: there is no stack."""
    if status in STEPS:
        return STEPS[status]
    if status and status.endswith("_IN_PROGRESS"):
        return Step.WAIT
    return Step.STOP


def is_running(status: str | None) -> bool:
    """Whether CloudFormation is at work on the stack."""
    return step_for(status) is Step.WAIT


def is_whole(status: str | None) -> bool:
    """Whether no operation has left a stack in this status half done."""
    return step_for(status) in (Step.CREATE, Step.UPDATE, Step.WAIT)


def has_succeeded(status: str | None) -> bool:
    """Whether an operation that ended in this status did what it was asked for."""
    return status is None or status in SUCCESSES


MEANINGS = {
    "CREATE_FAILED": "the creation failed, and what it made is still there; the next deployment removes it first",
    "ROLLBACK_COMPLETE": "the creation failed, and what it made was removed; the next deployment creates it anew",
    "ROLLBACK_FAILED": "the creation failed, and not all that it made could be removed",
    "UPDATE_FAILED": "the update failed, and was left half done",
    "UPDATE_ROLLBACK_COMPLETE": "the update failed; the stack is as it was before",
    "UPDATE_ROLLBACK_FAILED": "the update failed, and so did the way back: the stack is half old, half new",
    "IMPORT_ROLLBACK_COMPLETE": "the adoption failed; the stack is as it was before",
    "IMPORT_ROLLBACK_FAILED": "the adoption failed, and so did the way back",
    "DELETE_FAILED": "the deletion failed; what is named below is still there",
}


def meaning(status: str | None, *, stood: bool = False) -> str:
    """What a status says about the stack, for a person. `stood`: the stack has been complete once."""
    if status is None:
        return "there is no stack"
    if stood and step_for(status) is Step.DELETE:
        # No status of AWS: LocalStack 4.14 takes a failed update for a failed creation.
        return f"{status}: the update failed, and this engine has left it half done"
    return f"{status}: {MEANINGS[status]}" if status in MEANINGS else status
