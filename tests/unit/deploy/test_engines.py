from __future__ import annotations

from typing import Any

from infra.deploy.engines import outside, retaining

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "DependsOn": ["Table", "Other"],
            "Properties": {
                "Name": {"Ref": "Table"},
                "Arns": [{"Fn::GetAtt": ["Table", "Arn"]}, {"Fn::GetAtt": ["Other", "Arn"]}],
                "All": {"Fn::Sub": "${Table.Arn}/${AWS::StackName}/${Table}"},
            },
        },
    },
    "Outputs": {"TableArn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}},
}


def test_what_stands_outside_of_the_stack_is_replaced_by_what_it_is() -> None:
    made = outside(TEMPLATE, {"Table": {"Ref": "pong", "Arn": "arn:pong"}})

    assert list(made["Resources"]) == ["Role"]
    assert made["Resources"]["Role"]["DependsOn"] == ["Other"]
    assert made["Resources"]["Role"]["Properties"] == {
        "Name": "pong",
        "Arns": ["arn:pong", {"Fn::GetAtt": ["Other", "Arn"]}],
        "All": {"Fn::Sub": "arn:pong/${AWS::StackName}/pong"},
    }
    assert made["Outputs"] == {"TableArn": {"Value": "arn:pong"}}


def test_a_template_for_localstack_keeps_what_it_should_and_the_template_for_aws_stays_as_it_is() -> None:
    assert retaining(TEMPLATE)["Resources"]["Table"]["DeletionPolicy"] == "Retain"
    assert TEMPLATE["Resources"]["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"
