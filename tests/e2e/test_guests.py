"""Guests who aren't seen any more, and the schedule that ends them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from pong_client import ApiError

from infra.local.runner.stack import Stack
from tests.support.e2e.world import World, in_world, until


def _client(stack: Stack, service: str) -> Any:
    return botocore.session.Session().create_client(
        service,
        region_name=stack.environment["AWS_DEFAULT_REGION"],
        endpoint_url=stack.engine_url,
        aws_access_key_id=stack.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=stack.environment["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.mark.one_mode
def test_what_the_schedule_begins_deletes_an_unseen_guest_and_leaves_one_who_is_there() -> None:
    async def play(here: World) -> None:
        gone, there, registered = await here.guest(), await here.guest(), await here.user()
        stream = await here.listen(there)
        events = _client(here.stack, "events")
        (rule,) = [rule for rule in events.list_rules()["Rules"] if "GuestExpiry" in rule["Name"]]
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 day)", "ENABLED")

        machines = _client(here.stack, "stepfunctions")

        async def is_gone() -> bool:
            begun = machines.start_execution(stateMachineArn=target["Arn"], input=target["Input"])
            execution = {"executionArn": begun["executionArn"]}

            async def ended() -> bool:
                return bool(machines.describe_execution(**execution)["status"] != "RUNNING")

            await until("the execution ends", ended)
            assert machines.describe_execution(**execution)["status"] == "SUCCEEDED"
            try:
                await gone.me()
            except ApiError as error:
                return (error.status, error.body["code"]) == (401, "user_not_found")
            return False  # the guest has been seen in this second

        await until("the guest is deleted", is_gone)
        assert (await there.me())["is_guest"]
        assert not (await registered.me())["is_guest"]
        assert stream.received("delete-user") == []

    with Stack(settings={"GUEST_SECONDS": "1"}) as stack:
        in_world(stack, play)
