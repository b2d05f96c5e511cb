"""Deploy to the local engine, or to whatever emulator of AWS the standard variables lead to.

    python -m infra.local.deployment.deploy timers|whole [--resume] <settings as JSON>

A program of its own, so that boto3 is in memory only while it runs. Prints the stack's outputs as JSON. `timers` is
what the embedded mode needs and updates a stack that is there already; `whole` is everything, from `make package`.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import zipfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from localstack_client.session import Session

from infra import package
from infra.cloud import template
from infra.cloud.cloudformation import camel
from infra.cloud.functions import tasks
from infra.deploy.artefacts import Artefacts
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.stack_change import StackChange, Target
from infra.deploy.undeployment import undeploy
from infra.local.settings import CREDENTIALS, EXPORT_BUCKET, REGION, ROOT
from shared.settings import LOCALHOST

STACK = "pong"
BUCKET = "pong-code"
SOURCES = ("functions", "shared")
POLL_SECONDS = 0.2
TASK_CONCURRENCY = 2
BUSY_TASKS = {"run_tournament": 4}
"""Many executions wait for these in the same second; a refused call is tried again after a second at the earliest."""


def client(service: str) -> Any:
    """A client of the emulator at AWS_ENDPOINT_URL."""
    names = {name.lower(): value for name, value in CREDENTIALS.items()}
    return Session(**names, region_name=REGION).client(service)


def package_sources() -> bytes:
    """The functions' zip: our own sources only. The engine's functions use the packages of this environment.

    The same sources give the same bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in SOURCES:
            for file in sorted((ROOT / source).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    entry = zipfile.ZipInfo(str(file.relative_to(ROOT)))
                    archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def begin_anew() -> None:
    """Remove what an earlier deployment has left on an engine that outlives us, data included.

    LocalStack reports updates of API routes and indexes as complete and doesn't apply them.
    """
    formation, artefacts = Formation(STACK, every_seconds=POLL_SECONDS), Artefacts(BUCKET, STACK)
    if formation.status() is not None:
        undeploy(formation, artefacts, Person(STACK, yes=True), delete_data=True)


def parameters_of(settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The settings that a template has parameters for, as its parameters: TABLE_NAME -> TableName."""
    given = {camel(name.lower()): value for name, value in settings.items()}
    return {name: value for name, value in given.items() if name in names}


def resume_executions(outputs: dict[str, str]) -> None:
    """Begin again the executions that the engine's stop has ended. AWS has no such thing.

    The engine keeps executions but doesn't go on with them. Every timer task looks first whether it is still
    wanted, so waiting once more from the beginning does no harm.
    """
    machines = client("stepfunctions")
    for name, arn in outputs.items():
        if not name.endswith("Machine"):
            continue
        ended = machines.list_executions(stateMachineArn=arn, statusFilter="FAILED", maxResults=1000)
        for execution in ended["executions"]:
            facts = machines.describe_execution(executionArn=execution["executionArn"])
            if facts.get("error") == "States.ServiceRestart":
                again = f"{facts['name']}-again"
                # It may have been begun again after an earlier stop.
                with suppress(machines.exceptions.ExecutionAlreadyExists):
                    machines.start_execution(stateMachineArn=arn, name=again[-80:], input=facts["input"])


def limit_concurrency() -> None:
    """The engine starts a process per concurrent call, and a hundred timers may end in the same second.

    A call beyond the limit is refused as on AWS, and the state machine's retrier tries it again.
    """
    functions, formation = client("lambda"), client("cloudformation")
    for task in tasks():
        resource = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=task.logical_id)
        functions.put_function_concurrency(
            FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"],
            ReservedConcurrentExecutions=BUSY_TASKS.get(task.name, TASK_CONCURRENCY),
        )


def deploy_timers(settings: Mapping[str, str]) -> dict[str, str]:
    """What the embedded mode needs; the stack's outputs."""
    client("s3").create_bucket(Bucket=EXPORT_BUCKET)
    return _deploy(template.timers(), package_sources(), settings)


def deploy_whole(settings: Mapping[str, str], code: Path = package.ZIP) -> dict[str, str]:
    """Everything, as `make package` made it; the stack's outputs."""
    whole = json.loads(package.TEMPLATE.read_text())
    client("s3").create_bucket(Bucket=BUCKET)
    begin_anew()
    local = {"CORS_ORIGINS": LOCALHOST, **settings, "SERVICE_ADDRESSES": "0.0.0.0/0"}
    return _deploy(whole, code.read_bytes(), local)


def _deploy(whole: Mapping[str, Any], code: bytes, settings: Mapping[str, str]) -> dict[str, str]:
    client("s3").create_bucket(Bucket=BUCKET)
    formation, artefacts = Formation(STACK, every_seconds=POLL_SECONDS), Artefacts(BUCKET, STACK)
    values = {
        **parameters_of(settings, whole["Parameters"]),
        "CodeBucket": BUCKET,
        "CodeKey": artefacts.put_code(code),
    }
    StackChange(formation, artefacts, Person(STACK, yes=True)).make(Target(whole, values))
    limit_concurrency()
    return formation.outputs()


def main() -> int:
    """Deploy and print the outputs; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("timers", "whole"))
    parser.add_argument("--resume", action="store_true", help="begin again what the engine's stop has ended")
    parser.add_argument("--local", action="store_true", help="whole: the zip of `infra.package --local`")
    parser.add_argument("settings", type=json.loads, help="the product's settings by environment variable")
    given = parser.parse_args()
    try:
        if given.what == "whole":
            found = deploy_whole(given.settings, package.LOCAL_ZIP if given.local else package.ZIP)
        else:
            found = deploy_timers(given.settings)
    except DeploymentFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    if given.resume:
        resume_executions(found)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
