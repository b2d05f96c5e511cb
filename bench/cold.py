"""What cold requests cost: `make cold`, or `python -m bench.cold --help`. Needs Linux and root, for control groups.

Starts functions from the packaged zip, each in a process of its own with the processor share of a memory size, against
an engine behind TLS: imports, a first request, a second one. Lambda gives imports a whole processor whatever the size
(Lambda, the init phase); both ways are measured. Writes docs/measurements/cold.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from bench.cold_report import Cold, Imported, Steps, page
from bench.engine_client import engine_client
from bench.findings import new_findings
from bench.own_stack import own_stack
from bench.session import progress
from bench.tls_front import tls_front
from bench.vcpu import NoControlGroup, Vcpu, share, vcpu
from infra import package
from infra.cloud.functions import ARCHITECTURE, RUNTIME, all_functions
from infra.local.settings import CREDENTIALS, REGION, ROOT

SIZES_MB = (512, 1024, 1769)
PROGRAM = ROOT / "bench/cold_start.py"
PAGE = ROOT / "docs/measurements/cold.md"
INITIALIZATION = "AWS_LAMBDA_INITIALIZATION_TYPE"
"""Set by Lambda: the import makes DynamoDB's client then (shared/http/lambdas.py)."""
SECRET = "cold-starts-" + "0" * 32


class FunctionFailed(Exception):
    """A function ended, or gave another answer than it should; the reason, in a line."""


@dataclass(frozen=True, slots=True)
class Package:
    """The functions' zip, unpacked, and the Python that it is compiled for."""

    directory: Path
    python: str


def unpacked(directory: Path, given: Path | None) -> Package:
    """The package for Lambda's Python, if that is installed here; for this one otherwise. Or the given zip."""
    python = package.interpreter_of(RUNTIME)
    made = given or (package.make(native=True) if python else package.make(local=True))
    with zipfile.ZipFile(made) as archive:
        archive.extractall(directory)
    return Package(directory, python or sys.executable)


