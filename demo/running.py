"""Finds the local stack that `make run` or the compose file has started, by the files in its state directory."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.runner.state import run_directory
from infra.local.settings import ROOT


class NotRunningError(Exception):
    """No stack is running there; the text is one line for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class RunningStack:
    """The address and the certificate authority of a running stack."""

    url: str
    """Public base without `/api`."""
    cacert: Path
    state: Path
    run: dict[str, Any]
    """The content of run.json: addresses, process ids, table."""


def state_of(port: int) -> Path:
    """The state directory of the stack on this port."""
    return run_directory(port)


def port_of(state: Path) -> str:
    """What a command of make needs to find the stack of this directory."""
    return "" if state.name == "4443" else f" PORT={state.name}"


def find_stack(state: Path) -> RunningStack:
    """Read the state directory. Raises `NotRunningError` if it has no files of a stack.

    The stack may have stopped since: the first request shows whether it still answers.
    """
    run_file, cacert = state / "run.json", state / "ca.pem"
    if not run_file.is_file() or not cacert.is_file():
        raise NotRunningError(
            f"No stack runs on port {state.name}: start it with `make run{port_of(state)}`, or name another PORT."
        )
    run: dict[str, Any] = json.loads(run_file.read_text())
    return RunningStack(str(run["url"]).rstrip("/").removesuffix("/api"), cacert, state, run)


async def service_token(state: Path, checkout: Path = ROOT) -> str:
    """A service token of the running stack of a checkout, from the program behind `make service-token`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.local.runner.service_token", "--port", state.name,
        cwd=checkout, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    if process.returncode != 0:
        last = err.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise NotRunningError(f"No service token for the stack in {state}: {last[0]}")
    return out.decode().strip()
