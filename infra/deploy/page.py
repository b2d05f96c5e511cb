"""The web page in the bucket of assets: each version whole, under page/<version>/, before CloudFront looks there."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

import boto3

from infra import web_page
from infra.deploy.artefacts import listed

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


def described(contents: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each file, as S3 tells it."""
    return {
        path: hashlib.md5(content, usedforsecurity=False).hexdigest() for path, content in contents.items()
    }


def stored(bucket: str, version: str) -> dict[str, str]:
    """The same of what lies in the bucket."""
    prefix = f"{PREFIX}{version}/"
    found = listed(boto3.client("s3"), bucket, prefix)
    return {each["Key"].removeprefix(prefix): each["ETag"].strip('"') for each in found}


def upload(bucket: str, version: str, page: bytes) -> int:
    """Put what is missing of a version into the bucket. Returns the number of files."""
    storage, there, contents = boto3.client("s3"), stored(bucket, version), files(page)
    missing = [path for path, digest in described(contents).items() if there.get(path) != digest]
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
    for found in listed(storage, bucket, PREFIX):
        if found["Key"].split("/")[1] not in needed:
            storage.delete_object(Bucket=bucket, Key=found["Key"])
