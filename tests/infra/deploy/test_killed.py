"""A run that is killed at any of its calls: the next one of the same ends with what was to be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import boto3
import pytest

from infra.deploy.releases import Standing
from tests.infra.deploy.conftest import PUBLIC, Site
from tests.infra.deploy.small_product import HANDLER, package

WRITES = (
    *("PutObject", "DeleteObject", "DeleteObjects", "DeleteTable", "DeleteBucket"),
    *("CreateChangeSet", "ExecuteChangeSet", "DeleteChangeSet", "DeleteStack"),
)
GIVEN = {**PUBLIC, "PointsToWin": "7"}


class Killed(BaseException):
    """The process is gone: it makes no call any more, whatever its handlers try."""


def killed_at(site: Site, write: int, run: Callable[[], object]) -> bool:
    """Run until a number of writes have been made; whether the run was killed. Its lock has expired then."""
    made = 0

    def look(model: Any, params: dict[str, Any], **_: Any) -> None:
        nonlocal made
        if made >= write:
            raise Killed
        made += model.name in WRITES and not params["url_path"].endswith("/lock")

    session = boto3.session.Session()
    session.events.register("before-call", look)
    usual, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    try:
        with suppress(Killed):
            run()
            return False
    finally:
        boto3.DEFAULT_SESSION = usual
    boto3.client("s3").delete_object(Bucket=site.bucket, Key="pong-test/lock")
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
        site.deploy(product, {"PointsToWin": points})

        assert site.variable("POINTS_TO_WIN") == points
        assert [release.standing for release in site.history][-1] is Standing.GOOD
        writes += 1
    assert writes > 6, "few of its calls were seen"


@pytest.mark.long
def test_after_a_kill_at_any_write_the_next_run_creates_the_stack_and_another_leaves_nothing_of_it(
    site: Site,
) -> None:
    for write in count():
        was_killed = killed_at(site, write, lambda: site.deploy(package(), GIVEN))
        site.deploy(package(), GIVEN)
        assert site.variable("POINTS_TO_WIN") == "7"
        assert [release.standing for release in site.history] == [Standing.GOOD]

        boto3.client("s3").put_object(Bucket=site.formation().resources()["Exports"], Key="a", Body=b"file")
        was_killed |= killed_at(site, write, lambda: site.undeploy(delete_data=True))
        site.undeploy(delete_data=True)
        assert site.status is None
        assert boto3.client("dynamodb").list_tables()["TableNames"] == []
        assert [found["Name"] for found in boto3.client("s3").list_buckets()["Buckets"]] == [site.bucket]
        if not was_killed:
            break
    assert write > 6, "few of its calls were seen"


@pytest.mark.long
def test_after_a_kill_at_any_write_the_next_run_leaves_the_data_and_another_adopts_them_with_all_parameters(
    site: Site,
) -> None:
    def deploy() -> None:
        with site.run() as run:
            run.deploy(package(), {})

    site.deploy(package(), GIVEN)
    bucket = site.formation().resources()["Exports"]
    boto3.client("dynamodb").put_item(TableName="pong-test", Item={"pk": {"S": "USER#1"}})
    for write in count():
        was_killed = killed_at(site, write, lambda: site.undeploy(delete_data=False))
        site.undeploy(delete_data=False)
        assert site.status is None

        was_killed |= killed_at(site, write, deploy)
        deploy()
        assert site.variable("POINTS_TO_WIN") == "7"
        assert site.formation().resources()["Exports"] == bucket
        assert [release.standing for release in site.history][-1] is Standing.GOOD
        if not was_killed:
            break
    assert boto3.client("dynamodb").scan(TableName="pong-test")["Count"] == 1
    assert write > 8, "few of its calls were seen"


@pytest.mark.long
def test_after_a_kill_at_any_write_the_next_run_goes_back_to_the_release_that_was_named(site: Site) -> None:
    site.deploy(package(), GIVEN)
    for write in count():
        site.deploy(package(), {"PointsToWin": "9"})
        was_killed = killed_at(site, write, lambda: site.roll_back(1))
        site.roll_back(1)
        assert site.variable("POINTS_TO_WIN") == "7"
        assert {release.number: release.standing for release in site.history}[1] is Standing.GOOD
        if not was_killed:
            break
    assert write > 4, "few of its calls were seen"
