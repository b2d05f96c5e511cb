from __future__ import annotations

from typing import Any

import pytest

from infra.deploy.changes import kept_resources, lines, losses, refuse_unknown
from infra.deploy.errors import DeploymentFailed

TEMPLATE = {
    "Resources": {
        "Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate"},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "DeletionPolicy": "Retain"},
        "Limits": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Delete"},
        "Vpc": {"Type": "AWS::EC2::VPC"},
    }
}


def change(name: str, kind: str, action: str, **facts: Any) -> dict[str, Any]:
    return {"LogicalResourceId": name, "ResourceType": kind, "Action": action, **facts}


def function(n: int) -> dict[str, Any]:
    details = [{"Target": {"Attribute": "Properties", "Name": "Code"}}]
    return change(f"Function{n}", "AWS::Lambda::Function", "Modify", Replacement="False", Details=details)


def test_equal_changes_stand_in_one_line() -> None:
    (line,) = lines([function(n) for n in range(9)])

    assert line == (
        "  modify   AWS::Lambda::Function (Code): "
        "Function0, Function1, Function2, Function3, Function4, Function5 and 3 more"
    )


def test_what_goes_is_shown_in_capitals() -> None:
    shown = lines(
        [
            change("Vpc", "AWS::EC2::VPC", "Remove"),
            change("A", "AWS::SQS::Queue", "Modify", Replacement="True"),
        ]
    )

    assert shown == ["  REMOVE   AWS::EC2::VPC: Vpc", "  REPLACE  AWS::SQS::Queue: A"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        (change("Table", "AWS::DynamoDB::Table", "Remove"), ["Table"]),
        (change("Table", "AWS::DynamoDB::Table", "Modify", Replacement="True"), ["Table"]),
        (change("Table", "AWS::DynamoDB::Table", "Modify", Replacement="Conditional"), ["Table"]),
        (change("Table", "AWS::DynamoDB::Table", "Modify", Replacement="False"), []),
        (change("Table", "AWS::DynamoDB::Table", "Add"), []),
        (change("Limits", "AWS::DynamoDB::Table", "Remove"), []),
        (change("Vpc", "AWS::EC2::VPC", "Remove"), ["Vpc"]),
        (change("Vpc", "AWS::EC2::VPC", "Modify", Replacement="Conditional"), []),
        (change("Function", "AWS::Lambda::Function", "Remove"), []),
    ],
)
def test_what_holds_data_or_an_address_is_not_lost_silently(changed: dict[str, Any], lost: list[str]) -> None:
    assert losses([changed], kept_resources(TEMPLATE)) == lost


def test_a_name_to_lose_is_that_of_a_resource() -> None:
    refuse_unknown({"Table", "Vpc"}, TEMPLATE["Resources"])

    with pytest.raises(DeploymentFailed, match=r"no resource Tabel\. Did you mean Table\?"):
        refuse_unknown({"Tabel"}, TEMPLATE["Resources"])
    with pytest.raises(
        DeploymentFailed, match=r"no resource Network\. Without --lose, what would be lost is named"
    ):
        refuse_unknown({"Network"}, TEMPLATE["Resources"])
