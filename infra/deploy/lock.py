"""One deployment of a stack at a time: a lock in the bucket for code, which expires when its holder is gone.

S3 writes it on the condition that it isn't there, or is still the one that was looked at. Its age is the difference
between two times of S3, so that no clock of ours decides.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.errors import DeploymentFailed

REFUSALS = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "404")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: how long an abandoned lock counts, how often it is renewed, how often others look at it."""

    expires: float = 120.0
    renewed: float = 20.0
    looked: float = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """A lock as it was found."""

    holder: str
    run: str
    etag: str
    age: float
    """Seconds since it was written."""


class LockLost(DeploymentFailed):
    """Another run has the lock, or may have it."""


class Lock:
    """The lock of a stack: an object in a bucket."""

    def __init__(self, storage: Any, bucket: str, key: str, times: Times | None = None) -> None:
        self._storage = storage
        self._place = {"Bucket": bucket, "Key": key}
        self._times = times or Times()
        self._run = os.urandom(8).hex()
        self._etag = ""
        self._renewals = 0
        self._renewed_at = 0.0
        self._lost = ""
        self._renewing = threading.Lock()
        self._released = threading.Event()

    @contextmanager
    def held(self, report: Callable[[str], None] = lambda _: None) -> Iterator[None]:
        """Hold the lock. Waits until an abandoned one expires; DeploymentFailed while another holder is alive."""
        while not self._put(IfNoneMatch="*"):
            if self._take_abandoned(report):
                break
        keeper = threading.Thread(target=self._keep, daemon=True)
        keeper.start()
        try:
            yield
        finally:
            self._released.set()
            keeper.join()
            self._try_to_renew()
            if not self._lost:
                self._give_up(report)

    def check(self) -> None:
        """Renew the lock. Raises LockLost if another run has it, or may have it.

        S3 is asked each time: while a machine sleeps, its clock may stand still.
        """
        self._try_to_renew()
        unrenewed = time.monotonic() - self._renewed_at
        if self._lost or unrenewed > self._times.expires:
            why = self._lost or f"not renewed for {unrenewed:.0f} s"
            raise LockLost(f"The lock is lost: {why}. Another run may deploy, so this one stops.")

    def _give_up(self, report: Callable[[str], None]) -> None:
        try:
            self._storage.delete_object(**self._place)
        except (BotoCoreError, ClientError) as error:
            # It expires by itself. How the run has ended matters more.
            report(f"The lock is free in {self._times.expires:.0f} s: it can't be deleted ({error})")

    def _take_abandoned(self, report: Callable[[str], None]) -> bool:
        """Wait until the lock expires, and take it; False if it is free."""
        first = found = self._look()
        if first:
            left = max(0.0, self._times.expires - first.age)
            report(f"locked by {first.holder}: it is free in {left:.0f} s, unless that run is alive")
        while first and found:
            if found.etag != first.etag:
                raise DeploymentFailed(f"{found.holder} deploys this stack at the moment.")
            if found.age >= self._times.expires:
                return self._put(IfMatch=first.etag)
            time.sleep(self._times.looked)
            found = self._look()
        return False

    def _look(self) -> Found | None:
        try:
            found = self._storage.get_object(**self._place)
        except ClientError as error:
            if error.response["Error"]["Code"] in REFUSALS:
                return None
            raise
        body = json.loads(found["Body"].read())
        now = parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])
        age = (now - found["LastModified"]).total_seconds()
        return Found(body["holder"], body["run"], found["ETag"], age)

    def _put(self, **condition: str) -> bool:
        """Write the lock; False if the condition doesn't hold."""
        # S3's ETag is a digest of the content: the number tells a renewal from the one before.
        self._renewals += 1
        holder = f"{getpass.getuser()}@{socket.gethostname()}"
        body = json.dumps({"holder": holder, "run": self._run, "renewal": self._renewals})
        try:
            self._etag = self._storage.put_object(**self._place, Body=body.encode(), **condition)["ETag"]
        except ClientError as error:
            if error.response["Error"]["Code"] in REFUSALS:
                return False
            raise
        self._renewed_at = time.monotonic()
        return True

    def _keep(self) -> None:
        while not self._released.wait(self._times.renewed) and not self._lost:
            self._try_to_renew()

    def _try_to_renew(self) -> None:
        with self._renewing:
            try:
                self._renew()
            except (BotoCoreError, ClientError):
                # The next renewal may reach S3 again. `check` notices when none does in time.
                return

    def _renew(self) -> None:
        if self._lost or self._put(IfMatch=self._etag):
            return
        found = self._look()
        if found and found.run == self._run:
            # S3 has written it, and the answer was lost.
            self._etag = found.etag
        else:
            self._lost = f"{found.holder} has taken it" if found else "it was deleted"
