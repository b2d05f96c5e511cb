"""A stack is new until a release is good in it, however many attempts that takes."""

from __future__ import annotations

from typing import Any

import pytest

from infra.deploy.deployment import Package
from infra.deploy.errors import DeploymentFailed
from tests.infra.deploy.conftest import PUBLIC, Site
from tests.infra.deploy.small_product import BROKEN, package

API = "https://api.example.com/api"


def package_with_domain() -> Package:
    """The product with the outputs that a domain has."""
    made = package()
    outputs = {name: {"Value": value} for name, value in {"ApiUrl": API, "DistributionId": "E1"}.items()}
    return Package({**made.template, "Outputs": made.template["Outputs"] | outputs}, made.code, made.page)


def test_the_domain_of_a_stack_is_asked_when_a_release_is_good_in_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: list[str | None] = ["no answer", "no answer", None, None]

    def ask(api: str, *_: object, **__: object) -> str | None:
        asked.append(api)
        return answers[len(asked) - 1]

    monkeypatch.setattr("infra.deploy.smoke.problem", ask)
    monkeypatch.setattr("infra.deploy.engines.is_aws", lambda _: True)
    monkeypatch.setattr("infra.deploy.cloudfront_log.deploy", lambda *_: None)

    for answer in answers:
        if answer:
            with pytest.raises(DeploymentFailed, match="no answer"):
                site.deploy(package_with_domain())
        else:
            site.deploy(package_with_domain())

    assert asked == [API, API, API, f"{PUBLIC['PublicUrl']}/api"], (
        "DNS leads to the domain after the first three"
    )


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
