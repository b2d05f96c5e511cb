"""Deploy a template and the functions' package through CloudFormation, on AWS or an emulator of it.

    python -m infra.deploy --bucket <bucket of the account> PublicUrl=https://pong.example.com …

deploys what `make package` made to the account and region that the standard AWS variables lead to, prints the
stack's outputs, uploads the assets, and switches on CloudFront's log. docs/operations.md goes through it step by step.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from infra import package
from infra.cloud.template import cloudfront_logs
from infra.media_types import media_type

ASSETS = package.ROOT / "assets"
ASSETS_CACHE = "public, max-age=86400"

WAIT_SECONDS = 1800

CLOUDFRONT_LOGS_REGION = "us-east-1"
"""AWS delivers the logs of every distribution from there."""


class DeploymentFailed(Exception):
    """CloudFormation's reasons, one per line."""


def deploy(
    stack: str,
    *,
    template: str,
    code: bytes,
    bucket: str,
    parameters: Mapping[str, str],
    every_seconds: int = 10,
) -> dict[str, str]:
    """Create or update a stack and wait until it stands. Returns its outputs.

    Template and code go to the bucket, under their digests: CloudFormation takes bigger templates from there.
    Raises DeploymentFailed.
    """
    storage, formation = boto3.client("s3"), boto3.client("cloudformation")
    code_key = f"{_digest(code)}.zip"
    template_key = f"{_digest(template.encode())}.json"
    storage.put_object(Bucket=bucket, Key=code_key, Body=code)
    storage.put_object(Bucket=bucket, Key=template_key, Body=template.encode())
    values = {**parameters, "CodeBucket": bucket, "CodeKey": code_key}
    template_url = f"{storage.meta.endpoint_url}/{bucket}/{template_key}"
    return _apply(formation, stack, {"TemplateURL": template_url}, values, every_seconds)


def log_cloudfront(stack: str, found: Mapping[str, str], *, every_seconds: int = 10) -> None:
    """Switch on the access log of a stack's distribution (infra/cloud/static/cloudfront_logs.yaml).

    `found` are the stack's outputs. Raises DeploymentFailed.
    """
    formation = boto3.client("cloudformation", region_name=CLOUDFRONT_LOGS_REGION)
    values = {name: found[name] for name in ("DistributionId", "AccessLogsBucketArn")}
    body = json.dumps(cloudfront_logs())
    _apply(formation, f"{stack}-cloudfront-logs", {"TemplateBody": body}, values, every_seconds)


def _apply(
    formation: Any,
    stack: str,
    template: Mapping[str, str],
    values: Mapping[str, str],
    every_seconds: int,
) -> dict[str, str]:
    """Create or update a stack, and wait for it. Returns its outputs. Raises DeploymentFailed."""
    request = {
        "StackName": stack,
        **template,
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
    }
    wait = {
        "StackName": stack,
        "WaiterConfig": {"Delay": every_seconds, "MaxAttempts": WAIT_SECONDS // every_seconds},
    }
    try:
        if not exists(formation, stack):
            formation.create_stack(**request)
            formation.get_waiter("stack_create_complete").wait(**wait)
        elif _begins_update(formation, request):
            formation.get_waiter("stack_update_complete").wait(**wait)
    except (ClientError, WaiterError) as error:
        raise DeploymentFailed("\n".join([str(error), *_reasons(formation, stack)])) from error
    return outputs(formation, stack)


def _begins_update(formation: Any, request: Mapping[str, Any]) -> bool:
    """Start an update; False if there is nothing to update."""
    try:
        formation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise
    return True


def exists(formation: Any, stack: str) -> bool:
    """Whether the stack is there."""
    try:
        status = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError:
        return False
    return bool(status != "DELETE_COMPLETE")


def outputs(formation: Any, stack: str) -> dict[str, str]:
    """The stack's outputs by name."""
    found = formation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _reasons(formation: Any, stack: str) -> list[str]:
    try:
        events = formation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError:
        return []
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]


def upload_assets(bucket: str) -> int:
    """Put all assets into their bucket. Returns their number."""
    storage = boto3.client("s3")
    files = [file for file in sorted(ASSETS.rglob("*")) if file.is_file()]
    for file in files:
        storage.put_object(
            Bucket=bucket,
            Key=f"assets/{file.relative_to(ASSETS)}",
            Body=file.read_bytes(),
            ContentType=media_type(file),
            CacheControl=ASSETS_CACHE,
        )
    return len(files)


def main() -> int:
    """Deploy. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make deploy", description="Deploy dist/ with CloudFormation.")
    parser.add_argument("--stack", default="pong", help="the stack's name (pong)")
    parser.add_argument("--bucket", required=True, help="a bucket of the account, for template and code")
    parser.add_argument("parameters", nargs="*", help="parameters of the template: Name=value")
    given = parser.parse_args()
    if not (package.ZIP.exists() and package.TEMPLATE.exists()):
        print("there is nothing to deploy: run make package first", file=sys.stderr)
        return 1
    if wrong := [text for text in given.parameters if "=" not in text]:
        print(f"a parameter is given as Name=value, not {wrong[0]}", file=sys.stderr)
        return 2
    try:
        found = deploy(
            given.stack,
            template=package.TEMPLATE.read_text(),
            code=package.ZIP.read_bytes(),
            bucket=given.bucket,
            parameters=dict(text.split("=", 1) for text in given.parameters),
        )
        if "DistributionId" in found:
            log_cloudfront(given.stack, found)
    except DeploymentFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    if "AssetsBucket" in found:
        print(f"{upload_assets(found['AssetsBucket'])} assets uploaded", file=sys.stderr)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
