"""The stack that switches on the access log of a stack's distribution (infra/cloud/static/cloudfront_logs.yaml)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from infra.cloud.template import cloudfront_logs
from infra.deploy.formation import Formation, as_parameters
from infra.deploy.person import Person
from infra.deploy.settling import settle

REGION = "us-east-1"
"""AWS delivers the logs of every distribution from there."""


def formation(stack: str, *, every_seconds: float = 5.0) -> Formation:
    """The stack beside this one."""
    return Formation(f"{stack}-cloudfront-logs", region=REGION, every_seconds=every_seconds)


def deploy(stack: str, found: Mapping[str, str], *, every_seconds: float = 5.0) -> None:
    """Switch on the log, if the stack has a distribution. `found` are its outputs. Raises DeploymentFailed."""
    if "DistributionId" not in found:
        return
    beside = formation(stack, every_seconds=every_seconds)
    settle(beside, Person(beside.stack, yes=True))
    is_new = beside.status() is None
    values = {name: found[name] for name in ("DistributionId", "AccessLogsBucketArn")}
    request = {"TemplateBody": json.dumps(cloudfront_logs()), "Parameters": as_parameters(values)}
    if beside.prepare("log", "CREATE" if is_new else "UPDATE", request) is not None:
        beside.execute("log")
        beside.demand_success("The creation" if is_new else "The update")
