"""The embedded AWS engine for tests: one process, and an account per test.

Every 12-digit access key is an account that shares nothing with the others, so tests can't meet.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import botocore.session

from infra.local.engine import process
from infra.local.runner.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECRET = "test"
REGION = "eu-west-3"
BOOT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the engine with at most one table of ours."""

    url: str
    id: str

    @property
    def environment(self) -> Mapping[str, str]:
        """The standard AWS variables that lead here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.id,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        """A botocore client of this account."""
        return botocore.session.Session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url or None,
            aws_access_key_id=self.id,
            aws_secret_access_key="test",
        )

    def create_table(self, name: str = "pong", client: Any = None) -> None:
        """The one table and that of the limits, as infra/ defines them. Making a `client` takes longer than a table."""
        client = client or self.client("dynamodb")
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        client.create_table(
            TableName=f"{name}-limits",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )


class Engine:
    """A running engine; use it as a context manager."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._port = free_port()
        self._accounts = itertools.count(100_000_000_000 + os.getpid() * 1000)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def account(self) -> Account:
        """A new account."""
        return Account(self.url, f"{next(self._accounts):012d}")

    def __enter__(self) -> Self:
        # The engine checks signatures of URLs with its own secret, and moto may have changed this process's.
        environment = {**os.environ, "GATEWAY_PORT": str(self._port), "AWS_SECRET_ACCESS_KEY": SECRET}
        environment.pop("AWS_ENDPOINT_URL", None)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                process.command(self._port),
                env=environment,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + BOOT_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the engine did not start: {self._log.read_text()[-2000:]}") from None
                time.sleep(0.05)
