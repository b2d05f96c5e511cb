"""Why a deployment ends early."""

from __future__ import annotations


class DeploymentFailed(Exception):
    """The reasons, one per line, for the person or the machine that deploys."""
