"""The web page in the bucket of assets: each version whole, under page/<version>/, before CloudFront looks there."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

import boto3

from infra import web_page

INDEX = "index.html"
"""What CloudFront makes of `/` (infra/cloud/static/page.yaml)."""

PREFIX = "page/"


def packed() -> bytes:
    """The page of these sources, in one piece to keep. The same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, file in web_page.files().items():
            archive.writestr(
                zipfile.ZipInfo(INDEX if path == "/" else path.removeprefix("/")), file.read_bytes()
            )
    return buffer.getvalue()


def files(page: bytes) -> dict[str, bytes]:
    """The files of a page by their paths under its prefix."""
    with zipfile.ZipFile(io.BytesIO(page)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def described(page: bytes) -> dict[str, str]:
    """The digest of each file, as S3 tells it."""
    return {
        path: hashlib.md5(content, usedforsecurity=False).hexdigest() for path, content in files(page).items()
    }


def stored(bucket: str, version: str) -> dict[str, str]:
    """The same of what lies in the bucket."""
    prefix = f"{PREFIX}{version}/"
    return {found["Key"].removeprefix(prefix): found["ETag"].strip('"') for found in _listed(bucket, prefix)}


def upload(bucket: str, version: str, page: bytes) -> int:
    """Put what is missing of a version into the bucket. Returns the number of files."""
    storage, there, wanted = boto3.client("s3"), stored(bucket, version), described(page)
    missing = [path for path in wanted if there.get(path) != wanted[path]]
    contents = files(page)
    for path in missing:
        headers = web_page.headers(PurePosixPath(path), game_url="")
        storage.put_object(
            Bucket=bucket,
            Key=f"{PREFIX}{version}/{path}",
            Body=contents[path],
            ContentType=headers["Content-Type"],
            CacheControl=headers["Cache-Control"],
        )
    return len(missing)


def prune(bucket: str, needed: Collection[str]) -> None:
    """Delete the versions that no release needs."""
    storage = boto3.client("s3")
    for found in _listed(bucket, PREFIX):
        if found["Key"].split("/")[1] not in needed:
            storage.delete_object(Bucket=bucket, Key=found["Key"])


def _listed(bucket: str, prefix: str) -> list[Mapping[str, Any]]:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found for part in pages for found in part.get("Contents", ())]
