"""Answers with its path's variable part."""

from typing import Any


def get_thing(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {}, "body": str(event["pathParameters"]["thing_id"])}
