"""A stack's directory, .local/<port>/: lock, certificate, keys that sign tokens, logs, run.json."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.deployment.compose_stack import copied_state
from infra.local.settings import ROOT

RUN_FILE = "run.json"


def run_directory(port: int) -> Path:
    """Where run.json and ca.pem of the stack on this port are, if it runs: of `make run`, or of the compose file."""
    own = ROOT / ".local" / str(port)
    return own if (own / RUN_FILE).exists() else copied_state(port) or own


class StateDirectory:
    """The directory of the stack on this port."""

    def __init__(self, port: int) -> None:
        self.path = ROOT / ".local" / str(port)
        self.logs = self.path / "logs"
        self.temporary = self.path / "tmp"
        """The engine's; removed when the stack stops."""
        self.ca = self.path / "ca.pem"
        """The certificate to verify the edge with."""
        self.certificate = self.path / "server.pem"
        """The edge's certificate and key."""
        self.run_file = self.path / RUN_FILE
        """Where everything is, while the stack runs."""
        self._given_service_key = self.path / "given-jwt-service-secret"
        self._lock: int | None = None

    def claim(self, service_key: str | None = None) -> bool:
        """Make the directory this process's, and empty what is of one run only; whether it was free.

        `service_key`: the person's own key for service tokens, which `make service-token` needs while this run lasts.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()
        for log in self.logs.iterdir():
            log.unlink()
        self._given_service_key.unlink(missing_ok=True)
        if service_key:
            _write_secret(self._given_service_key, service_key)
        return True

    def release(self, *, remove: bool) -> None:
        """Give the directory up, if it is this process's."""
        if self._lock is None:
            return
        self.run_file.unlink(missing_ok=True)
        self._given_service_key.unlink(missing_ok=True)
        shutil.rmtree(self.path if remove else self.temporary)
        os.close(self._lock)
        self._lock = None

    def has_certificate(self) -> bool:
        """Whether there is one already: browsers are told only once to trust it."""
        return self.ca.exists() and self.certificate.exists()

    def secrets(self) -> dict[str, str]:
        """The keys that sign tokens, by their settings; made once, unless the person gives one."""
        given = self._given_service_key
        service_key = given.read_text() if given.exists() else self._key("jwt-service-secret")
        return {"JWT_SECRET": self._key("jwt-secret"), "JWT_SERVICE_SECRET": service_key}

    def _key(self, name: str) -> str:
        file = self.path / name
        if not file.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            _write_secret(file, os.urandom(32).hex())
        return file.read_text()

    def write_run_file(self, facts: Mapping[str, Any]) -> None:
        """Write run.json; a reader finds it whole."""
        unfinished = self.run_file.with_suffix(".new")
        unfinished.write_text(json.dumps(facts, indent=2) + "\n")
        unfinished.replace(self.run_file)


def _write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
