"""The costs in the documentation are those that the measured endpoints and the stated profile make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.store.base import connection
from shared.usecases.accounts import presence
from tests.support.players import CONTAINER, made_player, open_streams
from tools import costs, player_day, prices
from tools.capacity import most_players
from tools.prices import price
from tools.simulation.__main__ import RESULT

UNITS_OF_A_TRANSACTED_WRITE = 2
"""Of an item of up to 1 KB; these are smaller."""


def test_the_documented_costs_are_not_stale() -> None:
    assert costs.FILE.read_text("utf-8") == costs.text(), "run `make costs` and commit docs/operations.md"


@pytest.mark.parametrize("use", player_day.PROFILE, ids=lambda use: f"{use.endpoint} {use.case}")
def test_what_a_player_does_is_a_measured_endpoint(use: player_day.Use) -> None:
    assert (use.endpoint, use.case) in player_day.measured()


@pytest.mark.usefixtures("table")
def test_a_stream_that_opens_and_closes_writes_what_the_costs_say() -> None:
    player, other = made_player("ada"), made_player("ben")
    open_streams(other)
    calls: list[tuple[str, dict[str, Any]]] = []
    events = connection().client.meta.events
    events.register(
        "before-call.dynamodb",
        lambda model, params, **_: calls.append((model.name, json.loads(params["body"]))),
    )
    presence.come_online([player.id], CONTAINER)
    presence.go_offline(player.id, CONTAINER)

    assert [name for name, _ in calls] == ["TransactWriteItems", "GetItem", "TransactWriteItems"]
    items = sum(len(body.get("TransactItems", ())) for _, body in calls)
    assert UNITS_OF_A_TRANSACTED_WRITE * items == player_day.WRITES_PER_VISIT


def test_each_tier_has_its_price() -> None:
    million = prices.MILLION
    assert price(0, prices.API_REQUEST) == 0
    assert price(333 * million, prices.API_REQUEST) == pytest.approx(333 * 3.50)
    assert price(1_001 * million, prices.API_REQUEST) == pytest.approx(333 * 3.50 + 667 * 2.80 + 2.38)
    assert price(20_001 * million, prices.API_REQUEST) == pytest.approx(
        333 * 3.50 + 667 * 2.80 + 19_000 * 2.38 + 1.51
    )


def test_ten_times_the_players_cost_ten_times_as_much_where_there_are_no_tiers_and_less_in_all() -> None:
    few, many = costs.monthly(30_000), costs.monthly(300_000)
    for service in ("DynamoDB, reads", "DynamoDB, writes"):
        assert many[service] == pytest.approx(10 * few[service])
    assert 9 * few["API Gateway"] < many["API Gateway"] < 10 * few["API Gateway"]
    assert sum(many.values()) < 10 * sum(few.values())


def test_no_column_is_for_more_players_than_can_be_deployed() -> None:
    (heading,) = (line for line in costs.tables().splitlines() if line.startswith("| dollars"))
    shown = [int(cell.split()[0].replace(",", "")) for cell in heading.split("|")[2:-1]]

    assert max(shown) <= most_players()


def test_what_is_played_takes_balancer_units() -> None:
    """A player's 0.65 KB a second in ten minutes a day, events and heartbeats beside it, spread over the day."""
    kilobytes = 0.65 * 600 + 30 + 24 * 0.75

    assert costs.balancer_units(100_000) == pytest.approx(100_000 * kilobytes / 24 / 2**20)


@pytest.mark.parametrize("which", ["Sse", "Game"])
def test_a_container_takes_half_a_processor_a_gigabyte_and_an_address(which: str) -> None:
    hour = costs._container_hour(which)
    assert hour - prices.PUBLIC_ADDRESS_HOUR == pytest.approx(0.5 * prices.CPU_HOUR + prices.MEMORY_GB_HOUR)


def test_each_game_server_that_a_column_takes_is_paid_for() -> None:
    one, seven = (costs.monthly(players)["Game servers, their NAT gateway"] for players in (14_000, 100_000))

    six = 6 * costs.HOURS * costs._container_hour("Game")
    calls = costs._game_calls_gb(86_000 * costs.DAYS) * prices.NAT_GATEWAY_GB
    assert seven - one == pytest.approx(six + calls)


def test_a_join_is_paid_for_as_long_as_the_simulated_queue_makes_it() -> None:
    found = json.loads(RESULT.read_text(encoding="utf-8"))["after"].values()

    assert max(peak["queue"]["lasts"] for peak in found) == pytest.approx(costs.JOIN_SECONDS, rel=0.1)


def test_watching_costs_each_alarm_metric_and_dashboard_of_the_template() -> None:
    alarms = sum(made["Type"] == "AWS::CloudWatch::Alarm" for made in costs.resources().values())

    assert costs.always_watched() == pytest.approx(
        alarms * 0.10 + costs.own_metrics() * 0.30 + 3.0 + 2 * 0.40
    )
