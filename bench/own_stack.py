"""A stack of its own for the measurement, on a free port."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from demo.running import NotRunningError, RunningStack, find_stack, state_of
from infra.local.runner.ports import free_port
from infra.local.runner.processes import tied
from infra.local.settings import ROOT

START_SECONDS = 90.0

VENV = Path(".venv/bin/python")
"""The interpreter of another checkout."""

SETTINGS = {"CONNECT_TIMEOUT_SECONDS": "900", "LIMIT_FACTOR": "1e6"}
"""The clocks of the matches played in one measurement must not strike in the middle of another.

The limits are charged as always, but no account sends so much that one refuses.
"""


@asynccontextmanager
async def own_stack(
    settings: Mapping[str, str] | None = None, arguments: Sequence[str] = (), checkout: Path = ROOT
) -> AsyncIterator[RunningStack]:
    """Start it as `make run` does, with further settings and arguments, wait until it is up, and stop it afterwards,
    however this program ends.

    It may be the stack of another checkout.
    """
    port = free_port()
    state = checkout / state_of(port).relative_to(ROOT)
    python = str(checkout / VENV if checkout != ROOT else sys.executable)
    command = [python, "-m", "infra.local.runner", "--port", str(port), *arguments]
    process = await asyncio.create_subprocess_exec(
        *tied(command, signal.SIGINT),
        cwd=checkout, env={**os.environ, **SETTINGS, **(settings or {})}, stdout=sys.stderr, stderr=sys.stderr,
    )  # fmt: skip
    try:
        yield await _up(process, state)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()
        shutil.rmtree(state, ignore_errors=True)


async def _up(process: asyncio.subprocess.Process, state: Path) -> RunningStack:
    """Wait for the stack's run.json, which it writes when everything answers."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        if process.returncode is not None:
            raise NotRunningError(f"The stack ended while starting, with exit code {process.returncode}.")
        try:
            return find_stack(state)
        except NotRunningError:
            if asyncio.get_running_loop().time() > deadline:
                raise NotRunningError(f"The stack was not up within {START_SECONDS:g} s.") from None
        await asyncio.sleep(0.1)
