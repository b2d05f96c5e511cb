"""Deployments on the embedded engine, whose CloudFormation rolls back, imports and keeps as AWS's does."""

from __future__ import annotations

import io
import json
import re
import zipfile
from itertools import pairwise
from typing import Any

import boto3
import pytest

from infra.cloud import template
from infra.cloud.cloudformation import camel
from infra.deploy import one_function
from infra.deploy.__main__ import bucket_of
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import as_parameters
from infra.deploy.person import Person
from infra.deploy.releases import Standing
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import ADDRESS_OF_NOTHING, BROKEN, HANDLER, package
from tests.support.engine import ROOT

WHOLE = template.timers()


def test_a_deployment_keeps_the_parameters_that_are_not_given(site: Site) -> None:
    site.deploy(package(), {"PointsToWin": "7"})
    site.deploy(package(HANDLER + "# changed"))

    assert site.variable("POINTS_TO_WIN") == "7"
    assert site.formation().parameters()["PublicUrl"] == "https://pong.example.com"
    assert [release.standing for release in site.history] == [Standing.GOOD] * 2
    assert boto3.client("dynamodb").list_tables()["TableNames"] == ["pong-test"], (
        "each stage has its own table"
    )


def test_nothing_changes_without_a_word_of_agreement(site: Site) -> None:
    with pytest.raises(DeploymentFailed, match="YES=1 confirms"):
        site.deploy(package(), yes=False)

    assert site.status is None
    assert site.history == []


def test_a_lost_table_takes_more_than_a_yes(site: Site) -> None:
    site.deploy(package())

    with pytest.raises(DeploymentFailed, match="--lose Table"):
        site.deploy(package(), {"TableName": "another"})
    with pytest.raises(DeploymentFailed, match=r"--lose: there is no resource Tabel\. Did you mean Table\?"):
        site.deploy(package(), {"TableName": "another"}, may_lose=["Tabel"])

    assert site.formation().parameters()["TableName"] == "pong-test"


def test_a_deployment_of_the_same_again_stands_unless_somebody_changed_it_by_hand(site: Site) -> None:
    site.deploy(package())
    site.deploy(package())
    assert [release.number for release in site.history] == [1], (
        "the same again is no release of its own: three of them would push out those to go back to"
    )
    function = site.formation().resources()["Function"]
    boto3.client("lambda").update_function_configuration(FunctionName=function, Timeout=3)

    with pytest.raises(
        DeploymentFailed,
        match=r"Function: has Timeout 3 instead of 10\nWhat was changed by hand has to be undone by hand",
    ):
        site.deploy(package())
    with (
        site.run() as run,
        pytest.raises(DeploymentFailed, match="What was changed by hand has to be undone by hand"),
    ):
        run.tell()


def test_a_schedule_and_a_trigger_that_were_switched_off_by_hand_are_named(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": {"Ref": "Function"}}
    made = package(
        Queue={"Type": "AWS::SQS::Queue", "Properties": {}},
        Trigger={"Type": "AWS::Lambda::EventSourceMapping", "Properties": queue},
        Schedule={"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)"}},
    )
    site.deploy(made)
    with site.run() as run:
        run.tell()
    ids = site.formation().resources()
    boto3.client("events").disable_rule(Name=ids["Schedule"])
    boto3.client("lambda").update_event_source_mapping(UUID=ids["Trigger"], Enabled=False)

    with site.run() as run, pytest.raises(DeploymentFailed):
        run.tell()
    told = capsys.readouterr().err.splitlines()
    assert {line for line in told if line.startswith("trigger ")} == {
        "trigger Schedule differs: off instead of on",
        "trigger Trigger differs: off instead of on",
    }


