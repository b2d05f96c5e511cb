"""API Gateway serves a snapshot: it is made anew when those who may call the private API change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.cloud import template
from infra.deploy.api_snapshot import with_snapshot

WHOLE = template.whole()
VALUES = {"ServiceAddresses": "203.0.113.0/24", "SseImage": "sse:1", "GameImage": ""}


def snapshot(made: Mapping[str, Any]) -> str:
    (name,) = (n for n, found in made["Resources"].items() if found["Type"] == "AWS::ApiGateway::Deployment")
    return str(name)


def test_the_stage_serves_the_snapshot() -> None:
    made = with_snapshot(WHOLE, VALUES)

    assert made["Resources"]["ApiStage"]["Properties"]["DeploymentId"] == {"Ref": snapshot(made)}
    assert snapshot(WHOLE) not in json.dumps(made).replace(snapshot(made), "")
    assert len(made["Resources"]) == len(WHOLE["Resources"])


@pytest.mark.parametrize(
    ("changed", "is_new"),
    [
        ({"ServiceAddresses": "198.51.100.0/24"}, True),
        ({"GameImage": "game:1"}, True),
        ({"SseImage": "sse:2"}, False),
        ({"LogLevel": "DEBUG"}, False),
    ],
)
def test_it_is_another_one_when_the_policy_is(changed: dict[str, str], is_new: bool) -> None:
    before, after = with_snapshot(WHOLE, VALUES), with_snapshot(WHOLE, VALUES | changed)

    assert (snapshot(before) != snapshot(after)) is is_new


def test_a_new_image_of_the_game_server_changes_nothing_about_the_policy() -> None:
    game = VALUES | {"GameImage": "game:1"}

    assert snapshot(with_snapshot(WHOLE, game)) == snapshot(
        with_snapshot(WHOLE, game | {"GameImage": "game:2"})
    )


def test_a_template_without_a_private_api_stays_as_it_is() -> None:
    made: dict[str, Any] = {"Parameters": {}, "Resources": {}}

    assert with_snapshot(made, {}) is made
