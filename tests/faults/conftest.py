"""A shim in front of the tests' engine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import httpx
import pytest
from botocore.config import Config

from faults.shim.server import CONTROL
from infra.local.runner.ports import free_port
from infra.local.runner.readiness import answers
from tests.support.engine import REGION, ROOT, SECRET, Account, Engine

BOOT_SECONDS = 30

SESSION = botocore.session.Session()
"""Clients of one session share the descriptions of AWS, whose reading takes longer than the calls of a test."""


@dataclass(frozen=True, slots=True)
class Direct:
    """An account of the engine with our tables, reached without the shim."""

    account: Account

    def client(self, service: str) -> Any:
        """A client of it."""
        return SESSION.create_client(
            service,
            region_name=REGION,
            endpoint_url=self.account.url,
            aws_access_key_id=self.account.id,
            aws_secret_access_key=SECRET,
        )


@dataclass(frozen=True, slots=True)
class Shim:
    """A running shim."""

    url: str
    engine: Engine

    def set(self, **wanted: Any) -> None:
        """Change rates, planted bug or holding."""
        answer = httpx.put(self.url + CONTROL, json=wanted, timeout=30)
        assert answer.status_code == 200, answer.text

    @property
    def facts(self) -> dict[str, Any]:
        """What it tells of itself."""
        found: dict[str, Any] = httpx.get(self.url + CONTROL).raise_for_status().json()
        return found

    def outcomes(self, kind: str, action: str) -> dict[str, int]:
        """The counts of a kind of fault."""
        found: dict[str, int] = self.facts["faults"].get(kind, {}).get(action, {})
        return found

    def through(self, account: Account) -> Account:
        """The same account by way of the shim."""
        return Account(self.url, account.id)

    def client(self, service: str, direct: Direct, **options: Any) -> Any:
        """A client by way of the shim; it makes one attempt unless `options` (botocore's Config) say otherwise."""
        defaults: Mapping[str, Any] = {"retries": {"total_max_attempts": 1, "mode": "standard"}}
        return SESSION.create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=direct.account.id,
            aws_secret_access_key=SECRET,
            config=Config(**{**defaults, **options}),
        )


@pytest.fixture(scope="session")
def running_shim(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shim]:
    port = free_port()
    log = tmp_path_factory.mktemp("shim") / "shim.log"
    command = [
        sys.executable,
        "-m",
        "faults.shim",
        "--port",
        str(port),
        "--engine",
        engine.url,
        "--seed",
        "7",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        _wait(process, f"http://127.0.0.1:{port}{CONTROL}", log)
        yield Shim(f"http://127.0.0.1:{port}", engine)
        assert process.poll() is None, log.read_text()
        assert log.read_text() == ""
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while not answers(url):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def shim(running_shim: Shim) -> Iterator[Shim]:
    """Without faults at first."""
    running_shim.set(rates={}, planted=None, held=False)
    yield running_shim
    running_shim.set(rates={}, planted=None, held=False)


@pytest.fixture
def direct(engine: Engine) -> Direct:
    """A new account."""
    made = Direct(engine.account())
    made.account.create_table(client=made.client("dynamodb"))
    return made
