"""The keys that sign tokens, as the runner finds them in the environment of the stack's processes."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.runner.processes import StackError
from shared.auth.signing_keys import BadKey, split_keys

NAMES = ("JWT_SECRET", "JWT_SERVICE_SECRET")


def check_keys(environment: Mapping[str, str]) -> None:
    """Raise StackError for a key that is too short. In the deployed mode the engine draws the keys."""
    for name in NAMES:
        if name in environment:
            try:
                split_keys(name, environment[name])
            except BadKey as problem:
                raise StackError(str(problem)) from None
