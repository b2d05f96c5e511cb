"""The failure queue of timers, filled by the engine itself and emptied by `make redrive`."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from typing import Any

import pytest

from infra import redrive
from infra.local.runner.stack import Stack
from shared.store.play.clock_queue import Clock
from tests.infra.runners import aws, put_timer, succeeded, timer_item, wait_until
from tests.support.engine import ROOT


class Timers:
    """The timers of a running stack, with clients of its engine."""

    def __init__(self, stack: Stack, exits: ExitStack) -> None:
        self.stack = stack
        self.lambdas, self.queues, self.table, self.formation = (
            exits.enter_context(closing(aws(service, stack.engine_url)))
            for service in ("lambda", "sqs", "dynamodb", "cloudformation")
        )
        self.failures = stack.outputs["TimerFailuresUrl"]

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource of the stack."""
        found = self.formation.describe_stack_resource(StackName="pong", LogicalResourceId=logical_id)
        name: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return name

    def failed(self) -> int:
        """The number of messages in the failure queue."""
        name = "ApproximateNumberOfMessages"
        answer = self.queues.get_queue_attributes(QueueUrl=self.failures, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        """Give the trigger's function other variables; those that it had."""
        function = self.resource("StartTimers")
        had: dict[str, str] = self.lambdas.get_function_configuration(FunctionName=function)["Environment"][
            "Variables"
        ]
        self.lambdas.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )
        return had


@pytest.fixture(scope="module")
def timers() -> Iterator[Timers]:
    with Stack() as stack, ExitStack() as exits:
        yield Timers(stack, exits)


@pytest.fixture(autouse=True)
def leading_there(timers: Timers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program finds the stack by the standard variables."""
    for name, value in {**timers.stack.environment, "AWS_ENDPOINT_URL": timers.stack.engine_url}.items():
        monkeypatch.setenv(name, value)


def give_up_at_once(timers: Timers, batch: int) -> None:
    """From now on a failing batch goes to the failure queue, and not after an hour."""
    mapping = timers.resource("TimerTrigger")
    timers.lambdas.update_event_source_mapping(UUID=mapping, MaximumRecordAgeInSeconds=1, BatchSize=batch)


def test_ten_batches_whose_trigger_had_failed_are_done_again_and_start_each_timer_once(
    timers: Timers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up_at_once(timers, batch=1)
    whole = timers.environment({})
    for number in range(10):
        put_timer(timers.stack, number)
    wait_until(lambda: timers.failed() == 10, "ten messages in the failure queue")
    assert succeeded(timers.stack) == []

    timers.environment(whole)
    monkeypatch.setattr("sys.argv", ["redrive"])
    assert redrive.main() == 0

    names = {f"timer-{number}" for number in range(10)}
    wait_until(lambda: set(succeeded(timers.stack)) == names, "ten executions")
    assert len(succeeded(timers.stack)) == 10
    assert capsys.readouterr().out == "10 messages are done\n"
    assert redrive.redrive("pong") == (0, [])


def test_a_match_clock_in_the_failure_queue_runs_again(timers: Timers) -> None:
    clock = json.dumps(asdict(Clock(1, "connect", 0)))
    timers.queues.send_message(QueueUrl=timers.failures, MessageBody=clock)
    assert redrive.redrive("pong") == (1, [])
    assert timers.failed() == 0

    def left() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = timers.stack.outputs["MatchClocksUrl"]
        answer = timers.queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    wait_until(lambda: left() == 0, "the clock of a match that is over")


def test_a_batch_that_the_stream_no_longer_has_leaves_the_queue_and_is_named_as_lost(
    timers: Timers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = timers.table.describe_table(TableName="pong")["Table"]["LatestStreamArn"]
    batch = {
        "shardId": "shardId-00000001600000000000-gone",
        "startSequenceNumber": "000000000000000000100",
        "endSequenceNumber": "000000000000000000107",
        "approximateArrivalOfFirstRecord": "2026-11-14T00:26:19Z",
        "approximateArrivalOfLastRecord": "2026-11-14T00:26:20Z",
        "batchSize": 7,
        "streamArn": stream,
    }
    timers.queues.send_message(
        QueueUrl=timers.failures, MessageBody=json.dumps({"DDBStreamBatchInfo": batch})
    )
    monkeypatch.setattr("sys.argv", ["redrive"])
    assert redrive.main() == 1

    printed = capsys.readouterr()
    assert printed.out == "0 messages are done\n"
    for known in ("lost", "shardId-00000001600000000000-gone", "7 timers", "2026-11-14T00:26:19Z"):
        assert known in printed.err
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = timers.queues.get_queue_attributes(QueueUrl=timers.failures, AttributeNames=names)
    assert [answer["Attributes"][name] for name in names] == ["0", "0"]


def test_what_fails_again_stays_and_is_named(timers: Timers) -> None:
    give_up_at_once(timers, batch=100)
    bad: dict[str, Any] = timer_item(99, "no-such-machine")
    timers.table.put_item(TableName="pong", Item=bad)
    wait_until(lambda: timers.failed() == 1, "a message in the failure queue")
    done, (reason,) = redrive.redrive("pong")
    assert done == 0
    assert "MACHINE_NO_SUCH_MACHINE" in reason


def test_the_stage_of_the_command_is_the_stack_that_is_redriven(
    timers: Timers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = subprocess.check_output(["make", "-n", "redrive", "STAGE=none"], cwd=ROOT, text=True)
    (words,) = re.findall(r"-m infra\.(redrive.*)", told)
    monkeypatch.setattr("sys.argv", shlex.split(words))

    assert redrive.main() == 1
    assert capsys.readouterr().err == "there is no stack pong-none\n"
