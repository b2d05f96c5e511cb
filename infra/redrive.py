"""Do again what the triggers of timers could not do: the messages of the failure queue.

    python -m infra.redrive [--stage dev]

works on the account and region, or the emulator, that the standard AWS variables lead to (docs/operations.md). A
message is either a batch of the table's stream, named by its first and last record, or a match clock. Doing one twice
does no harm. What fails again stays in the queue; what the stream no longer has is named as lost, and leaves it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.cloud.machines import CLOCK_QUEUE, FAILURE_QUEUE, TRIGGER
from infra.deploy.formation import Formation
from infra.deploy.stages import PROD, stack_name
from shared.store.keys import TIMER_PREFIX, WAKE_PREFIX

HIDDEN_SECONDS = 300
"""A message that fails again comes back after so long; until then this run doesn't see it again."""

GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}
"""Errors for records that the stream no longer has: it keeps them for a day."""

Json = dict[str, Any]


class NotDone(Exception):
    """Why a message stays in the queue."""


class Lost(Exception):
    """Why a message can never be done: it would hold the alarm TimersLost on, and hide new ones."""


def redrive(stack: str) -> tuple[int, list[str]]:
    """Do all messages of a stack's failure queue again. Returns how many are done, and why others aren't.

    Those that are lost are deleted, too.
    """
    queues = boto3.client("sqs")
    found = Formation(stack).outputs()
    if not found:
        return 0, [f"there is no stack {stack}"]
    failures, done = found[f"{FAILURE_QUEUE}Url"], 0
    problems: list[str] = []
    for message in _messages(queues, failures):
        body = json.loads(message["Body"])
        try:
            if batch := body.get("DDBStreamBatchInfo"):
                _repeat(stack, batch)
            else:
                queues.send_message(QueueUrl=found[f"{CLOCK_QUEUE}Url"], MessageBody=message["Body"])
        except NotDone as reason:
            problems.append(str(reason))
            continue
        except Lost as reason:
            problems.append(str(reason))
        else:
            done += 1
        queues.delete_message(QueueUrl=failures, ReceiptHandle=message["ReceiptHandle"])
    return done, problems


def _messages(queues: Any, url: str) -> Iterator[Json]:
    while messages := queues.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_SECONDS, WaitTimeSeconds=1
    ).get("Messages"):
        yield from messages


def _repeat(stack: str, batch: Json) -> None:
    """Give a batch to the trigger's function again. NotDone, Lost."""
    named = f"{batch['shardId']} {batch['startSequenceNumber']}"
    try:
        records = list(_records(batch))
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise Lost(
                f"{named}: lost, since the stream keeps records for a day: {batch.get('batchSize')} timers"
                f" from {batch.get('approximateArrivalOfFirstRecord')}"
                f" to {batch.get('approximateArrivalOfLastRecord')}"
            ) from error
        raise
    resource = boto3.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId=TRIGGER
    )
    answer = boto3.client("lambda").invoke(
        FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"],
        Payload=json.dumps({"Records": records}),
    )
    if "FunctionError" in answer:
        raise NotDone(f"{named}: {answer['Payload'].read().decode()}")


def _records(batch: Json) -> Iterator[Json]:
    """The timers and answers of a batch, as the trigger gets them."""
    streams, last = boto3.client("dynamodbstreams"), int(batch["endSequenceNumber"])
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            change = record["dynamodb"]
            if int(change["SequenceNumber"]) > last:
                return
            if record["eventName"] == "INSERT" and _is_timer(change["Keys"]):
                yield {"eventName": "INSERT", "dynamodb": {"NewImage": change["NewImage"]}}
            if int(change["SequenceNumber"]) == last:
                return
        iterator = page.get("NextShardIterator")


def _is_timer(key: Mapping[str, Mapping[str, str]]) -> bool:
    return key["pk"]["S"].startswith((TIMER_PREFIX, WAKE_PREFIX))


def main() -> int:
    """Redrive. The exit code is 1 if messages stay in the queue, or are lost."""
    parser = argparse.ArgumentParser(
        prog="make redrive", description="Do the failure queue's messages again."
    )
    parser.add_argument("--stage", default=PROD, help=f"the stack's stage ({PROD})")
    done, problems = redrive(stack_name(parser.parse_args().stage))
    print(f"{done} messages are done")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
