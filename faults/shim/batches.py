"""A BatchGetItem that DynamoDB answers in part, as it does when a table is over its capacity. Pure."""

from __future__ import annotations

import random
from typing import Any

Body = dict[str, Any]


def in_part(body: Body, generator: random.Random) -> tuple[Body, Body]:
    """The request for some of the keys, at least one, and the others as UnprocessedKeys."""
    asked: Body = {}
    left: Body = {}
    first = True
    for table, request in body["RequestItems"].items():
        for key in request["Keys"]:
            side = asked if first or generator.random() < 0.5 else left
            side.setdefault(table, {**request, "Keys": []})["Keys"].append(key)
            first = False
    return {**body, "RequestItems": asked}, left
