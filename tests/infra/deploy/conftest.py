"""An account of the embedded engine, into which the tests deploy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import pytest

from infra.deploy.artefacts import Artefacts
from infra.deploy.deployment import Deployment, Package
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.releases import Release
from infra.deploy.undeployment import undeploy
from tests.support.engine import Engine

STACK = "pong-test"
PUBLIC = {"PublicUrl": "https://pong.example.com"}


class Site:
    """A stack in an account, and what is done with it."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        storage = boto3.client("s3")
        place = {"LocationConstraint": storage.meta.region_name}
        storage.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)

    def deploy(
        self, package: Package, given: Mapping[str, str] | None = None, **person: Any
    ) -> dict[str, str]:
        """One run of `make deploy YES=1`."""
        with self._run(**person) as run:
            return run.deploy(package, {**PUBLIC, **(given or {})} if self.status is None else given or {})

    def roll_back(self) -> dict[str, str]:
        """One run of `make rollback YES=1`."""
        with self._run() as run:
            return run.roll_back()

    def undeploy(self, *, delete_data: bool) -> None:
        """One run of `make undeploy YES=1`."""
        undeploy(self.formation(), self.artefacts, Person(STACK, yes=True), delete_data=delete_data)

    @property
    def artefacts(self) -> Artefacts:
        return Artefacts(self.bucket, STACK)

    @property
    def history(self) -> list[Release]:
        return self.artefacts.history()

    @property
    def status(self) -> str | None:
        return self.formation().status()

    def formation(self) -> Formation:
        return Formation(STACK, every_seconds=0.02)

    def variable(self, name: str) -> str:
        """What the deployed function has in its environment."""
        function = self.formation().resources()["Function"]
        found = boto3.client("lambda").get_function_configuration(FunctionName=function)
        return str(found["Environment"]["Variables"][name])

    def _run(self, **person: Any) -> Run:
        return Run(self, Person(STACK, **{"yes": True, **person}))


class Run:
    """A deployment with its lock held."""

    def __init__(self, site: Site, person: Person) -> None:
        lock = site.artefacts.lock()
        self._held = lock.held(person.report)
        self._deployment = Deployment(site.formation(), site.artefacts, lock, person)

    def __enter__(self) -> Deployment:
        self._held.__enter__()
        return self._deployment

    def __exit__(self, *error: Any) -> None:
        self._held.__exit__(*error)


@pytest.fixture
def site(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Site:
    account = engine.account()
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr("infra.deploy.smoke.PATIENCE_SECONDS", 0.0)
    # All accounts share the names of buckets.
    return Site(f"code-{account.id}")
