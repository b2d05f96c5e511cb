"""A client of the engine of a stack, for what a measurement prepares or counts there."""

from collections.abc import Mapping
from typing import Any

import botocore.session

from infra.local.settings import CREDENTIALS


def engine_client(service: str, run: Mapping[str, Any]) -> Any:
    """botocore's client; `run` is the stack's run.json."""
    return botocore.session.get_session().create_client(
        service,
        region_name=run["region"],
        endpoint_url=run["engine"],
        **{name.lower(): value for name, value in CREDENTIALS.items()},
    )
