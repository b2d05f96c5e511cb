"""The costs in the documentation are those that the measured endpoints and the stated profile make."""

from __future__ import annotations

import pytest

from tools import costs


def test_the_documented_costs_are_not_stale() -> None:
    assert costs.FILE.read_text("utf-8") == costs.text(), "run `make costs` and commit docs/operations.md"


@pytest.mark.parametrize("use", costs.PROFILE, ids=lambda use: f"{use.endpoint} {use.case}")
def test_what_a_player_does_is_a_measured_endpoint(use: costs.Use) -> None:
    assert (use.endpoint, use.case) in costs.measured()


def test_ten_times_the_players_cost_about_ten_times_as_much_beyond_what_is_always_there() -> None:
    few, many = costs.monthly(100_000), costs.monthly(1_000_000)
    for service in ("API Gateway", "Lambda", "DynamoDB, reads", "DynamoDB, writes"):
        assert many[service] == pytest.approx(10 * few[service])
    assert sum(many.values()) < 10 * sum(few.values())


def test_more_people_online_take_more_containers() -> None:
    container = costs.FARGATE_HOUR * 24 * costs.DAYS
    few, many = costs.monthly(1_000), costs.monthly(1_000_000)
    wanted = costs.online(1_000_000) / costs.STREAM_CONNECTIONS_PER_CONTAINER
    extra = (many["Fargate and load balancer"] - few["Fargate and load balancer"]) / container
    assert wanted - 1 <= extra <= wanted
