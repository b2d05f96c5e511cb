"""The trigger of timers starts a clock, and answers an execution once, whatever becomes of its calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest

from functions.play import start_timers as module
from functions.play.run_match_clock import run_match_clock
from functions.play.start_timers import start_timers
from infra.package import ROOT
from shared.settings import settings
from shared.store.play import clock_queue
from shared.store.play.clock_queue import MATCH_CLOCK, Clock
from tests.faults.conftest import Direct, Shim
from tests.infra.runners import timer_item
from tests.support.calls import call, service
from tests.support.database import forget_connections, leading_to, raw_items
from tests.support.events import sent_events
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import arrival, in_duel, running_match, score
from tests.support.players import players_online

PAUSES_SECONDS = 3.0
"""Of botocore between three attempts, at most."""


@pytest.fixture
def machine(shim: Shim, direct: Direct, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A state machine, which the trigger reaches by the shim."""
    for name, value in shim.through(direct.account).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    arn: str = direct.client("stepfunctions").create_state_machine(
        name="ranked-window",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=f"arn:aws:iam::{direct.account.id}:role/any",
    )["stateMachineArn"]
    monkeypatch.setenv("MACHINE_RANKED_WINDOW", arn)
    module._step_functions.cache_clear()
    forget_connections()
    yield arn
    module._step_functions.cache_clear()
    forget_connections()


def record(image: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"dynamodb": {"NewImage": image}}]}


