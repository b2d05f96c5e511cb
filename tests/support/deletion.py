"""Deleting accounts, and running the cleanup that follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from shared.store import keys
from shared.store.accounts.users import read_accounts
from shared.store.base import read_item, utc_now
from shared.store.social.relations import Relations
from shared.usecases.accounts.deletion import delete_account
from shared.usecases.rerun import rerun
from tests.support.database import items_of
from tests.support.players import Player


def delete(player: Player) -> None:
    """Delete an account as the endpoint does once the password is confirmed."""

    def write() -> None:
        relations = read_item(keys.relations(player.id))
        assert isinstance(relations, Relations)
        delete_account(read_accounts([player.id], utc_now())[player.id], relations)

    rerun(write)


def run_cleanup(*, times: int = 1, between: Callable[[], object] = lambda: None) -> int:
    """Run the cleanup of every deleted account to its end, the latest first; returns the number of steps.

    Each step runs `times` times, as after a retry; `between` runs after each step.
    """
    task, steps = import_module("functions.auth.erase_account").erase_account, 0
    timers = [item for item in items_of("timer") if item["machine"]["S"] == "erase-account"]
    assert timers, "no account has been deleted"
    for timer in sorted(timers, key=lambda item: item["pk"]["S"], reverse=True):
        state: dict[str, Any] = json.loads(timer["input"]["S"])
        while not state.get("done"):
            state = [task(state, None) for _ in range(times)][-1]
            steps += 1
            between()
            assert steps < 100
    return steps
