"""CloudFormation's intrinsic functions and the pieces that several resources share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Resource = dict[str, Any]
"""A resource, or any part of a template."""


def camel(name: str) -> str:
    """close_match or match-clock -> CloseMatch or MatchClock: names of resources have letters and digits only."""
    return "".join(part.capitalize() for part in re.split("[_-]", name))


def ref(logical_id: str) -> dict[str, str]:
    """CloudFormation's Ref."""
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> dict[str, list[str]]:
    """CloudFormation's Fn::GetAtt."""
    return {"Fn::GetAtt": [logical_id, name]}


def sub(text: str) -> dict[str, str]:
    """CloudFormation's Fn::Sub."""
    return {"Fn::Sub": text}


def resource(
    kind: str,
    properties: Mapping[str, Any] | None = None,
    *,
    condition: str | None = None,
    depends_on: Sequence[str] = (),
    retain: bool = False,
) -> Resource:
    """A resource. `retain`: it outlives its stack, and any replacement."""
    made: Resource = {"Type": f"AWS::{kind}"}
    if condition:
        made["Condition"] = condition
    if depends_on:
        made["DependsOn"] = list(depends_on)
    if retain:
        made |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    if properties is not None:
        made["Properties"] = dict(properties)
    return made


def allow(actions: Sequence[str], resources: Any, condition: Mapping[str, Any] | None = None) -> Resource:
    """A statement of an IAM policy."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resources}
    return {**statement, "Condition": dict(condition)} if condition else statement


def role(
    service: str,
    statements: Sequence[Resource],
    *,
    condition: str | None = None,
    managed: Sequence[str] = (),
) -> Resource:
    """A role that a service of AWS takes on, with one inline policy."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    properties: dict[str, Any] = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
    }
    if statements:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        properties["Policies"] = [{"PolicyName": "inline", "PolicyDocument": document}]
    if managed:
        properties["ManagedPolicyArns"] = [
            {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"} for name in managed
        ]
    return resource("IAM::Role", properties, condition=condition)


def log_group(days: int, condition: str | None = None) -> Resource:
    """A log group that forgets after so many days."""
    return resource("Logs::LogGroup", {"RetentionInDays": days}, condition=condition)


def may_log(group: str) -> Resource:
    """The statement that lets somebody write to a log group of the stack."""
    # The attribute ends in ":*": the log streams of the group.
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], attribute(group, "Arn"))
