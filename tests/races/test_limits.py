"""Requests that are counted at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.limits import By, Limit
from shared.store import limits

FIVE = Limit(name="five", burst=5, seconds=60, by=By.ACCOUNT)
NOW = 1_800_000_000_000


@pytest.mark.usefixtures("account")
def test_requests_at_the_same_instant_get_one_burst_together() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: limits.charge(FIVE, "alice", NOW).quota.admitted, range(40)))

    assert sum(found) == 5
