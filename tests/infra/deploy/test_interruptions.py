"""AWS refuses a call after the stack has changed, or nothing answers: it is said what stands, and noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, UnauthorizedSSOTokenError

from infra.deploy.errors import DeploymentFailed
from infra.deploy.releases import Standing
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import BROKEN, HANDLER, package

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not allowed"}}, "CreateChangeSet")


def test_the_release_before_stands_after_a_deployment_in_which_aws_refuses_a_call(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.deploy(package(), {"PointsToWin": "7"})
    answers: Iterator[Exception | None] = iter([DENIED, None])

    def deploy_log(*_: object) -> None:
        if refusal := next(answers):
            raise refusal

    monkeypatch.setattr("infra.deploy.cloudfront_log.deploy", deploy_log)

    with pytest.raises(ClientError, match="AccessDenied"):
        site.deploy(package(), {"PointsToWin": "9"})

    assert site.variable("POINTS_TO_WIN") == "7"
    assert [release.standing for release in site.history] == [Standing.GOOD, Standing.LEFT]


def test_what_a_run_without_a_session_leaves_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.deploy(package())
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION

    def refuse(**_: Any) -> None:
        raise UnauthorizedSSOTokenError

    def expire(*_: object, **__: object) -> str:
        session.events.register("before-call", refuse)
        for client in clients:
            client.meta.events.register("before-call", refuse)
        return "no answer"

    run = site.run()
    clients = [run.formation.client, run.artefacts._storage, run.lock._storage]
    monkeypatch.setattr("infra.deploy.smoke.problem", expire)

    with (
        pytest.raises(DeploymentFailed, match=r"no answer\nThe way back failed, too:(.|\n)*can't be told"),
        run as deployment,
    ):
        deployment.deploy(package(HANDLER + "# changed"), {})


def test_a_way_back_that_fails_its_smoke_test_is_what_stands(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for points in "12":
        site.deploy(package(), {"PointsToWin": points})
    monkeypatch.setattr("infra.deploy.smoke.problem", lambda *_, **__: "no answer")

    with pytest.raises(DeploymentFailed, match=r"no answer\nWhat is deployed is release 1"):
        site.roll_back()

    assert site.variable("POINTS_TO_WIN") == "1"
    assert [release.standing for release in site.history] == [Standing.GOOD, Standing.LEFT]


def test_a_way_back_that_changes_nothing_leaves_the_history_as_it_is(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for points in "12":
        site.deploy(package(), {"PointsToWin": points})

    def execute(*_: object) -> None:
        raise DENIED

    monkeypatch.setattr("infra.deploy.formation.Formation.execute", execute)

    with pytest.raises(DeploymentFailed, match=r"AccessDenied(.|\n)*differs from release 1"):
        site.roll_back()

    assert [release.standing for release in site.history] == [Standing.GOOD, Standing.GOOD]


def test_the_way_back_removes_what_the_failed_release_added_and_nothing_older(site: Site) -> None:
    site.deploy(package())
    added = package().template["Resources"]["Exports"]

    with pytest.raises(DeploymentFailed, match=r"The smoke test fails: [^\n]*$"):
        site.deploy(package(BROKEN, Added=added))
    assert "Added" not in site.formation().resources()
    assert [release.standing for release in site.history] == [Standing.GOOD, Standing.LEFT]

    with pytest.raises(DeploymentFailed, match=r'release stays\. (.*) make rollback ARGS="--lose Table"'):
        site.deploy(package(BROKEN), {"TableName": "another"}, may_lose=["Table"])
