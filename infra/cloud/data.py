"""The table, and the secret that signs tokens."""

from __future__ import annotations

from infra.cloud.values import Resource, ref, resource, sub

TABLE = "Table"
SECRET = "TokenSecret"  # noqa: S105 - its name in the template


def resources() -> dict[str, Resource]:
    """The table. It outlives the stack: deleting or replacing the data is never meant."""
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gsi1pk", "gsi1sk")]
    index = {
        "IndexName": "gsi1",
        "KeySchema": _key("gsi1pk", "gsi1sk"),
        "Projection": {"ProjectionType": "ALL"},
    }
    table = {
        "TableName": ref("TableName"),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes,
        "KeySchema": _key("pk", "sk"),
        "GlobalSecondaryIndexes": [index],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
    }
    return {TABLE: resource("DynamoDB::Table", table, retain=True)}


def secret() -> dict[str, Resource]:
    """The key that signs tokens, drawn by Secrets Manager: nobody ever has to know it.

    Its value may become a list separated by commas: the first one signs, all of them verify
    (docs/operations.md, Rotating the secret).
    """
    properties = {
        "Description": sub("Signs the tokens of ${TableName}"),
        "GenerateSecretString": {"PasswordLength": 64, "ExcludePunctuation": True},
    }
    return {SECRET: resource("SecretsManager::Secret", properties, retain=True)}


def _key(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
