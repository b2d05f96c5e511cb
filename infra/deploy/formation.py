"""One stack in CloudFormation: the calls, and how long they are waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy import failure, states
from infra.deploy.errors import DeploymentFailed

WAIT_SECONDS = 3600.0
"""A new CloudFront distribution or a service that never gets healthy takes half an hour and more."""

NO_CHANGES = ("didn't contain changes", "No updates are to be performed", "no updates")


class Formation:
    """A stack by its name. `beat` is called while it waits; what it raises ends the waiting."""

    def __init__(
        self,
        stack: str,
        *,
        region: str | None = None,
        every_seconds: float = 5.0,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.stack = stack
        self._every_seconds = every_seconds
        self.beat = beat
        self.client = boto3.client("cloudformation", region_name=region)

    def describe(self) -> dict[str, Any] | None:
        """The stack as CloudFormation describes it; None if there is none."""
        try:
            found: dict[str, Any] = self.client.describe_stacks(StackName=self.stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else found

    def status(self) -> str | None:
        """The stack's status; None if there is none."""
        found = self.describe()
        return found["StackStatus"] if found else None

    def id(self) -> str | None:
        """The stack's id, which no later stack of this name has; None if there is none."""
        found = self.describe()
        return found["StackId"] if found else None

    def parameters(self) -> dict[str, str]:
        """The values of the stack's parameters."""
        found = self.describe() or {}
        return {given["ParameterKey"]: given["ParameterValue"] for given in found.get("Parameters", ())}

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        found = self.describe() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}

    def template(self) -> dict[str, Any]:
        """The template that the stack was made from last."""
        # botocore parses a template in JSON.
        body: dict[str, Any] = self.client.get_template(StackName=self.stack)["TemplateBody"]
        return body

    def resources(self) -> dict[str, str]:
        """The physical ids of the stack's resources."""
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return {
            found["LogicalResourceId"]: found["PhysicalResourceId"]
            for page in pages
            for found in page["StackResourceSummaries"]
            if found.get("PhysicalResourceId") and found["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def first_failure(self) -> str:
        """What failed first in the last operation, in a line."""
        found = failure.first_failure(self._events())
        reason = (self.describe() or {}).get("StackStatusReason")
        return found or reason or "CloudFormation gives no reason"

    def meaning(self, status: str | None) -> str:
        """What a status of this stack says."""
        return states.meaning(status, stood=self.ever_stood())

    def ever_stood(self) -> bool:
        """Whether the stack has been complete once."""
        return failure.ever_stood(self._events())

    def still_there(self) -> list[str]:
        """What the last deletion could not remove."""
        return failure.still_there(self._events())

    def wait(self) -> str | None:
        """The status in which the running operation ends. Raises DeploymentFailed when that takes over an hour."""
        ends = time.monotonic() + WAIT_SECONDS
        while states.is_running(status := self.status()):
            if time.monotonic() > ends:
                raise DeploymentFailed(f"{self.stack} is {status} still; run this again to wait on.")
            self.beat()
            time.sleep(self._every_seconds)
        return status

    def demand_success(self, what: str) -> None:
        """Wait for the running operation. Raises DeploymentFailed, with its first failure, unless it succeeds."""
        status = self.wait()
        if not states.has_succeeded(status):
            reasons = [f"{what} of {self.stack} failed. {self.meaning(status)}.", self.first_failure()]
            raise DeploymentFailed("\n".join(reasons))

    def delete(self) -> None:
        """Delete the stack and wait. Raises DeploymentFailed with what is still there."""
        self.client.delete_stack(StackName=self.stack)
        status = self.wait()
        if not states.has_succeeded(status):
            left = self.still_there() or [self.first_failure()]
            raise DeploymentFailed("\n".join([f"{self.stack} is not deleted.", *left]))

    def roll_back(self) -> None:
        """Take back an update that failed and was left as it is."""
        self.client.rollback_stack(StackName=self.stack)
        self.wait()

    def continue_rollback(self) -> None:
        """Try once more to take back a failed update. Raises DeploymentFailed if that fails again."""
        self.client.continue_update_rollback(StackName=self.stack)
        status = self.wait()
        if status != "UPDATE_ROLLBACK_COMPLETE":
            raise DeploymentFailed(
                f"{self.stack}: {self.meaning(status)}.\n{self.first_failure()}\n"
                "Mend what it names, and run this again. To leave a resource as it is: "
                f"aws cloudformation continue-update-rollback --stack-name {self.stack} --resources-to-skip <name>"
            )

    def prepare(self, name: str, kind: str, request: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """Make a change set; its changes, or None if nothing would change (then it is gone again).

        `kind` is CREATE, UPDATE or IMPORT. Raises DeploymentFailed if CloudFormation refuses it.
        """
        self.client.create_change_set(
            StackName=self.stack,
            ChangeSetName=name,
            ChangeSetType=kind,
            Capabilities=["CAPABILITY_IAM"],
            **request,
        )
        found = self._prepared(name)
        if found["Status"] != "FAILED":
            return [change["ResourceChange"] for page in self._pages(name) for change in page["Changes"]]
        self.discard(name)
        reason = found.get("StatusReason", "no reason given")
        if any(text in reason for text in NO_CHANGES):
            return None
        raise DeploymentFailed(f"CloudFormation refuses the change set: {reason}")

    def execute(self, name: str) -> None:
        """Begin what a change set describes."""
        self.client.execute_change_set(StackName=self.stack, ChangeSetName=name)

    def discard(self, name: str) -> None:
        """Delete a change set, and the empty stack that was made for it."""
        self.client.delete_change_set(StackName=self.stack, ChangeSetName=name)
        if self.status() == states.REVIEW:
            self.delete()

    def left_over(self) -> list[str]:
        """The change sets that an earlier run has made and not executed."""
        pages = self.client.get_paginator("list_change_sets").paginate(StackName=self.stack)
        return [
            found["ChangeSetName"]
            for page in pages
            for found in page["Summaries"]
            if found.get("ExecutionStatus") in ("AVAILABLE", "UNAVAILABLE")
        ]

    def _prepared(self, name: str) -> dict[str, Any]:
        ends = time.monotonic() + WAIT_SECONDS
        while True:
            found: dict[str, Any] = self.client.describe_change_set(StackName=self.stack, ChangeSetName=name)
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return found
            if time.monotonic() > ends:
                raise DeploymentFailed(f"The change set of {self.stack} is {found['Status']} still.")
            self.beat()
            time.sleep(min(self._every_seconds, 2.0))

    def _pages(self, name: str) -> Iterator[dict[str, Any]]:
        pages: Iterator[dict[str, Any]] = self.client.get_paginator("describe_change_set").paginate(
            StackName=self.stack, ChangeSetName=name
        )
        return pages

    def _events(self) -> Sequence[Mapping[str, Any]]:
        try:
            pages = self.client.get_paginator("describe_stack_events").paginate(StackName=self.stack)
            return [event for page in pages for event in page["StackEvents"]]
        except ClientError:
            # A stack without a resource may be gone with its events.
            return []


def as_parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Parameters as CloudFormation's calls take them."""
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
