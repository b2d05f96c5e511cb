"""A new snapshot of the API when those who may call it change.

API Gateway serves a snapshot of the API with its policy: a deployment, which CloudFormation makes once for each logical
id. The template's id follows the API's definition; the policy also depends on parameters, known only here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ADDRESSES = "ServiceAddresses"
IMAGES = ("SseImage", "GameImage")
"""With both there is a game server, whose address the policy lets in."""


def with_snapshot(template: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
    """The template with an id of the API's deployment that follows these values of the parameters, too."""
    if ADDRESSES not in template["Parameters"]:
        return template
    callers = [values[ADDRESSES], all(values.get(image) for image in IMAGES)]
    digest = hashlib.sha256(json.dumps(callers).encode()).hexdigest()[:8]
    (name,) = (
        n for n, found in template["Resources"].items() if found["Type"] == "AWS::ApiGateway::Deployment"
    )
    made: dict[str, Any] = json.loads(json.dumps(template).replace(f'"{name}"', f'"{name}For{digest}"'))
    return made
