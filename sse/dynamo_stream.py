"""The calls of `sse.shards.StreamClient` over the network. Plain botocore: boto3 would only add memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.session import get_session

from sse.shards import (
    DataTrimmed,
    IteratorExpired,
    Page,
    Position,
    Shard,
    ShardList,
    ShardMissing,
    StreamRecord,
    StreamUnavailable,
)

RECORDS_PER_READ = 1000
SHARDS_PER_PAGE = 100
CONNECTIONS = 8

_TRANSIENT = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)
_SERVER_ERROR = 500

_ITERATOR_TYPES = {"horizon": "TRIM_HORIZON", "latest": "LATEST"}


class StreamNotFound(Exception):
    """The table has no stream (yet)."""


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """The ARN of a stream, and when it was created (Unix time in seconds)."""

    arn: str
    created: float


class DynamoStream:
    """The stream of one table; implements `sse.shards.StreamClient`. Threads may share it."""

    def __init__(self, arn: str, client: Any) -> None:
        self._arn = arn
        self._client = client

    def shards(self, after: str | None) -> ShardList:
        """One page of DescribeStream."""
        start = {} if after is None else {"ExclusiveStartShardId": after}
        answer = self._call("describe_stream", StreamArn=self._arn, Limit=SHARDS_PER_PAGE, **start)
        description = answer["StreamDescription"]
        return ShardList(
            shards=tuple(_shard(shard) for shard in description["Shards"]),
            next=description.get("LastEvaluatedShardId"),
        )

    def open(self, shard_id: str, position: Position, after_sequence: str | None) -> str:
        """GetShardIterator."""
        place = (
            {"ShardIteratorType": _ITERATOR_TYPES[position]}
            if after_sequence is None
            else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after_sequence}
        )
        answer = self._call("get_shard_iterator", StreamArn=self._arn, ShardId=shard_id, **place)
        return str(answer["ShardIterator"])

    def read(self, iterator: str) -> Page:
        """GetRecords."""
        answer = self._call("get_records", ShardIterator=iterator, Limit=RECORDS_PER_READ)
        return Page(
            records=tuple(_record(record) for record in answer["Records"]),
            next=answer.get("NextShardIterator"),
        )

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as error:
            raise _translated(error) from error
        except HTTPClientError as error:  # refused, reset, timed out: everything below HTTP
            raise StreamUnavailable(str(error)) from error


def streams_client(session: Any | None = None) -> Any:
    """A client of DynamoDB Streams at the address in the standard AWS variables.

    Clients of one botocore session share the descriptions of AWS, 8 MB of memory. This one doesn't retry: the tail
    does, and knows for how long.
    """
    return (session or get_session()).create_client(
        "dynamodbstreams",
        config=Config(
            connect_timeout=2,
            read_timeout=10,
            max_pool_connections=CONNECTIONS,
            retries={"total_max_attempts": 1, "mode": "standard"},
            user_agent="pong",  # botocore would compose a long one for every call
            disable_request_compression=True,
        ),
    )


def find_stream(table: str, client: Any) -> StreamInfo:
    """The present stream of a table. Raises StreamNotFound, or StreamUnavailable if the service doesn't answer."""
    try:
        streams = client.list_streams(TableName=table)["Streams"]
        if not streams:
            raise StreamNotFound(f"the table {table} has no stream")
        # A stream that was switched off stays listed for a day; labels are times.
        newest = max(streams, key=lambda stream: str(stream["StreamLabel"]))
        description = client.describe_stream(StreamArn=newest["StreamArn"], Limit=1)["StreamDescription"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise StreamNotFound(f"there is no table {table} with a stream") from error
        raise _translated(error) from error
    except HTTPClientError as error:
        raise StreamUnavailable(str(error)) from error
    return StreamInfo(arn=str(newest["StreamArn"]), created=_unix(description["CreationRequestDateTime"]))


def _translated(error: ClientError) -> Exception:
    code = str(error.response["Error"]["Code"])
    if code == "ExpiredIteratorException":
        return IteratorExpired(code)
    if code == "TrimmedDataAccessException":
        return DataTrimmed(code)
    if code == "ResourceNotFoundException":
        return ShardMissing(str(error))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRANSIENT or status >= _SERVER_ERROR:
        return StreamUnavailable(str(error))
    return RuntimeError(str(error))  # a denied or malformed call doesn't get better by repeating it


def _shard(shard: Any) -> Shard:
    return Shard(id=str(shard["ShardId"]), parent=shard.get("ParentShardId"))


def _record(record: Any) -> StreamRecord:
    change = record["dynamodb"]
    keys = change["Keys"]
    return StreamRecord(
        sequence=str(change["SequenceNumber"]),
        event=str(record["eventName"]),
        pk=str(keys["pk"]["S"]),
        sk=str(keys["sk"]["S"]),
        created=_unix(change["ApproximateCreationDateTime"]),
        image=change.get("NewImage", {}),
    )


def _unix(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
