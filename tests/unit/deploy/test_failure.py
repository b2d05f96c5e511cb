from __future__ import annotations

from infra.deploy.failure import ever_stood, first_failure, last_operation, still_there

STACK = "AWS::CloudFormation::Stack"


def event(name: str, status: str, reason: str = "", kind: str = "AWS::SQS::Queue") -> dict[str, str]:
    return {
        "LogicalResourceId": name,
        "ResourceType": STACK if name == "pong" else kind,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


CREATED = [
    event("pong", "CREATE_IN_PROGRESS"),
    event("Old", "CREATE_FAILED", "long ago"),
    event("pong", "CREATE_COMPLETE"),
]
FAILED_UPDATE = [
    event("pong", "UPDATE_IN_PROGRESS", "User Initiated"),
    event("Queue", "UPDATE_IN_PROGRESS"),
    event("Other", "UPDATE_FAILED", "Resource update cancelled"),
    event("Queue", "UPDATE_FAILED", "the queue's name is taken"),
    event("Third", "UPDATE_FAILED", "as a consequence"),
    event("pong", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Queue]."),
    event("pong", "UPDATE_ROLLBACK_COMPLETE"),
]


def newest_first(*events: dict[str, str]) -> list[dict[str, str]]:
    return list(reversed(events))


def test_the_first_failure_of_the_last_operation_is_told_and_not_what_followed_from_it() -> None:
    events = newest_first(*CREATED, *FAILED_UPDATE)

    assert first_failure(events) == "Queue (AWS::SQS::Queue) UPDATE_FAILED: the queue's name is taken"


def test_a_failure_of_an_earlier_operation_is_not_told() -> None:
    events = newest_first(
        *FAILED_UPDATE, event("pong", "UPDATE_IN_PROGRESS"), event("pong", "UPDATE_COMPLETE")
    )

    assert first_failure(events) is None


def test_an_operation_begins_with_the_stacks_own_event() -> None:
    first, *_ = last_operation(newest_first(*CREATED, *FAILED_UPDATE))

    assert first == FAILED_UPDATE[0]


def test_a_stack_stood_if_it_was_complete_once() -> None:
    assert ever_stood(newest_first(*CREATED, *FAILED_UPDATE))
    assert not ever_stood(newest_first(*CREATED[:2], event("pong", "ROLLBACK_COMPLETE")))


def test_what_a_deletion_could_not_remove_is_named() -> None:
    events = newest_first(
        event("pong", "DELETE_IN_PROGRESS"),
        event("Files", "DELETE_FAILED", "not empty"),
        event("pong", "DELETE_FAILED"),
    )

    assert still_there(events) == ["Files (AWS::SQS::Queue) DELETE_FAILED: not empty"]