def test_a_stack_that_is_half_done_is_no_success_even_if_all_that_is_compared_agrees(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.deploy(package())
    with site.run() as run:
        run.tell()
        monkeypatch.setattr("infra.deploy.formation.Formation.status", lambda _: "UPDATE_ROLLBACK_FAILED")
        with pytest.raises(DeploymentFailed, match="UPDATE_ROLLBACK_FAILED: the update failed, and so did"):
            run.tell()


def test_a_failed_creation_says_what_failed_first_and_the_next_one_begins_anew(site: Site) -> None:
    with pytest.raises(
        DeploymentFailed,
        match=r"The creation of pong-test failed(.|\n)*Broken .*FAILED: Lambda function not found",
    ):
        site.deploy(package(Broken=ADDRESS_OF_NOTHING))
    assert "pong-test" not in boto3.client("dynamodb").list_tables()["TableNames"], (
        "the table was left behind"
    )
    with site.run() as run, pytest.raises(DeploymentFailed, match="ROLLBACK_COMPLETE: the creation failed"):
        run.tell()
    assert bucket_of(site.formation(), "another") == "another", "the first one may be why it failed"

    site.deploy(package())
    assert [release.standing for release in site.history] == [Standing.GOOD]


def test_a_failed_update_says_what_failed_first_and_the_release_before_stands(site: Site) -> None:
    site.deploy(package(), {"PointsToWin": "7"})
    with pytest.raises(
        DeploymentFailed,
        match=r"The update of pong-test failed(.|\n)*Broken .*FAILED: Lambda function not found",
    ):
        site.deploy(package(Broken=ADDRESS_OF_NOTHING), {"PointsToWin": "9"})

    assert site.variable("POINTS_TO_WIN") == "7"
    assert [release.standing for release in site.history] == [Standing.GOOD, Standing.LEFT]


def test_a_release_that_does_not_work_gives_way_to_the_one_before(site: Site) -> None:
    site.deploy(package())
    before = site.formation().parameters()["CodeKey"]

    with pytest.raises(DeploymentFailed, match=r"The smoke test fails: GET .*/users/me/ answers 500"):
        site.deploy(package(BROKEN), {"PointsToWin": "9"})

    assert site.formation().parameters()["CodeKey"] == before
    assert site.variable("POINTS_TO_WIN") == "5"


def test_a_run_that_has_lost_its_lock_leaves_the_stack_to_the_run_that_has_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.deploy(package())
    run = site.run()
    formation = site.formation()

    def another_run_begins(*_: object, **__: object) -> str:
        run.lock._lost = "another has taken it"
        values = {**formation.parameters(), "PointsToWin": "9"}
        request = {"TemplateBody": json.dumps(package().template), "Parameters": as_parameters(values)}
        formation.prepare("of-another-run", "UPDATE", request)
        return "no answer"

    monkeypatch.setattr("infra.deploy.smoke.problem", another_run_begins)

    with run as deployment, pytest.raises(DeploymentFailed, match=r"no answer(.|\n)*The lock is lost"):
        deployment.deploy(package(HANDLER + "# changed"), {})

    assert formation.left_over() == ["of-another-run"]


def test_the_way_back_leads_through_the_last_three_releases(site: Site) -> None:
    for points in "1234":
        site.deploy(package(HANDLER + f"# {points}"), {"PointsToWin": points})

    assert [release.number for release in site.history] == [2, 3, 4]
    with pytest.raises(DeploymentFailed, match="has no release 1 to go back to; it has 2, 3, 4"):
        site.roll_back(1)
    site.roll_back()
    assert site.variable("POINTS_TO_WIN") == "3"
    site.roll_back()
    assert site.variable("POINTS_TO_WIN") == "2"
    with pytest.raises(DeploymentFailed, match="no release to go back to"):
        site.roll_back()


def test_table_and_bucket_outlive_the_stack_and_the_next_one_adopts_them(site: Site) -> None:
    site.deploy(package())
    database, ids = boto3.client("dynamodb"), site.formation().resources()
    database.put_item(TableName="pong-test", Item={"pk": {"S": "USER#1"}})

    site.undeploy(delete_data=False)
    assert site.status is None
    site.deploy(package())

    again = site.formation().resources()
    assert {name: again[name] for name in ("Table", "Exports")} == {
        name: ids[name] for name in ("Table", "Exports")
    }
    assert database.scan(TableName="pong-test")["Count"] == 1


def test_a_stack_is_made_anew_around_a_table_that_was_restored_by_the_documented_commands(site: Site) -> None:
    made = package()
    resources = made.template["Resources"]
    resources["Table"]["Properties"] |= {
        name: WHOLE["Resources"]["Table"]["Properties"][name]
        for name in ("StreamSpecification", "TimeToLiveSpecification", "PointInTimeRecoverySpecification")
    }
    variables = resources["Function"]["Properties"]["Environment"]["Variables"]
    variables["STREAM"] = {"Fn::GetAtt": ["Table", "StreamArn"]}
    site.deploy(made, {"TableName": "pong", "PointsToWin": "7"})
    database = boto3.client("dynamodb")
    database.put_item(TableName="pong", Item={"pk": {"S": "USER#1"}})

    commands = documented_commands("## Backup and restore")
    assert [name for name, _ in commands[:5]] == [
        "restore_table_to_point_in_time",
        "wait",
        "update_table",
        "update_time_to_live",
        "update_continuous_backups",
    ]
    for name, options in commands[:5]:
        if name != "wait":
            getattr(database, name)(**options)
    site.undeploy(delete_data=False)
    site.deploy(made, {"TableName": "pong-restored"})

    table = database.describe_table(TableName="pong-restored")["Table"]
    assert site.formation().resources()["Table"] == "pong-restored"
    assert site.artefacts.kept()["Table"]["id"] == "pong-restored"
    assert site.variable("STREAM") == table["LatestStreamArn"]
    assert site.variable("POINTS_TO_WIN") == "7"
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    expiry = database.describe_time_to_live(TableName="pong-restored")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert database.scan(TableName="pong-restored")["Count"] == 1
    assert "pong" in database.list_tables()["TableNames"]


def documented_commands(section: str) -> list[tuple[str, dict[str, Any]]]:
    """The commands `aws dynamodb …` of a section's blocks, as boto3 calls them."""
    text = (ROOT / "docs/operations.md").read_text("utf-8").split(f"{section}\n")[1].split("\n## ")[0]
    text = text.replace("\\\n", "")
    found = []
    for line in re.findall(r"^ +aws dynamodb (.*)$", text, re.MULTILINE):
        name, *words = line.replace("<time>", "2026-11-27T00:00:00Z").split()
        options = {
            camel(option.removeprefix("--")): specification(value)
            for option, value in pairwise(words)
            if option.startswith("--")
        }
        found.append((name.replace("-", "_"), options))
    return found


def specification(value: str) -> Any:
    """A value in the short form of AWS's command: A=true,B=text."""
    if "=" not in value:
        return value
    pairs = [pair.split("=") for pair in value.split(",")]
    return {name: True if text == "true" else text for name, text in pairs}


def test_nothing_is_left_of_a_stack_that_goes_with_its_data(site: Site) -> None:
    site.deploy(package())
    bucket = site.formation().resources()["Exports"]
    boto3.client("s3").put_object(Bucket=bucket, Key="a", Body=b"file")

    site.undeploy(delete_data=True)

    assert site.status is None
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    assert [found["Name"] for found in boto3.client("s3").list_buckets()["Buckets"]] == [site.bucket]
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=site.bucket)


def test_one_function_gets_the_code_of_this_directory_until_the_next_deployment(site: Site) -> None:
    site.deploy(package())
    one_function.update(site.formation(), site.artefacts, Person("pong-test", yes=True), "function")
    with pytest.raises(DeploymentFailed, match="has no function nothing"):
        one_function.update(site.formation(), site.artefacts, Person("pong-test", yes=True), "nothing")

    with site.run() as run, pytest.raises(DeploymentFailed, match="make deploy, make rollback"):
        run.tell()
    site.deploy(package())
    with site.run() as run:
        run.tell()


def test_a_package_gets_our_sources_and_keeps_its_libraries() -> None:
    before = io.BytesIO()
    with zipfile.ZipFile(before, "w") as archive:
        archive.writestr("functions/old.py", "")
        archive.writestr("library/module.py", "")

    with zipfile.ZipFile(io.BytesIO(one_function.with_sources(before.getvalue()))) as made:
        names = set(made.namelist())

    assert {"library/module.py", "functions/users/get_me.py", "shared/settings.py"} <= names
    assert "functions/old.py" not in names
