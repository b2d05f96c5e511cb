"""A run of `make deploy` that is killed at any of its calls: the next one ends with what was to be deployed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import boto3

from infra.deploy.releases import Standing
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import HANDLER, package

WRITES = ("PutObject", "DeleteObject", "CreateChangeSet", "ExecuteChangeSet", "DeleteChangeSet")


class Killed(BaseException):
    """The process is gone: it makes no call any more, whatever its handlers try."""


def killed_at(site: Site, write: int, deploy: Callable[[], object]) -> bool:
    """Run until a number of writes have been made; whether the run was killed."""
    made = 0

    def count(model: Any, params: dict[str, Any], **_: Any) -> None:
        nonlocal made
        if made >= write:
            raise Killed
        # The lock's expiry is tried in test_lock.py.
        made += model.name in WRITES and not params["url_path"].endswith("/lock")

    session = boto3.session.Session()
    session.events.register("before-call", count)
    usual, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    try:
        with suppress(Killed):
            deploy()
            return False
    finally:
        boto3.DEFAULT_SESSION = usual
    return True


def test_after_a_kill_at_any_write_the_next_run_deploys_what_was_to_be_deployed(site: Site) -> None:
    site.deploy(package())
    writes = 0
    while True:
        product = package(f"{HANDLER}# {writes}")
        points = str(writes)
        was_killed = killed_at(site, writes, lambda: site.deploy(product, {"PointsToWin": points}))  # noqa: B023
        if not was_killed:
            break
        # The lock's expiry is tried in test_lock.py.
        boto3.client("s3").delete_object(Bucket=site.bucket, Key="pong-test/lock")
        site.deploy(product, {"PointsToWin": points})

        assert site.variable("POINTS_TO_WIN") == points
        assert [release.standing for release in site.history][-1] is Standing.GOOD
        writes += 1
    assert writes > 6, "few of its calls were seen"
