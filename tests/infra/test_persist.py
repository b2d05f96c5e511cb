"""PERSIST: what was saved survives every kind of end, and timers and event streams go on from there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from infra.local.engine import snapshot
from infra.local.runner.data_directory import NotSaved
from infra.local.runner.ports import free_port
from infra.local.runner.readiness import answers
from infra.local.runner.stack import Stack
from infra.local.settings import ROOT, given_settings
from tests.infra.runners import Runner, aws, put_timer, runs, start, succeeded, wait_until
from tests.support.answer_check import watch
from tests.support.processes import descendants_of, kill

__all__ = ["start"]


def api_of(stack: Stack) -> httpx.Client:
    made = httpx.Client(base_url=f"{stack.url}/api", verify=str(stack.ca), timeout=30)
    watch(made)
    return made


def guest(api: httpx.Client) -> dict[str, str]:
    """The header of a new guest."""
    return {"authorization": f"Bearer {api.post('/auth/guest/').json()['access']}"}


def joins(api: httpx.Client, player: dict[str, str]) -> bool:
    """Whether a player could queue."""
    return api.post("/play/duel/", headers=player).status_code == 201


def begin_timer(stack: Stack, name: str) -> None:
    look = {"ticket": "none", "seconds": 3600, "looks": 1}
    with closing(aws("stepfunctions", stack.engine_url)) as machines:
        machines.start_execution(
            stateMachineArn=stack.outputs["RankedWindowMachine"], name=name, input=json.dumps(look)
        )


def running(stack: Stack) -> list[str]:
    """The names of the executions that wait for something."""
    with closing(aws("stepfunctions", stack.engine_url)) as machines:
        found = machines.list_executions(
            stateMachineArn=stack.outputs["RankedWindowMachine"], statusFilter="RUNNING"
        )
    return [execution["name"] for execution in found["executions"]]


def first_event(stack: Stack, header: dict[str, str], last_id: str = "") -> list[str]:
    """Id and name of the first event of a new stream."""
    resume = {"last-event-id": last_id} if last_id else {}
    with httpx.stream(
        "GET", f"{stack.url}/sse/users/", headers={**header, **resume}, verify=str(stack.ca), timeout=30
    ) as answer:
        assert answer.status_code == 200
        found_id = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                found_id = value
            if name == "event" and value != "ping":
                return [found_id, value]
    raise AssertionError("the stream has ended without an event")


def test_a_killed_engine_goes_on_from_what_was_saved_and_everything_reconnects(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said: list[str] = []
    with (
        Stack(settings={"CONNECT_TIMEOUT_SECONDS": "3"}, persist=data, report=said.append) as stack,
        api_of(stack) as api,
    ):
        players = [guest(api), guest(api)]
        first: list[list[str]] = []
        listening = [
            threading.Thread(target=lambda each=each: first.append(first_event(stack, each)))
            for each in players
        ]
        for thread in listening:
            thread.start()
        for player in players:
            wait_until(partial(joins, api, player), "the stream, which makes a player online")
        for thread in listening:
            thread.join()
        start_id, code = first[0]
        assert [first[1][0], code] == [start_id, "game-start"]
        begin_timer(stack, "timer-1")
        stack._saver.stop()  # what comes after the next saving is lost
        stack.save()
        lost = guest(api)
        killed = dict(stack.pids)

        os.kill(killed["engine"], signal.SIGKILL)

        wait_until(
            lambda: (
                all(stack.pids[name] != killed[name] for name in ("engine", "sse"))
                and json.loads(stack.state.run_file.read_text())["pids"] == stack.pids
                and answers(f"{stack.url}/sse/users/", stack.ca)
            ),
            "the new engine and the new SSE process",
        )
        assert not stack.ended.is_set()
        assert api.get("/users/me/", headers=players[0]).status_code == 200
        assert api.get("/users/me/", headers=lost).status_code == 401
        wait_until(lambda: "timer-1-again" in running(stack), "the timer to begin again")
        put_timer(stack, 77)
        wait_until(lambda: "timer-77" in succeeded(stack), "a new timer's execution")
        # A client resumes without `resync`, though the process that it was connected to is gone.
        assert first_event(stack, players[0], start_id)[1] == "game-void"
    assert sum("the AWS engine was ended by signal SIGKILL" in line for line in said) == 1


def test_what_is_saved_while_running_survives_the_death_of_the_whole_stack(
    start: Callable[..., Runner], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    runner = start(free_port(), "--persist", str(data))
    facts = runner.up()
    with httpx.Client(base_url=facts["api"], verify=facts["ca"]) as api:
        header = guest(api)
        name = api.get("/users/me/", headers=header).json()["username"]
    wait_until(lambda: name.encode() in (snapshot.read(data) or b""), "the saving")

    processes = descendants_of(runner.process.pid)
    kill([runner.process.pid, *processes])
    runner.end()
    wait_until(lambda: not any(map(runs, processes)), "all processes to end")

    with Stack(runner.port, settings=given_settings(), persist=data) as stack, api_of(stack) as api:
        me = api.get("/users/me/", headers=header)
        assert me.status_code == 200, me.text
        assert me.json()["username"] == name
        # The directory is this stack's now.
        second = start(free_port(), "--persist", str(data))
        assert second.end() == 1
        assert second.complained.startswith(f"{data} is in use by the stack on port {runner.port}, process")
        assert second.complained.count("\n") == 1
        # Nothing can be written any more.
        (data / f"{snapshot.FILE}.new").mkdir()
        put_timer(stack, 78)
        with pytest.raises(NotSaved, match=f"Is a directory: {data}/state.new"):
            stack.save()
    shutil.rmtree(ROOT / f".local/{runner.port}")
