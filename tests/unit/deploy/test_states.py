from __future__ import annotations

import botocore.session
import pytest

from infra.deploy.states import STEPS, Step, has_succeeded, is_running, is_whole, meaning, step_for

STATUSES = botocore.session.get_session().get_service_model("cloudformation").shape_for("StackStatus").enum
"""Every status that AWS documents."""


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_cloudformation_has_a_step(status: str) -> None:
    assert status in STEPS or (status.endswith("_IN_PROGRESS") and is_running(status))


def test_no_step_is_for_a_status_that_cloudformation_does_not_have() -> None:
    assert set(STEPS) - {None} <= set(STATUSES)


def test_an_unknown_status_is_left_to_a_person() -> None:
    assert step_for("SOMETHING_NEW") is Step.STOP


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_was_asked_for_is_a_success(status: str) -> None:
    assert has_succeeded(status) == (status.endswith("_COMPLETE") and "ROLLBACK" not in status)


@pytest.mark.parametrize(
    ("status", "whole"),
    [
        (None, True),
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("UPDATE_IN_PROGRESS", True),
        ("ROLLBACK_COMPLETE", False),
        ("UPDATE_ROLLBACK_FAILED", False),
        ("DELETE_FAILED", False),
    ],
)
def test_a_stack_is_whole_unless_an_operation_has_left_it_half_done(status: str | None, whole: bool) -> None:
    assert is_whole(status) is whole


@pytest.mark.parametrize("status", [status for status in STATUSES if status.endswith("FAILED")])
def test_a_failure_is_explained(status: str) -> None:
    assert len(meaning(status)) > len(status) + 10


def test_a_stack_that_stood_is_never_taken_for_a_failed_creation() -> None:
    assert "the update failed" in meaning("ROLLBACK_COMPLETE", stood=True)
    assert "the creation failed" in meaning("ROLLBACK_COMPLETE")
