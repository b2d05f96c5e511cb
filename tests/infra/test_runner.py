"""`make run` as the person at the terminal sees it: it starts, says what is wrong, and leaves nothing behind."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.runner.__main__ import stack_of
from infra.local.runner.ports import free_port
from infra.local.runner.readiness import answers
from infra.local.runner.stack import Stack
from infra.local.runner.state import StateDirectory
from infra.local.settings import ROOT
from tests.infra.runners import Runner, aws, put_timer, runs, start, succeeded, timer_item, wait_until
from tests.support.processes import descendants_of

__all__ = ["start"]


def call_the_trigger(engine: str, images: list[dict[str, Any]]) -> str | None:
    """Have the engine start the process of the stream's trigger, with new items; how it failed, if it did."""
    with closing(aws("lambda", engine)) as functions:
        (name,) = (
            function["FunctionName"]
            for function in functions.list_functions()["Functions"]
            if function["Handler"].endswith(".start_timers")
        )
        records = [{"dynamodb": {"NewImage": image}} for image in images]
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"Records": records}).encode())
    error: str | None = answer.get("FunctionError")
    return error


@pytest.mark.parametrize("name", ["JWT_SECRET", "JWT_SERVICE_SECRET"])
def test_a_short_key_is_one_clear_line(
    name: str, start: Callable[..., Runner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "tooshort," + "x" * 32)
    runner = start(free_port())

    assert runner.end() == 1
    assert runner.complained == (
        f"{name} holds a key of 8 bytes: give every key 32 or more (openssl rand -hex 32).\n"
    )


def test_a_taken_port_is_one_clear_line(start: Callable[..., Runner]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        runner = start(taken.getsockname()[1])

        assert runner.end() == 1
    assert runner.complained.count("\n") == 1
    assert f"port {runner.port} can't be used (Address already in use)" in runner.complained


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_a_signal_while_starting_leaves_nothing(start: Callable[..., Runner], number: signal.Signals) -> None:
    runner = start(free_port())
    wait_until(lambda: "deploying" in runner.said, "the engine")
    processes = descendants_of(runner.process.pid)
    assert processes

    runner.process.send_signal(number)

    assert runner.end() == 0
    assert runner.complained == ""
    wait_until(lambda: not any(map(runs, processes)), "all processes to end")


@pytest.mark.parametrize(
    ("name", "title"), [("sse", "the SSE process"), ("edge", "the edge"), ("game", "the game server")]
)
def test_a_running_stack_restarts_what_ends_and_a_signal_leaves_nothing(
    start: Callable[..., Runner], name: str, title: str
) -> None:
    runner = start(free_port())
    facts = runner.up()
    assert call_the_trigger(facts["engine"], []) is None
    os.kill(facts["pids"][name], signal.SIGKILL)
    wait_until(lambda: f"{title} was ended by signal SIGKILL" in runner.said, "the restart")
    run_file = ROOT / f".local/{runner.port}/run.json"
    wait_until(
        lambda: json.loads(run_file.read_text())["pids"][name] != facts["pids"][name], "the new process id"
    )
    wait_until(lambda: answers(facts["api"] + "/health/", Path(facts["ca"])), "the API")
    processes = descendants_of(runner.process.pid)
    assert len(processes) >= 7

    runner.process.send_signal(signal.SIGINT)

    assert runner.end() == 0
    assert runner.said.endswith("stopped.\n")
    wait_until(lambda: not any(map(runs, processes)), "all processes to end")
    assert not run_file.exists()


@pytest.mark.parametrize(
    ("game", "url", "is_started"), [("on", "", True), ("off", "", False), ("on", "ws://there", False)]
)
def test_the_game_server_starts_unless_it_is_off_or_another_one_is_given(
    game: str, url: str, is_started: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAME_URL", url)
    arguments = argparse.Namespace(port=free_port(), persist=None, http=False, deployed=False, game=game)

    assert bool(stack_of(arguments).game_url) == is_started


def test_a_runner_killed_without_warning_leaves_nothing(start: Callable[..., Runner]) -> None:
    runner = start(free_port())
    assert call_the_trigger(runner.up()["engine"], []) is None
    processes = descendants_of(runner.process.pid)

    runner.process.kill()

    wait_until(lambda: not any(map(runs, processes)), "all processes to end")


def test_the_death_of_the_engine_ends_everything_with_one_line(start: Callable[..., Runner]) -> None:
    runner = start(free_port())
    facts = runner.up()
    processes = descendants_of(runner.process.pid)

    os.kill(facts["pids"]["engine"], signal.SIGKILL)

    assert runner.end() == 1
    assert runner.complained.count("\n") == 1
    assert runner.complained.startswith("the AWS engine was ended by signal SIGKILL")
    wait_until(lambda: not any(map(runs, processes)), "all processes to end")


def test_a_wrong_setting_is_one_line_before_anything_starts(
    start: Callable[..., Runner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSE_HEARTBEAT_SECONDS", "often")
    runner = start(free_port())

    assert runner.end() == 1
    assert runner.complained == "SSE_HEARTBEAT_SECONDS=often is not allowed: give a number, more than 0\n"
    assert runner.said == ""


def test_an_sse_process_that_keeps_dying_is_started_again_after_pauses_that_grow() -> None:
    said: list[str] = []
    with Stack(report=said.append) as stack:
        for _ in range(4):
            killed = stack.pids["sse"]
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: stack.pids["sse"] != killed, "its successor")  # noqa: B023 - called at once

        assert not stack.ended.is_set()
    pauses = [line.rpartition("starting it again")[2] for line in said if "starting it again" in line]
    assert pauses == ["", " in 1 s", " in 2 s", " in 4 s"]


def test_data_and_timers_survive_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Stack(persist=data) as stack:
        port = stack.port
        with httpx.Client(base_url=stack.url, verify=str(stack.ca)) as client:
            token = client.post("/api/auth/guest/").json()["access"]
            me = client.get("/api/users/me/", headers={"authorization": f"Bearer {token}"}).json()
        machine = stack.outputs["RankedWindowMachine"]
        look = {"ticket": "none", "seconds": 3600, "looks": 1}
        executions = aws("stepfunctions", stack.engine_url)
        executions.start_execution(stateMachineArn=machine, name="timer-1", input=json.dumps(look))
        executions.close()
        stream = stack.outputs["StreamArn"]

    with Stack(port, persist=data) as stack:
        table = aws("dynamodb", stack.engine_url)
        kept = table.scan(TableName="pong")["Items"]
        table.close()
        executions = aws("stepfunctions", stack.engine_url)
        running = executions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        executions.close()
        put_timer(stack, 77)
        wait_until(lambda: succeeded(stack) == ["timer-77"], "a new timer's execution")

        assert any(item.get("username", {}).get("S") == me["username"] for item in kept)
        assert [execution["name"] for execution in running] == ["timer-1-again"]
        assert stack.outputs["StreamArn"] == stream
    shutil.rmtree(stack.state.path)


def test_a_timer_item_starts_its_machine_which_calls_its_function() -> None:
    with Stack() as stack:
        machine = stack.outputs["RankedWindowMachine"]
        put_timer(stack, 77)
        wait_until(lambda: succeeded(stack) == ["timer-77"], "the execution to succeed")

        with closing(aws("stepfunctions", stack.engine_url)) as machines:
            arn = machines.list_executions(stateMachineArn=machine)["executions"][0]["executionArn"]
            output = machines.describe_execution(executionArn=arn)["output"]
    assert json.loads(output) == {"ticket": "none", "shard": 0, "seconds": 0, "looks": 0, "waiting": False}


def test_a_batch_with_a_bad_timer_fails_and_may_come_again_without_starting_the_others_twice() -> None:
    with Stack() as stack:
        good, bad = timer_item(78), timer_item(79, "no-such-machine")
        assert call_the_trigger(stack.engine_url, [good, bad]) == "Unhandled"
        assert call_the_trigger(stack.engine_url, [good]) is None
        wait_until(lambda: succeeded(stack) == ["timer-78"], "the execution to succeed")


def test_a_given_key_signs_service_tokens_until_the_stack_stops() -> None:
    state = StateDirectory(free_port())
    own = state.secrets()
    assert state.claim("k" * 32)
    try:
        assert state.secrets() == {**own, "JWT_SERVICE_SECRET": "k" * 32}
        state.release(remove=False)
        assert state.secrets() == own
    finally:
        shutil.rmtree(state.path)
