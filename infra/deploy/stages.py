"""Stages stand side by side in an account, each a stack."""

PROD = "prod"


def stack_name(stage: str) -> str:
    """The stack of a stage."""
    return "pong" if stage == PROD else f"pong-{stage}"
