"""Taking resources into a stack that are there already: the table and the bucket that an earlier stack has left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy.changes import kept_resources
from infra.deploy.truth import resolved

IDENTIFIERS = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Id",
}
"""By what CloudFormation finds a resource to import (its user guide, "Import and resource types")."""

GONE = ("ResourceNotFoundException", "404", "NoSuchBucket")


def data_of(template: Mapping[str, Any]) -> dict[str, str]:
    """The resources with data that every stack of a template has, and their types."""
    return {
        name: template["Resources"][name]["Type"]
        for name in sorted(kept_resources(template))
        if template["Resources"][name]["Type"] in IDENTIFIERS and "Condition" not in template["Resources"][name]
    }


def standing(
    template: Mapping[str, Any], values: Mapping[str, str], kept: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The resources with data that are there and not in the stack: their attributes by logical ids.

    They are found by the name that the template gives, else by the id in `kept`. `ids` are those of the stack.
    """
    found = {}
    for name, kind in data_of(template).items():
        given = template["Resources"][name]["Properties"].get(IDENTIFIERS[kind])
        identifier = resolved(given, values) if given else kept.get(name)
        if name not in ids and isinstance(identifier, str) and (attributes := _attributes(kind, identifier)):
            found[name] = attributes
    return found


def import_request(
    template: Mapping[str, Any], found: Mapping[str, Mapping[str, str]], values: Mapping[str, str]
) -> dict[str, Any]:
    """What an import of these resources into a new stack asks for: they alone, with their parameters."""
    resources = {name: template["Resources"][name] for name in found}
    named = _references(resources)
    used = {name: facts for name, facts in template["Parameters"].items() if name in named}
    return {
        "template": {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": used, "Resources": resources},
        "values": {name: values[name] for name in used},
        "resources": [
            {
                "ResourceType": resources[name]["Type"],
                "LogicalResourceId": name,
                "ResourceIdentifier": {IDENTIFIERS[resources[name]["Type"]]: attributes["Ref"]},
            }
            for name, attributes in found.items()
        ],
    }


def _references(value: Any) -> set[str]:
    """All names that an expression may refer to."""
    if isinstance(value, dict):
        return set().union(*(_references(inner) for inner in value.values()), _references_in(value))
    if isinstance(value, list):
        return set().union(*(_references(inner) for inner in value))
    return set()


def _references_in(value: Mapping[str, Any]) -> set[str]:
    if "Ref" in value:
        return {value["Ref"]}
    text = value.get("Fn::Sub", "")
    return {part.partition("}")[0] for part in text.split("${")[1:]} if isinstance(text, str) else set()


def _attributes(kind: str, identifier: str) -> dict[str, str] | None:
    """The attributes of a resource that is there; None if it isn't."""
    try:
        if kind == "AWS::DynamoDB::Table":
            table = boto3.client("dynamodb").describe_table(TableName=identifier)["Table"]
            return {"Ref": identifier, "Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}
        if kind == "AWS::S3::Bucket":
            client = boto3.client("s3")
            client.head_bucket(Bucket=identifier)
            return {"Ref": identifier, "Arn": f"arn:{client.meta.partition}:s3:::{identifier}"}
        secret = boto3.client("secretsmanager").describe_secret(SecretId=identifier)
        return None if "DeletedDate" in secret else {"Ref": secret["ARN"]}
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise
