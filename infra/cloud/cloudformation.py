"""CloudFormation's parts as Python values: its functions, the resources that several modules make, static files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Part = dict[str, Any]
"""A part of a template: a resource, a statement, or a fragment with Parameters, Conditions, Resources, Outputs."""

STATIC = Path(__file__).parent / "static"


def load(name: str, *, condition: str | None = None) -> Part:
    """The template fragment in static/<name>.yaml. All its resources get `condition`, if one is given."""
    fragment: Part = yaml.safe_load((STATIC / f"{name}.yaml").read_text())
    if condition:
        for made in fragment["Resources"].values():
            made["Condition"] = condition
    return fragment


def camel(name: str) -> str:
    """join_duel or ranked-window -> JoinDuel or RankedWindow: names of resources have letters and digits only."""
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


def resource(kind: str, properties: Mapping[str, Any], *, depends_on: Sequence[str] = ()) -> Part:
    """A resource. `kind` is like Lambda::Function."""
    made: Part = {"Type": f"AWS::{kind}", "Properties": dict(properties)}
    return {**made, "DependsOn": list(depends_on)} if depends_on else made


def allow(actions: Sequence[str], resources: Any, condition: Mapping[str, Any] | None = None) -> Part:
    """A statement of an IAM policy."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resources}
    return {**statement, "Condition": dict(condition)} if condition else statement


def role(service: str, statements: Sequence[Part]) -> Part:
    """A role that a service of AWS takes on, with one inline policy."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return resource(
        "IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "inline", "PolicyDocument": policy}],
        },
    )
