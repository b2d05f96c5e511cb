from __future__ import annotations

from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from infra.deploy import __main__ as command
from infra.deploy.errors import DeploymentFailed
from infra.deploy.lock import Lock, LockLost, Times
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import package

ALIVE = Times(expires=3600.0, renewed=0.01, looked=0.02)
ABANDONED = Times(expires=3600.0, renewed=3600.0)
IMPATIENT = Times(expires=0.0, looked=0.0)
"""Takes every lock for an abandoned one."""


def lock(site: Site, times: Times) -> Lock:
    return Lock(boto3.client("s3"), site.bucket, "pong-test/lock", times)


def test_a_second_run_is_refused_while_the_first_one_is_alive(site: Site) -> None:
    second = lock(site, ALIVE)
    refused = pytest.raises(DeploymentFailed, match="deploys this stack at the moment")
    with lock(site, ALIVE).held(), refused, second.held():
        pass


def test_an_abandoned_lock_is_taken_when_it_has_expired_and_its_holder_stops(site: Site) -> None:
    said: list[str] = []
    first = lock(site, ABANDONED)
    with first.held(), lock(site, IMPATIENT).held(said.append):
        first._renew()
        with pytest.raises(DeploymentFailed, match="has taken it"):
            first.check()
    assert "free in 0 s" in said[0]


def test_a_lock_that_was_given_up_is_free(site: Site) -> None:
    for _ in range(2):
        with lock(site, ALIVE).held():
            pass


def test_a_run_that_can_not_renew_its_lock_stops(site: Site) -> None:
    storage = boto3.client("s3")
    held = Lock(storage, site.bucket, "pong-test/lock", IMPATIENT)

    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url=site.bucket)

    with held.held():
        storage.meta.events.register("before-call", refuse)
        with pytest.raises(DeploymentFailed, match="not renewed"):
            held.check()


def test_a_run_that_slept_while_another_one_deployed_notices_at_its_next_step_and_leaves_the_lock(
    site: Site,
) -> None:
    asleep, another = lock(site, ABANDONED), lock(site, ALIVE)
    with asleep.held():
        take(site, another)
        with pytest.raises(LockLost, match="has taken it"):
            asleep.check()

    assert another._look() is not None


def test_an_agreement_given_after_another_run_took_the_lock_changes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.deploy(package())

    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            take(site, lock(site, ALIVE))
            return "y"

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.argv", ["deploy", "undeploy", "--stage", "test", "--data", "keep"])

    assert command.main() == 1
    assert "The lock is lost" in capsys.readouterr().err
    assert site.status == "CREATE_COMPLETE"


def test_releases_that_another_run_has_written_meanwhile_are_not_overwritten(site: Site) -> None:
    site.deploy(package())
    ours, others = site.artefacts, site.artefacts
    history = ours.history()
    others.write_history([*others.history(), replace(history[0], number=2)])

    with pytest.raises(DeploymentFailed, match="Another run has written"):
        ours.write_history(history)
    ours.write_history(others.history())

    assert [release.number for release in site.history] == [1, 2]


def take(site: Site, another: Lock) -> None:
    """Another run takes the lock: its holder is asleep for longer than it counts."""
    boto3.client("s3").delete_object(Bucket=site.bucket, Key="pong-test/lock")
    assert another._put(IfNoneMatch="*")
