"""What a stack's deployments keep in the bucket for code: <stack>/{code,templates,pages}, the releases, the lock."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy.errors import DeploymentFailed
from infra.deploy.lock import REFUSALS, Lock
from infra.deploy.releases import Release

RELEASES = "releases.json"


class Artefacts:
    """A stack's part of the bucket."""

    def __init__(self, bucket: str, stack: str) -> None:
        self.bucket = bucket
        self._prefix = f"{stack}/"
        self._storage = boto3.client("s3")
        self._seen = ""
        """The ETag of the releases when they were read last."""

    def lock(self) -> Lock:
        """The lock of the stack. Raises DeploymentFailed if the bucket isn't there, or isn't ours."""
        try:
            self._storage.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            raise DeploymentFailed(
                f"The bucket {self.bucket} can't be used ({error.response['Error']['Code']}): "
                "make it first, and give its name with --bucket."
            ) from error
        return Lock(self._storage, self.bucket, f"{self._prefix}lock")

    def put_code(self, code: bytes) -> str:
        """Keep a package; its key."""
        return self._put(f"code/{digest(code)}.zip", code)

    def put_template(self, template: Mapping[str, Any]) -> str:
        """Keep a template; its key."""
        content = json.dumps(template, indent=1).encode()
        return self._put(f"templates/{digest(content)}.json", content)

    def put_page(self, page: bytes) -> str:
        """Keep a web page; its key."""
        return self._put(f"pages/{digest(page)}.zip", page)

    def get(self, key: str) -> bytes:
        """An artefact. Raises DeploymentFailed if it is gone."""
        try:
            content: bytes = self._storage.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                raise DeploymentFailed(f"{key} is gone from {self.bucket}.") from error
            raise
        return content

    def url(self, key: str) -> str:
        """An artefact's address, for CloudFormation."""
        return f"{self._storage.meta.endpoint_url}/{self.bucket}/{key}"

    def history(self) -> list[Release]:
        """The releases, oldest first."""
        found, self._seen = self._read(RELEASES, [])
        return [Release.of(facts) for facts in found]

    def write_history(self, history: Sequence[Release]) -> None:
        """Replace the releases. Raises DeploymentFailed if they aren't those that were read last."""
        facts = [release.facts() for release in history]
        condition = {"IfMatch": self._seen} if self._seen else {"IfNoneMatch": "*"}
        try:
            self._write(RELEASES, facts, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] not in REFUSALS:
                raise
            # The answer to a write may be lost, and the write be sent again.
            if self._read(RELEASES, [])[0] != facts:
                raise DeploymentFailed("Another run has written this stack's releases meanwhile.") from error

    def kept(self) -> dict[str, dict[str, str]]:
        """What outlives the stack, as it was last seen: type and physical id by logical id."""
        return dict(self._read("kept.json", {})[0])

    def write_kept(self, found: Mapping[str, Mapping[str, str]]) -> None:
        """Replace what outlives the stack."""
        self._write("kept.json", dict(found))

    def forget(self) -> None:
        """Delete all of the stack's part but the lock."""
        for key in self._keys(""):
            if key != f"{self._prefix}lock":
                self._storage.delete_object(Bucket=self.bucket, Key=key)

    def prune(self, needed: Collection[str]) -> None:
        """Delete packages, templates and pages that no release needs."""
        for key in [*self._keys("code/"), *self._keys("templates/"), *self._keys("pages/")]:
            if key not in needed:
                self._storage.delete_object(Bucket=self.bucket, Key=key)

    def _keys(self, part: str) -> list[str]:
        return [found["Key"] for found in listed(self._storage, self.bucket, self._prefix + part)]

    def _read(self, name: str, otherwise: Any) -> tuple[Any, str]:
        """Facts, or those otherwise, and their ETag."""
        try:
            found = self._storage.get_object(Bucket=self.bucket, Key=self._prefix + name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return otherwise, ""
            raise
        return json.loads(found["Body"].read()), found["ETag"]

    def _write(self, name: str, facts: Any, **condition: str) -> None:
        self._put(name, json.dumps(facts, indent=1).encode(), **condition)

    def _put(self, name: str, content: bytes, **condition: str) -> str:
        key = self._prefix + name
        self._storage.put_object(Bucket=self.bucket, Key=key, Body=content, **condition)
        return key


def listed(storage: Any, bucket: str, prefix: str) -> list[Mapping[str, Any]]:
    """The objects of a bucket whose keys begin so, as S3 lists them."""
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found for page in pages for found in page.get("Contents", ())]


def digest(content: bytes) -> str:
    """SHA-256, as it stands in an artefact's key."""
    return hashlib.sha256(content).hexdigest()


def digest_in(key: str) -> str:
    """The digest in the key of a package or page."""
    return key.rpartition("/")[2].removesuffix(".zip")


def code_sha256(key: str) -> str:
    """The digest of the package with this key, as Lambda tells it: in base 64."""
    return base64.b64encode(bytes.fromhex(digest_in(key))).decode()
