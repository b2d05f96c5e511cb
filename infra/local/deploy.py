"""Deploy the stack to the local engine through CloudFormation.

    python -m infra.local.deploy [--resume] <environment of the functions as JSON>

A program of its own, so that boto3 is in memory only while it runs. Prints the stack's outputs as JSON. The
engine is found by the standard AWS variables. Deploying again over an existing stack updates it. With
--resume, executions that the engine lost at its last stop begin again.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra import template

ROOT = Path(__file__).resolve().parents[2]
STACK = "pong"
BUCKET = "pong-code"
SOURCES = ("functions", "shared")
TASK_CONCURRENCY = 2


class DeploymentFailed(Exception):
    """CloudFormation's reasons, one a line."""


def package() -> bytes:
    """The functions' zip: our own sources only, for local functions use the packages of this environment.

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


def deploy(table_name: str, environment: dict[str, str]) -> dict[str, str]:
    """Create or update the stack and wait until it stands; its outputs.

    Raises DeploymentFailed with CloudFormation's reasons.
    """
    code = package()
    key = f"{hashlib.sha256(code).hexdigest()}.zip"
    storage = boto3.client("s3")
    storage.create_bucket(Bucket=BUCKET)
    storage.put_object(Bucket=BUCKET, Key=key, Body=code)
    formation = boto3.client("cloudformation")
    request = {
        "StackName": STACK,
        "TemplateBody": json.dumps(template.build(environment)),
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in (("TableName", table_name), ("CodeBucket", BUCKET), ("CodeKey", key))
        ],
    }
    wait = {"StackName": STACK, "WaiterConfig": {"Delay": 1, "MaxAttempts": 60}}
    try:
        if _exists(formation):
            try:
                formation.update_stack(**request)
            except ClientError as error:
                if "No updates are to be performed" not in str(error):
                    raise
            else:
                formation.get_waiter("stack_update_complete").wait(**wait)
        else:
            formation.create_stack(**request)
            formation.get_waiter("stack_create_complete").wait(**wait)
    except Exception as error:
        raise DeploymentFailed("\n".join([str(error), *_reasons(formation)])) from error
    _limit_concurrency(formation)
    outputs = formation.describe_stacks(StackName=STACK)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def resume_executions(outputs: dict[str, str]) -> int:
    """Begin again the executions that the engine's stop has ended; how many. AWS has no such thing.

    The engine keeps executions but doesn't go on with them. Every timer task looks first whether it is still
    wanted, so waiting once more from the beginning does no harm.
    """
    machines = boto3.client("stepfunctions")
    begun = 0
    for name, arn in outputs.items():
        if not name.endswith("Machine"):
            continue
        ended = machines.list_executions(stateMachineArn=arn, statusFilter="FAILED", maxResults=1000)
        for execution in ended["executions"]:
            facts = machines.describe_execution(executionArn=execution["executionArn"])
            if facts.get("error") == "States.ServiceRestart":
                again = f"{facts['name']}-again"
                try:
                    machines.start_execution(stateMachineArn=arn, name=again[-80:], input=facts["input"])
                except machines.exceptions.ExecutionAlreadyExists:
                    continue  # begun again after an earlier stop
                begun += 1
    return begun


def _limit_concurrency(formation: Any) -> None:
    """The engine starts a process per concurrent call, and a hundred timers may end in the same second.

    A call beyond the limit is refused as on AWS, and the state machine's retrier tries it again.
    """
    functions = boto3.client("lambda")
    for task in template.TASKS:
        resource = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=task.logical_id)
        functions.put_function_concurrency(
            FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"],
            ReservedConcurrentExecutions=TASK_CONCURRENCY,
        )


def _exists(formation: Any) -> bool:
    try:
        status = formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except ClientError:
        return False
    return bool(status != "DELETE_COMPLETE")


def _reasons(formation: Any) -> list[str]:
    try:
        events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    except ClientError:
        return []
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]


def main() -> int:
    """Deploy and print the outputs; the exit code."""
    environment = json.loads(sys.argv[-1])
    try:
        outputs = deploy(environment["TABLE_NAME"], environment)
        if "--resume" in sys.argv:
            resume_executions(outputs)
    except DeploymentFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    print(json.dumps(outputs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
