"""Downloads of data that are too large for an answer: files in a private bucket (infra/cloud/static/exports.yaml)."""

from __future__ import annotations

import uuid

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import Unavailable
from shared.logs import log
from shared.settings import settings
from shared.store.services import client

URL_SECONDS = 3600


def store_export(user_id: int, content: bytes, file_name: str) -> str:
    """Store a user's file. A URL that reads it for an hour, without a token. Unavailable if S3 doesn't answer."""
    config = Config(
        signature_version="s3v4", connect_timeout=1, read_timeout=10, retries={"total_max_attempts": 2}
    )
    files = client("s3", config)
    there = {"Bucket": settings().export_bucket, "Key": f"{user_id}/{uuid.uuid4().hex}.json"}
    try:
        files.put_object(
            **there,
            Body=content,
            ContentType="application/json",
            ContentDisposition=f'attachment; filename="{file_name}"',
            CacheControl="no-store",
            ServerSideEncryption="AES256",
        )
    except (BotoCoreError, ClientError) as error:
        log().error("a download can't be stored", exc_info=error)
        raise Unavailable from error
    url: str = files.generate_presigned_url("get_object", Params=there, ExpiresIn=URL_SECONDS)
    return url
