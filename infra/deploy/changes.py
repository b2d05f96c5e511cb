"""What a change set would do, for the person who confirms it, and which of it can't be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from infra.deploy.errors import DeploymentFailed

Change = Mapping[str, Any]

NAMES_SHOWN = 6

ADDRESSES = (
    "AWS::ApiGateway::RestApi",
    "AWS::CloudFront::Distribution",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
)
"""Types whose loss takes the product off its addresses: DNS or game servers would have to follow."""

KEPT = ("Retain", "RetainExceptOnCreate")


def kept_resources(template: Mapping[str, Any]) -> set[str]:
    """The resources of a template that outlive their stack, because they hold data."""
    return {name for name, found in template["Resources"].items() if found.get("DeletionPolicy") in KEPT}


def lines(changes: Sequence[Change]) -> list[str]:
    """The changes, equal ones in one line."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        kind = (_verb(change), f"{change['ResourceType']}{_properties(change)}")
        grouped.setdefault(kind, []).append(change["LogicalResourceId"])
    return [f"  {verb:<8} {what}: {_listed(names)}" for (verb, what), names in sorted(grouped.items())]


def losses(changes: Sequence[Change], kept: Collection[str]) -> list[str]:
    """The names of resources with data or an address that would be removed or replaced."""
    return sorted(
        change["LogicalResourceId"]
        for change in changes
        if _is_lost(change, change["LogicalResourceId"] in kept)
        and (change["LogicalResourceId"] in kept or change["ResourceType"] in ADDRESSES)
    )


def refuse_unknown(may_be_lost: Collection[str], resources: Collection[str]) -> None:
    """Raises DeploymentFailed if a name that may be lost is that of no resource, before or after the change."""
    for name in sorted(set(may_be_lost) - set(resources)):
        close = get_close_matches(name, resources, n=1)
        hint = f"Did you mean {close[0]}?" if close else "Without --lose, what would be lost is named."
        raise DeploymentFailed(f"--lose: there is no resource {name}. {hint}")


def _is_lost(change: Change, holds_data: bool) -> bool:
    if change["Action"] == "Remove":
        return True
    # Conditional: CloudFormation knows only while it works. With data that is too late.
    certain = ("True", "Conditional") if holds_data else ("True",)
    return bool(change["Action"] == "Modify" and change.get("Replacement") in certain)


def _verb(change: Change) -> str:
    if change["Action"] == "Modify" and change.get("Replacement") == "True":
        return "REPLACE"
    return str(change["Action"]).lower() if change["Action"] != "Remove" else "REMOVE"


def _properties(change: Change) -> str:
    if change["Action"] != "Modify":
        return ""
    targets = [detail["Target"] for detail in change.get("Details", ())]
    names = sorted({target.get("Name") or target.get("Attribute", "") for target in targets} - {""})
    return f" ({', '.join(names)})" if names else ""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
