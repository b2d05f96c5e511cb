"""A stack, or its domain, is new until a release is good in it, however many attempts that takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.deploy.deployment import Package
from infra.deploy.errors import DeploymentFailed
from tests.infra.deploy.conftest import PUBLIC, Site
from tests.infra.deploy.small_product import ADDRESS_OF_NOTHING, BROKEN, HANDLER, package

API = "https://api.example.com/api"
DOMAIN = f"{PUBLIC['PublicUrl']}/api"


def package_with(**outputs: str) -> Package:
    """The product with more outputs."""
    made = package(f"{HANDLER}# {sorted(outputs)}")
    more = {name: {"Value": value} for name, value in outputs.items()}
    return Package({**made.template, "Outputs": made.template["Outputs"] | more}, made.code, made.page)


WITHOUT_DOMAIN = package_with(ApiUrl=API)
WITH_DOMAIN = package_with(ApiUrl=API, DistributionId="E1")


def test_the_domain_of_a_stack_is_asked_when_a_release_is_good_in_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: list[str | None] = ["no answer", "no answer", None, None]

    def ask(api: str, *_: object, **__: object) -> str | None:
        asked.append(api)
        return answers[len(asked) - 1]

    on_aws(monkeypatch, ask)

    for answer in answers:
        if answer:
            with pytest.raises(DeploymentFailed, match="no answer"):
                site.deploy(WITH_DOMAIN)
        else:
            site.deploy(WITH_DOMAIN)

    assert asked == [API, API, API, DOMAIN], "DNS leads to the domain after the first three"


def test_a_domain_that_a_stack_gets_later_is_asked_when_a_release_is_good_with_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    on_aws(monkeypatch, lambda api, *_, **__: asked.append(api))

    for product in (WITHOUT_DOMAIN, WITH_DOMAIN, WITH_DOMAIN):
        site.deploy(product)

    assert asked == [API, API, DOMAIN], "DNS leads to the domain after the first two"


def on_aws(monkeypatch: pytest.MonkeyPatch, ask: Callable[..., str | None]) -> None:
    """Deploy as to AWS, with another smoke test."""
    monkeypatch.setattr("infra.deploy.smoke.problem", ask)
    monkeypatch.setattr("infra.deploy.engines.is_aws", lambda _: True)
    monkeypatch.setattr("infra.deploy.cloudfront_log.deploy", lambda *_: None)


def test_a_release_from_before_an_undeployment_does_not_come_back_over_the_new_stack(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.deploy(package())
    site.undeploy(delete_data=False)
    for _ in range(2):
        with pytest.raises(DeploymentFailed, match="The smoke test fails"):
            site.deploy(package(BROKEN), {"PointsToWin": "9"})

    assert site.variable("POINTS_TO_WIN") == "9"
    said: Any = capsys.readouterr().err
    assert said.count(f"  ApiId = {site.formation().outputs()['ApiId']}") == 2, "DNS needs the outputs"


def test_what_was_given_survives_an_adoption_whose_update_fails(site: Site) -> None:
    site.deploy(package(), {"PointsToWin": "7"})
    site.undeploy(delete_data=False)
    with pytest.raises(DeploymentFailed, match="The update of pong-test failed"):
        site.deploy(package(Broken=ADDRESS_OF_NOTHING))
    assert set(site.formation().parameters()) == {"TableName"}, "the stack has its table alone"

    site.deploy(package())

    assert site.variable("POINTS_TO_WIN") == "7"
    assert site.formation().parameters()["PublicUrl"] == PUBLIC["PublicUrl"]
