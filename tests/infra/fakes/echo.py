"""Answers with the event that it got."""

import json
from typing import Any


def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    seen = {"event": event, "function": context.function_name, "left": context.get_remaining_time_in_millis()}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(seen)}
