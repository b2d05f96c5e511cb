from __future__ import annotations

import boto3
import pytest

from infra.deploy.errors import DeploymentFailed
from infra.deploy.lock import Lock, Times
from tests.infra.deploy.conftest import Site

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
    held = lock(site, IMPATIENT)
    with held.held(), pytest.raises(DeploymentFailed, match="not renewed"):
        held.check()
