"""An account of the embedded engine, into which the tests deploy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import httpx
import pytest

from infra.deploy.artefacts import Artefacts
from infra.deploy.deployment import Deployment, Package
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.releases import Release
from infra.deploy.undeployment import undeploy
from tests.support.engine import Account, Engine

STACK = "pong-test"
ACCOUNT = "000000000000"
REGION = "us-east-1"
PUBLIC = {"PublicUrl": "https://pong.example.com"}


class Site:
    """A stack in an account, and what is done with it."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        boto3.client("s3").create_bucket(Bucket=bucket)

    def deploy(
        self, package: Package, given: Mapping[str, str] | None = None, **person: Any
    ) -> dict[str, str]:
        """One run of `make deploy YES=1`."""
        with self.run(**person) as run:
            return run.deploy(package, {**PUBLIC, **(given or {})} if self.status is None else given or {})

    def roll_back(self, number: int | None = None) -> dict[str, str]:
        """One run of `make rollback YES=1`."""
        with self.run() as run:
            return run.roll_back(number)

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

    def run(self, **person: Any) -> Run:
        """A run that holds the lock, entered by the caller."""
        return Run(self, Person(STACK, **{"yes": True, **person}))


class Run:
    """A deployment with its lock held."""

    def __init__(self, site: Site, person: Person) -> None:
        self.formation, self.artefacts = site.formation(), site.artefacts
        self.lock = self.artefacts.lock()
        self._held = self.lock.held(person.report)
        self._deployment = Deployment(self.formation, self.artefacts, self.lock, person)

    def __enter__(self) -> Deployment:
        self._held.__enter__()
        return self._deployment

    def __exit__(self, *error: Any) -> None:
        self._held.__exit__(*error)


@pytest.fixture
def site(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty account: the one that requests without a signature, those to the deployed API, belong to."""
    httpx.post(f"{engine.url}/_ministack/reset", params={"account": ACCOUNT}).raise_for_status()
    for name, value in Account(engine.url, ACCOUNT).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr("infra.deploy.smoke.PATIENCE_SECONDS", 0.0)
    return Site("code")
