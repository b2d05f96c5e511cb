"""Stands for the password endpoints: answers with the niceness of its process."""

import os
from typing import Any


def slow_hash(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {}, "body": str(os.nice(0))}
