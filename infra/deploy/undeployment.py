"""Taking a stack away, with its data or without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy import adoption, cloudfront_log
from infra.deploy.adoption import BUCKET, SECRET, TABLE
from infra.deploy.artefacts import Artefacts
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person


def undeploy(formation: Formation, artefacts: Artefacts, person: Person, *, delete_data: bool) -> None:
    """Delete a stack. Raises DeploymentFailed with what is still there.

    Table, signing key and the buckets with data stay, and are adopted by the next deployment, unless `delete_data`.
    """
    status = formation.wait()
    template, ids = (formation.template(), formation.resources()) if status else ({"Resources": {}}, {})
    kinds = {name: found["Type"] for name, found in template["Resources"].items()}
    data = _data(template, ids, artefacts.kept())
    named = ", ".join(f"{name} ({found['id']})" for name, found in data.items()) or "none"
    person.report(f"delete {formation.stack} with {len(ids)} resources.")
    person.report(f"Data {'that is DELETED' if delete_data else 'that stays'}: {named}.")
    person.confirm("Delete it?", typed=delete_data)
    artefacts.write_kept(data)
    beside = cloudfront_log.formation(formation.stack) if "Distribution" in ids else None
    if beside and beside.status():
        beside.delete()
    for name, kind in kinds.items():
        if kind == BUCKET and name in ids and name not in data:
            _empty(ids[name])
    if status is not None:
        formation.delete()
    if delete_data:
        for found in data.values():
            _delete(found["type"], found["id"])
        artefacts.forget()
    else:
        _look(data)


def _data(
    template: Mapping[str, Any], ids: Mapping[str, str], kept: adoption.Kept
) -> dict[str, dict[str, str]]:
    """What outlives the stack and holds data."""
    return {**kept, **adoption.kept_of(template, ids)}


def _look(data: adoption.Kept) -> None:
    """Raises DeploymentFailed if data that was to stay is gone."""
    gone = [f"{name} ({found['id']})" for name, found in data.items() if not adoption.attributes(**found)]
    if gone:
        raise DeploymentFailed(f"The stack is deleted, and with it what was to stay: {', '.join(gone)}")


def _empty(bucket: str) -> None:
    storage = boto3.client("s3")
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for page in pages:
        if keys := [{"Key": found["Key"]} for found in page.get("Contents", ())]:
            storage.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _delete(kind: str, identifier: str) -> None:
    """Delete a resource that has outlived its stack; one that is gone already is no failure."""
    try:
        if kind == TABLE:
            boto3.client("dynamodb").delete_table(TableName=identifier)
        elif kind == SECRET:
            boto3.client("secretsmanager").delete_secret(SecretId=identifier, ForceDeleteWithoutRecovery=True)
        else:
            _empty(identifier)
            boto3.client("s3").delete_bucket(Bucket=identifier)
    except ClientError as error:
        if error.response["Error"]["Code"] not in adoption.GONE:
            raise
