"""All that ends a deployment, AWS's own errors included."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.errors import DeploymentFailed

FAILURES = (DeploymentFailed, BotoCoreError, ClientError)
"""AWS may refuse any call, and any call may not reach it."""


def reason(failure: Exception) -> str:
    """One of FAILURES, for a person."""
    return str(failure) if isinstance(failure, DeploymentFailed) else f"AWS refuses: {failure}"
