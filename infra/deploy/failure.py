"""The first thing that went wrong in a stack's last operation; the rest follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]

STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
"""How the stack itself reports that an operation begins."""

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

CANCELLED = "cancelled"
"""CloudFormation says so of resources that it stops after another one has failed."""


def last_operation(events: Sequence[Event]) -> list[Event]:
    """The events of the last operation, oldest first. `events` are as CloudFormation lists them: newest first."""
    found: list[Event] = []
    for event in events:
        found.insert(0, event)
        if event["ResourceType"] == "AWS::CloudFormation::Stack" and event["ResourceStatus"] in STARTS:
            break
    return found


def first_failure(events: Sequence[Event]) -> str | None:
    """What failed first, in a line: resource, type, reason. None if no event tells."""
    failed = [event for event in last_operation(events) if event["ResourceStatus"].endswith("FAILED")]
    causes = [event for event in failed if not _is_consequence(event)]
    return _line(causes[0]) if causes else None


def ever_stood(events: Sequence[Event]) -> bool:
    """Whether the stack has been complete once."""
    return any(_is_stack(event) and event["ResourceStatus"] in COMPLETE for event in events)


def still_there(events: Sequence[Event]) -> list[str]:
    """The resources that a deletion could not remove, a line each."""
    return [
        _line(event)
        for event in last_operation(events)
        if event["ResourceStatus"] == "DELETE_FAILED" and not _is_stack(event)
    ]


def _is_stack(event: Event) -> bool:
    return bool(event["ResourceType"] == "AWS::CloudFormation::Stack")


def _is_consequence(event: Event) -> bool:
    reason = event.get("ResourceStatusReason", "")
    # The stack's own event lists resources that failed before it.
    return CANCELLED in reason.lower() or (_is_stack(event) and reason.startswith("The following resource"))


def _line(event: Event) -> str:
    reason = event.get("ResourceStatusReason") or "no reason given"
    return f"{event['LogicalResourceId']} ({event['ResourceType']}) {event['ResourceStatus']}: {reason}"