class Function:
    """A function's process: each step gets a line and answers with one."""

    def __init__(self, pid: int, lines: asyncio.StreamWriter, answers: asyncio.StreamReader) -> None:
        self.pid = pid
        self._lines = lines
        self._answers = answers

    async def step(self, event: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The import first, then an answer to each event."""
        self._lines.write(json.dumps(event).encode() + b"\n")
        await self._lines.drain()
        # Functions log to the same pipe.
        while line := await self._answers.readline():
            found = json.loads(line)
            if "cpu_ms" in found:
                return dict(found)
        raise FunctionFailed("The function ended; its error is above.")


@asynccontextmanager
async def started(packed: Package, module: str, environment: Mapping[str, str]) -> AsyncIterator[Function]:
    """A process that will import this module. Of this machine's packages it sees those of the zip only."""
    process = await asyncio.create_subprocess_exec(
        packed.python, "-S", "-P", "-B", PROGRAM, module,
        env={"PYTHONPATH": str(packed.directory), **environment}, cwd="/", limit=2**20,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Function(process.pid, _given(process.stdin), _given(process.stdout))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


Pipe = TypeVar("Pipe")


def _given(pipe: Pipe | None) -> Pipe:
    """A pipe that was asked for."""
    if pipe is None:
        raise FunctionFailed("The function has no pipe.")
    return pipe


def event(method: str, path: str, token: str = "", **params: str) -> dict[str, Any]:
    """A proxy event of API Gateway."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    context = {"requestId": "cold", "identity": {"sourceIp": "192.0.2.7"}}
    return {
        "httpMethod": method,
        "path": path,
        "headers": headers,
        "pathParameters": params,
        "requestContext": context,
    }


async def events(packed: Package, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What is asked of each measured function, by its module."""
    register = event("POST", "/auth/guest/")
    async with started(packed, "functions.auth.create_guest", environment) as function:
        await function.step()
        token = _body(await function.step(register))["access"]
    me = event("GET", "/users/me/", token)
    async with started(packed, "functions.users.get_me", environment) as function:
        await function.step()
        user_id = str(_body(await function.step(me))["id"])
    return {
        "functions.users.get_me": me,
        "functions.auth.create_guest": register,
        "functions.play.list_matches": event("GET", f"/game/matches/{user_id}/", token, user_id=user_id),
    }


def _body(answered: Mapping[str, Any]) -> Any:
    """The body of a good answer. FunctionFailed for another one."""
    answer = answered["answer"]
    if answer["statusCode"] >= 400:
        raise FunctionFailed(f"{answer['statusCode']}: {answer['body']}")
    return json.loads(answer["body"])


async def cold(
    packed: Package,
    module: str,
    asked: Mapping[str, Any],
    environment: Mapping[str, str],
    group: Vcpu,
    parts: tuple[float, float],
) -> Steps:
    """Import, first and second answer of a new process, with these parts of a processor for import and answers."""
    async with started(packed, module, environment) as function:
        group.limit(parts[0])
        group.add(function.pid)
        steps = [await function.step()]
        group.limit(parts[1])
        for _ in range(2):
            steps.append(await function.step(asked))
            _body(steps[-1])
    return steps


async def imports(packed: Package, environment: Mapping[str, str], group: Vcpu, times: int) -> list[Imported]:
    """The CPU time of each function's import; the slowest first."""
    found: dict[str, list[float]] = {function.module: [] for function in all_functions()}
    group.limit(1.0)
    for turn in range(times):
        progress(f"imports, turn {turn + 1} of {times}")
        for module, measured in found.items():
            async with started(packed, module, environment) as function:
                group.add(function.pid)
                measured.append((await function.step())["cpu_ms"])
    medians = [Imported(module, median(measured), min(measured)) for module, measured in found.items()]
    return sorted(medians, key=lambda each: -each.median_ms)


async def requests(packed: Package, environment: Mapping[str, str], group: Vcpu, times: int) -> list[Cold]:
    """Cold requests at each size, with and without Lambda's whole processor for imports; medians."""
    asked = await events(packed, environment)
    cases = [(module, mb) for module in asked for mb in SIZES_MB]
    whole: dict[tuple[str, int], list[Steps]] = {case: [] for case in cases}
    limited: dict[tuple[str, int], list[Steps]] = {case: [] for case in cases}
    for turn in range(times):
        progress(f"cold requests, turn {turn + 1} of {times}")
        for module, mb in cases:
            for found, init in ((whole, 1.0), (limited, share(mb))):
                steps = await cold(packed, module, asked[module], environment, group, (init, share(mb)))
                found[module, mb].append(steps)
    return [Cold.of(module, mb, whole[module, mb], limited[module, mb]) for module, mb in cases]


async def measure(options: argparse.Namespace) -> str:
    """The page."""
    with tempfile.TemporaryDirectory() as made, vcpu() as group:
        packed = unpacked(Path(made) / "package", options.zip)
        bundle = packed.directory / "botocore/cacert.pem"
        async with own_stack() as stack, tls_front(stack.run["engine"], Path(made) / "ca.pem") as address:
            bundle.write_text(bundle.read_text() + (Path(made) / "ca.pem").read_text())
            environment = {
                **CREDENTIALS,
                "AWS_ENDPOINT_URL": address,
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                INITIALIZATION: "on-demand",
                "PYDANTIC_DISABLE_PLUGINS": "__all__",
                "LIMIT_FACTOR": "1e6",
                "DYNAMODB_TIMEOUT_SECONDS": "30",  # no attempt is repeated on a busy machine
                "LIMITER_TIMEOUT_SECONDS": "30",
                "TABLE_NAME": stack.run["table"],
                "JWT_SECRET_ID": _secret(stack.run),
            }
            imported = await imports(packed, environment, group, options.imports)
            found = await requests(packed, environment, group, options.times)
    about = new_findings(ROOT, f"functions with {Path(packed.python).name}")
    return page(about, imported, found, ARCHITECTURE, (options.imports, options.times))


def _secret(run: Mapping[str, Any]) -> str:
    """The id of a new secret with the keys that sign tokens, in the engine of a stack."""
    client = engine_client("secretsmanager", run)
    return str(client.create_secret(Name="cold-starts", SecretString=SECRET)["ARN"])


def main(argv: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(
        "bench.cold", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--times", type=int, default=15, help="cold requests of each kind (15)")
    parser.add_argument("--imports", type=int, default=5, help="imports of each function (5)")
    parser.add_argument("--zip", type=Path, help="another package for this machine, such as another commit's")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}, too")
    options = parser.parse_args(argv)
    try:
        text = asyncio.run(measure(options))
    except (NoControlGroup, FunctionFailed) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(text)
    if options.write:
        PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
