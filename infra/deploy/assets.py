"""The pictures in assets/, in their bucket."""

from __future__ import annotations

import boto3

from infra import package
from infra.media_types import media_type

ASSETS = package.ROOT / "assets"
CACHE = "public, max-age=86400"


def upload(bucket: str) -> int:
    """Put all assets into their bucket. Returns their number."""
    storage = boto3.client("s3")
    files = [file for file in sorted(ASSETS.rglob("*")) if file.is_file()]
    for file in files:
        storage.put_object(
            Bucket=bucket,
            Key=f"assets/{file.relative_to(ASSETS)}",
            Body=file.read_bytes(),
            ContentType=media_type(file),
            CacheControl=CACHE,
        )
    return len(files)
