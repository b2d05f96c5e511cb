"""Alarms and dashboard watch metrics that are there, and the person on call finds each alarm in the documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from infra.cloud import functions, machines, template
from shared.metrics import METRICS, NAMESPACE
from shared.security_events import SecurityEvent
from tests.support.engine import ROOT

TEMPLATE = template.whole()
PUBLISHED: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("published_metrics.yaml").read_text())
ALARMS: dict[str, dict[str, Any]] = {
    name: made["Properties"]
    for name, made in TEMPLATE["Resources"].items()
    if made["Type"] == "AWS::CloudWatch::Alarm"
}
SECURITY = {event.metric for event in SecurityEvent}


class Watched(NamedTuple):
    """A metric as something watches it."""

    namespace: str
    name: str
    dimensions: tuple[str, ...]


def of_alarm(alarm: Mapping[str, Any]) -> Watched:
    dimensions = sorted(dimension["Name"] for dimension in alarm.get("Dimensions", ()))
    return Watched(alarm["Namespace"], alarm["MetricName"], tuple(dimensions))


def is_published(watched: Watched) -> bool:
    """Whether a metric is counted under exactly these dimensions."""
    if watched.namespace == NAMESPACE:
        sets = [["Stack"]] if watched.name in METRICS.keys() | SECURITY else []
        sets += [["Mode", "Stack"]] if watched.name in METRICS and METRICS[watched.name].by_mode else []
    else:
        sets = PUBLISHED.get(watched.namespace, {"metrics": {}})["metrics"].get(watched.name, [])
    return list(watched.dimensions) in sets


def test_the_published_sets_of_dimensions_are_sorted() -> None:
    for service in PUBLISHED.values():
        for sets in service["metrics"].values():
            assert all(dimensions == sorted(dimensions) for dimensions in sets)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_is_counted_under_its_dimensions(name: str) -> None:
    assert is_published(of_alarm(ALARMS[name]))


@pytest.mark.parametrize(
    "never_fires",
    [
        Watched("AWS/DynamoDB", "ThrottledRequests", ("TableName",)),
        Watched("AWS/DynamoDB", "SystemErrors", ("TableName",)),
        Watched("AWS/States", "ExecutionsFailed", ()),
        Watched("AWS/States", "ExecutionsTimedout", ("StateMachineArn",)),
        Watched("Pong", "LoginFailed", ()),
        Watched("Pong", "LoginFailed", ("Mode", "Stack")),
        Watched("Pong", "LoginsFailed", ("Stack",)),
        Watched("AWS/Lambdas", "Errors", ("FunctionName",)),
    ],
)
def test_an_alarm_that_can_never_fire_would_be_found(never_fires: Watched) -> None:
    assert not is_published(never_fires)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_somebody_and_has_one_statistic(name: str) -> None:
    alarm = ALARMS[name]

    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    assert ("Statistic" in alarm) != ("ExtendedStatistic" in alarm)


def test_somebody_is_told_of_every_task_that_fails_and_of_every_bad_end_of_an_execution() -> None:
    watched = {
        (alarm["MetricName"], json.dumps(dimension["Value"]))
        for alarm in ALARMS.values()
        for dimension in alarm.get("Dimensions", ())
    }

    for task in functions.tasks():
        assert ("Errors", json.dumps({"Ref": task.logical_id})) in watched
    for machine in machines.machine_ids():
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"):
            assert (metric, json.dumps({"Ref": machine})) in watched


def test_somebody_is_told_when_the_schedule_of_the_sweep_is_switched_off() -> None:
    """Then there is no error and no failed call, only no data."""
    alarm = ALARMS["NoSweeps"]
    watched = {
        key: alarm[key] for key in ("MetricName", "ComparisonOperator", "Threshold", "TreatMissingData")
    }

    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "SweepOverdue"}}]
    assert watched == {
        "MetricName": "Invocations",
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "TreatMissingData": "breaching",
    }


def test_somebody_is_told_of_every_security_event_but_sessions_that_their_owner_ends() -> None:
    watched = {alarm["MetricName"] for alarm in ALARMS.values() if alarm["Namespace"] == NAMESPACE}

    wanted = {event.metric for event in SecurityEvent if event is not SecurityEvent.SESSIONS_ENDED}
    assert watched & SECURITY == wanted
    assert "LimiterFailures" in watched


def test_every_warning_that_counts_is_among_the_metrics() -> None:
    code = "".join(file.read_text("utf-8") for file in (ROOT / "shared").rglob("*.py"))
    counted = set(re.findall(r"\bcount\(\s*\"(\w+)\"", code))

    assert counted
    assert counted <= METRICS.keys()


# ── the dashboard ────────────────────────────────────────────────────────────────────────────────────────


def widgets(*, condition: bool) -> list[dict[str, Any]]:
    """The widgets as CloudWatch gets them, with names in place of values."""
    text = ""
    for part in TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Join"][1]:
        chosen = part["Fn::If"][1 if condition else 2] if "Fn::If" in part else part
        text += chosen["Fn::Sub"] if isinstance(chosen, dict) else chosen
    found: list[dict[str, Any]] = json.loads(text)["widgets"]
    return found


def graphed() -> Iterator[Watched]:
    for widget in widgets(condition=True):
        for metric in widget["properties"].get("metrics", ()):
            words = [word for word in metric if isinstance(word, str)]
            if words:
                yield Watched(words[0], words[1], tuple(sorted(words[2::2])))


def test_the_dashboard_shows_metrics_that_are_there_and_all_of_the_products_own() -> None:
    shown = set(graphed())

    assert [watched for watched in shown if not is_published(watched)] == []
    alarmed = {alarm["MetricName"] for alarm in ALARMS.values()}
    assert METRICS.keys() - {watched.name for watched in shown} <= alarmed


@pytest.mark.parametrize("condition", [False, True], ids=["without a container", "with one"])
def test_the_dashboard_shows_the_alarms_that_are_there(condition: bool) -> None:
    resources = TEMPLATE["Resources"]
    there = {name for name in ALARMS if condition or "Condition" not in resources[name]}
    states: set[str] = set()
    graphs: set[str] = set()
    for widget in widgets(condition=condition):
        properties = widget["properties"]
        states.update(properties.get("alarms", ()))
        graphs.update(properties.get("annotations", {}).get("alarms", ()))

    assert states == graphs == {f"${{{name}.Arn}}" for name in there}


# ── the documentation ────────────────────────────────────────────────────────────────────────────────────


def documented() -> set[str]:
    """The alarms in the first column of the table for the person on call."""
    section = (ROOT / "docs/operations.md").read_text("utf-8").split("## On call\n")[1].split("\n##")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_person_on_call_finds_every_alarm_and_no_other() -> None:
    kinds = {"…Errors": [f"{task.logical_id}Errors" for task in functions.tasks()]}
    for end in ("Failed", "TimedOut", "Aborted"):
        kinds[f"…{end}"] = [machine.removesuffix("Machine") + end for machine in machines.machine_ids()]
    found = documented()

    wanted = set(ALARMS) - {name for names in kinds.values() for name in names}
    assert found == wanted | kinds.keys()


@pytest.mark.parametrize("name", machines.definitions())
def test_an_execution_can_time_out(name: str) -> None:
    assert machines.definitions()[name]["TimeoutSeconds"] == 7 * 24 * 3600
