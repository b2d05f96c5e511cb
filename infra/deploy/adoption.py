"""Taking resources into a stack that are there already: the table and the bucket that an earlier stack has left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy.changes import kept_resources
from infra.deploy.truth import resolved

TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resources

IDENTIFIERS = {TABLE: "TableName", BUCKET: "BucketName", SECRET: "Id"}
"""By what CloudFormation finds a resource to import (its user guide, "Import and resource types")."""

GONE = ("ResourceNotFoundException", "404", "NoSuchBucket")

Kept = Mapping[str, dict[str, str]]
"""What outlives a stack, by logical ids: its `type`, and its physical `id`."""


def kept_of(template: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What outlives a stack of this template and holds data. `ids` are the physical ids of its resources."""
    kinds = {name: template["Resources"][name]["Type"] for name in sorted(kept_resources(template))}
    return {
        name: {"type": kind, "id": ids[name]}
        for name, kind in kinds.items()
        if kind in IDENTIFIERS and name in ids
    }


def standing(
    template: Mapping[str, Any], values: Mapping[str, str], kept: Kept, ids: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The resources with data that are there and not in the stack: their attributes by logical ids.

    They are found by the name that the template gives, else by the id in `kept`. `ids` are those of the stack.
    """
    found = {}
    for name in sorted(kept_resources(template)):
        resource = template["Resources"][name]
        if resource["Type"] not in IDENTIFIERS or "Condition" in resource or name in ids:
            continue
        given = resource["Properties"].get(IDENTIFIERS[resource["Type"]])
        identifier = resolved(given, values) if given else kept.get(name, {}).get("id")
        if isinstance(identifier, str) and (has := attributes(resource["Type"], identifier)):
            found[name] = has
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
    text = value.get("Fn::Sub")
    return {part.partition("}")[0] for part in text.split("${")[1:]} if isinstance(text, str) else set()


def attributes(type: str, id: str) -> dict[str, str] | None:
    """The attributes of a resource that is there, as Ref and Fn::GetAtt give them; None if it isn't."""
    try:
        if type == TABLE:
            table = boto3.client("dynamodb").describe_table(TableName=id)["Table"]
            return {"Ref": id, "Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}
        if type == BUCKET:
            client = boto3.client("s3")
            client.head_bucket(Bucket=id)
            return {"Ref": id, "Arn": f"arn:{client.meta.partition}:s3:::{id}"}
        secret = boto3.client("secretsmanager").describe_secret(SecretId=id)
        return None if "DeletedDate" in secret else {"Ref": secret["ARN"]}
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise
