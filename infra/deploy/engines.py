"""What emulators of AWS can't do, and what is done instead. On AWS nothing of it is used."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import urllib3
from botocore.exceptions import ClientError

from infra.cloud.api import STAGE

UNFINISHED = ("InternalError", "InternalFailure", "NotImplemented", "501", "InvalidAction")
"""How emulators refuse calls that they don't have."""


def is_aws(client: Any) -> bool:
    """Whether a client calls AWS itself."""
    return re.search(r"\.amazonaws\.com(\.cn)?$", client.meta.endpoint_url) is not None


def is_localstack(client: Any) -> bool:
    """Whether a client calls LocalStack."""
    if is_aws(client):
        return False
    return urllib3.request("GET", f"{client.meta.endpoint_url}/_localstack/info").status == 200


def api_url(client: Any, outputs: Mapping[str, str]) -> str:
    """Where an emulator serves a stack's REST API."""
    return f"{client.meta.endpoint_url}/_aws/execute-api/{outputs['ApiId']}/{STAGE}"


def is_unfinished(client: Any, error: ClientError) -> bool:
    """Whether an emulator refuses a call because it doesn't have it."""
    return not is_aws(client) and error.response["Error"]["Code"] in UNFINISHED


def retaining(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template for LocalStack 4.14, which deletes with the stack what has the policy RetainExceptOnCreate."""
    made = copy.deepcopy(dict(template))
    for found in made["Resources"].values():
        if found.get("DeletionPolicy") == "RetainExceptOnCreate":
            found["DeletionPolicy"] = "Retain"
    return made


def outside(template: Mapping[str, Any], standing: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A template without resources that stand outside of the stack, for engines that can't adopt them.

    `standing` has the attributes of each: "Ref" and those of Fn::GetAtt.
    """
    made = {**template, "Resources": {n: r for n, r in template["Resources"].items() if n not in standing}}
    replaced: dict[str, Any] = _replaced(made, standing)
    for found in replaced["Resources"].values():
        if "DependsOn" in found:
            found["DependsOn"] = [name for name in _listed(found["DependsOn"]) if name not in standing]
    return replaced


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _replaced(value: Any, standing: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, list):
        return [_replaced(inner, standing) for inner in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Ref"] and value["Ref"] in standing:
        return standing[value["Ref"]]["Ref"]
    if list(value) == ["Fn::GetAtt"] and value["Fn::GetAtt"][0] in standing:
        name, attribute = value["Fn::GetAtt"]
        return standing[name][attribute]
    if list(value) == ["Fn::Sub"] and isinstance(value["Fn::Sub"], str):
        return {
            "Fn::Sub": re.sub(
                r"\$\{(\w+)(?:\.(\w+))?\}", lambda m: _substituted(m, standing), value["Fn::Sub"]
            )
        }
    return {key: _replaced(inner, standing) for key, inner in value.items()}


def _substituted(match: re.Match[str], standing: Mapping[str, Mapping[str, str]]) -> str:
    return standing[match[1]][match[2] or "Ref"] if match[1] in standing else match[0]