@pytest.fixture
def queue(shim: Shim, direct: Direct, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue of match clocks, which the trigger reaches by the shim."""
    for name, value in shim.through(direct.account).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    url: str = direct.client("sqs").create_queue(QueueName="clocks")["QueueUrl"]
    monkeypatch.setenv("MATCH_CLOCKS_URL", url)
    settings.cache_clear()
    clock_queue._client.cache_clear()
    forget_connections()
    yield url
    settings.cache_clear()
    clock_queue._client.cache_clear()
    forget_connections()


def match_timer(match_id: int, connect: int = 0, rest: int = 0) -> dict[str, Any]:
    asked = {"match_id": match_id, "connect_seconds": connect, "rest_seconds": rest}
    return {
        "pk": {"S": f"TIMER#{match_id}"},
        "machine": {"S": MATCH_CLOCK},
        "input": {"S": json.dumps(asked)},
    }


def waiting(direct: Direct, queue: str) -> list[Clock]:
    """The clocks that have come back."""
    answer = direct.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [Clock.arrived(message["Body"]) for message in answer.get("Messages", [])]


def delayed(direct: Direct, queue: str) -> int:
    """The number of clocks that haven't come back yet."""
    name = "ApproximateNumberOfMessagesDelayed"
    answer = direct.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(answer["Attributes"][name])


def started(direct: Direct, machine: str) -> list[str]:
    found = direct.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [execution["name"] for execution in found]


@pytest.mark.parametrize("kind", ["cut_after", "failed_after"])
def test_a_start_whose_answers_are_lost_fails_and_its_repetition_starts_nothing_twice(
    shim: Shim, direct: Direct, machine: str, kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(Exception, match=r"StartExecution|Connection was closed"):
        start_timers(record(timer_item(7)), None)
    shim.set(rates={})
    start_timers(record(timer_item(7)), None)

    assert started(direct, machine) == ["timer-7"]


@pytest.mark.parametrize("kind", ["cut", "throttled", "failed"])
def test_a_start_that_fails_starts_nothing_and_comes_again(
    shim: Shim, direct: Direct, machine: str, kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(Exception, match=r"StartExecution|Connection was closed"):
        start_timers(record(timer_item(8)), None)
    assert started(direct, machine) == []
    shim.set(rates={})
    start_timers(record(timer_item(8)), None)

    assert started(direct, machine) == ["timer-8"]


def test_a_bad_timer_holds_up_no_other_one_of_its_batch(direct: Direct, machine: str, queue: str) -> None:
    batch = [timer_item(9, "no-such-machine"), timer_item(10), match_timer(11)]
    with pytest.raises(KeyError):
        start_timers({"Records": [{"dynamodb": {"NewImage": image}} for image in batch]}, None)

    assert started(direct, machine) == ["timer-10"]
    assert waiting(direct, queue) == [Clock(11, "connect", 0)]


def test_a_match_clock_comes_back_after_its_delay_and_not_before(direct: Direct, queue: str) -> None:
    began = time.monotonic()
    start_timers(record(match_timer(1, connect=2)), None)
    found: list[Clock] = []
    while not found and time.monotonic() < began + 60:
        found = waiting(direct, queue)
    # The engine's clock counts in whole seconds.
    assert time.monotonic() - began > 1
    assert found == [Clock(1, "connect", 0)]


def test_a_clock_of_more_than_15_minutes_goes_into_the_queue_several_times(
    direct: Direct, queue: str
) -> None:
    on_its_way = Clock(1, "close", 1000)
    run_match_clock({"Records": [{"messageId": "a", "body": json.dumps(asdict(on_its_way))}]}, None)
    assert delayed(direct, queue) == 1
    assert clock_queue._entry(0, on_its_way) == {
        "Id": "0",
        "MessageBody": json.dumps(asdict(Clock(1, "close", 100))),
        "DelaySeconds": 900,
    }


def test_thirty_clocks_at_once_are_sent_by_ten(direct: Direct, queue: str) -> None:
    batch = [match_timer(n, connect=60) for n in range(1, 31)]
    start_timers({"Records": [{"dynamodb": {"NewImage": image}} for image in batch]}, None)
    assert delayed(direct, queue) == 30


@pytest.mark.parametrize("kind", ["cut", "throttled", "failed"])
def test_a_clock_that_cannot_be_sent_fails_its_batch_and_comes_again(
    shim: Shim, direct: Direct, queue: str, kind: str
) -> None:
    shim.set(rates={kind: 1.0})
    with pytest.raises(Exception, match=r"SendMessageBatch|Connection was closed"):
        start_timers(record(match_timer(5)), None)
    shim.set(rates={})
    start_timers(record(match_timer(5)), None)

    assert waiting(direct, queue) == [Clock(5, "connect", 0)]


def test_a_match_that_goes_on_waits_for_its_longest_time_and_one_that_is_over_does_not(
    direct: Direct, queue: str
) -> None:
    with leading_to(direct.account.environment):
        pair, other = players_online(2), players_online(2, "other")
        going_on, unconnected = in_duel(*pair), in_duel(*other)
        assert score(pair[0]).status == 200
        messages = [
            {"messageId": str(n), "body": json.dumps(asdict(Clock(match_id, "connect", 0, 60)))}
            for n, match_id in enumerate((going_on, unconnected, 7))
        ]
        assert run_match_clock({"Records": messages}, None) == {"batchItemFailures": []}
        assert running_match(pair[0])["id"] == going_on
        assert delayed(direct, queue) == 1
        run_match_clock(arrival("close", going_on), None)
        assert call("GET", f"/private/match/{pair[0].id}/", service()).status == 404
        assert len(sent_events("game-void")) == 1
        assert_whole(raw_items())


@pytest.fixture
def metrics_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a stack whose metrics are written."""
    monkeypatch.setenv("METRICS_STACK", "pong-test")
    settings.cache_clear()
    yield "pong-test"
    settings.cache_clear()


def test_a_clock_that_fails_is_named_and_counted_and_the_others_of_its_batch_are_done(
    direct: Direct, queue: str, metrics_stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with leading_to(direct.account.environment):
        match_id = in_duel(*players_online(2))
        broken = {"messageId": "broken", "body": "no JSON"}
        answer = run_match_clock({"Records": [broken, *arrival("connect", match_id)["Records"]]}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        counted = [line for line in lines if "MatchClockFailures" in line]
        assert [(line["MatchClockFailures"], line["Stack"]) for line in counted] == [(1, metrics_stack)]
        assert len(sent_events("game-void")) == 1


@pytest.mark.usefixtures("machine", "queue")
@pytest.mark.parametrize("client", [module._step_functions, clock_queue._client])
def test_a_silent_service_is_given_up_before_the_function_ends(client: Callable[[], Any]) -> None:
    """Else Lambda ends it, and the timers behind this one wait half a minute for each try."""
    config = client().meta.config
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text())
    (ends,) = (
        stage["lambda_functions"]["start_timers"]["lambda_timeout"] for stage in configured["stages"].values()
    )
    attempt = config.connect_timeout + config.read_timeout

    assert config.retries["total_max_attempts"] * attempt + PAUSES_SECONDS < ends
