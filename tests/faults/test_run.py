"""A short run of `make faults`: what was acknowledged is there once and told once, while calls and processes fail."""

from __future__ import annotations

import pytest

from faults.load.mix import SMALL
from faults.plan import Plan
from faults.result import as_json
from faults.run import Ran, run

RATES = {
    "throttled": 0.03,
    "conflict": 0.03,
    "failed_after": 0.03,
    "cut_after": 0.03,
    "in_part": 0.1,
    "page_short": 0.2,
    "records_repeated": 0.2,
    "records_shuffled": 0.2,
}
"""Of the kinds that cost no time: the others wait for the end of a client's patience."""

STANDING = (("ticket",), ("lobby",), ("friendship", "block"), ("match",), ("tournament",))
"""Rows that their players leave, end or play to the end before the load is over."""

PLAN = Plan(
    seed=14, minutes=0.1, kills=1, operations=("send_message",), standing=STANDING,
    rates=RATES, mix=SMALL, times_longer=20,
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run."""
    return run(PLAN, tmp_path_factory.mktemp("faults"), print)


def test_every_fault_bites_and_no_property_is_violated(ran: Ran) -> None:
    result = as_json(ran, [], "")
    assert not ran.problems
    assert all(result["faults"][kind]["bitten"] for kind in RATES)
    assert ran.kills(ran.strikes) == PLAN.kills
    assert not [(finding.says, finding.examples) for finding in ran.violations()]


@pytest.mark.parametrize(
    "says",
    [
        "an acknowledged operation that always changes something has its answer stored",
        "a message is in its conversation once if acknowledged, never if refused",
        "a message has one event, for its reader",
        "a committed event is at every stream that its receivers had open",
        "the messages of a conversation come by their ids",
        "the events of a partition come to all streams in the same order",
        "seats and queues agree",
        "seats and lobbies agree",
        "matches, histories and seats agree",
        "both sides and the row of the two agree",
        "brackets, seats and matches agree",
    ],
)
def test_the_run_has_cases_of_its_checks(ran: Ran, says: str) -> None:
    (finding,) = [finding for finding in ran.findings if finding.says == says]
    assert finding.checked


def test_the_table_is_read_during_the_load_too(ran: Ran) -> None:
    assert all(ran.has_seen(*kinds) for kinds in STANDING)
