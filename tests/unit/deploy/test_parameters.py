from __future__ import annotations

import pytest

from infra.deploy.errors import DeploymentFailed
from infra.deploy.parameters import Deployed, plan

DECLARED = {
    "CodeKey": {"Type": "String"},
    "PublicUrl": {"Type": "String"},
    "SseImage": {"Type": "String", "Default": ""},
    "PointsToWin": {"Type": "String", "Default": "5"},
}
NEW = Deployed({}, {})
STANDS = Deployed(
    {"CodeKey": "old.zip", "PublicUrl": "https://a", "SseImage": "image:1", "PointsToWin": "3", "Gone": "x"},
    {"SseImage": "", "PointsToWin": "3", "Gone": ""},
)
OWN = {"CodeKey": "new.zip"}


def test_what_is_not_given_keeps_its_value() -> None:
    planned = plan(DECLARED, STANDS, {}, OWN)

    assert planned.values["SseImage"] == "image:1"
    assert planned.values["PublicUrl"] == "https://a"
    assert "  SseImage = image:1 (kept)" in planned.lines


def test_what_is_given_changes_and_the_value_before_is_shown() -> None:
    planned = plan(DECLARED, STANDS, {"SseImage": ""}, OWN)

    assert planned.values["SseImage"] == ""
    assert "  SseImage = , was image:1" in planned.lines


def test_what_nobody_ever_gave_follows_the_templates_default() -> None:
    planned = plan(DECLARED, STANDS, {}, OWN)

    assert planned.values["PointsToWin"] == "5"
    assert "  PointsToWin = 5, was 3 (the template's new default)" in planned.lines


def test_a_value_that_was_given_stays_when_the_default_changes() -> None:
    deployed = Deployed({**STANDS.values, "PointsToWin": "7"}, STANDS.defaults)

    assert plan(DECLARED, deployed, {}, OWN).values["PointsToWin"] == "7"


def test_the_package_decides_what_follows_from_it() -> None:
    assert plan(DECLARED, STANDS, {}, OWN).values["CodeKey"] == "new.zip"
    with pytest.raises(DeploymentFailed, match="CodeKey follows from the package"):
        plan(DECLARED, STANDS, {"CodeKey": "mine.zip"}, OWN)


def test_a_parameter_that_the_template_has_no_more_is_dropped_and_said() -> None:
    planned = plan(DECLARED, STANDS, {}, OWN)

    assert "Gone" not in planned.values
    assert "  Gone is no parameter any more" in planned.lines


def test_a_misspelt_parameter_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(DeploymentFailed, match=r"no parameter SseImgae\. Did you mean SseImage\?"):
        plan(DECLARED, STANDS, {"SseImgae": "image:2"}, OWN)


def test_a_new_stack_needs_the_values_that_have_no_default() -> None:
    with pytest.raises(DeploymentFailed, match="Give a value: PublicUrl=…"):
        plan(DECLARED, NEW, {}, OWN)
