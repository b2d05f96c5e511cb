"""The CloudWatch dashboard: graphs of the product (static/dashboard.yaml), then all alarms and their graphs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.cloud.cloudformation import Part, load, resource, sub

Widget = dict[str, Any]

# Sizes on CloudWatch's grid, which is 24 wide; it places widgets without a place one after the other.
GRAPH = {"type": "metric", "width": 8, "height": 6}
ALARM_GRAPH = {"type": "metric", "width": 6, "height": 4}
STATES = {"type": "alarm", "width": 24, "height": 4}


def fragment(alarms: Mapping[str, Part]) -> Part:
    """The dashboard. `alarms` are resources by name; those with a condition are shown where it holds."""
    alarms = {name: made for name, made in alarms.items() if made["Type"] == "AWS::CloudWatch::Alarm"}
    always = [name for name, made in alarms.items() if "Condition" not in made]
    parts: list[Any] = [sub('{"widgets": [' + _text([*_product(), *_watched("Alarms", always)]))]
    for condition in sorted({made["Condition"] for made in alarms.values() if "Condition" in made}):
        names = [name for name, made in alarms.items() if made.get("Condition") == condition]
        more = sub(", " + _text(_watched(f"Alarms where {condition}", names)))
        parts.append({"Fn::If": [condition, more, ""]})
    body = {"Fn::Join": ["", [*parts, "]}"]]}
    properties = {"DashboardName": {"Ref": "AWS::StackName"}, "DashboardBody": body}
    return {"Resources": {"Dashboard": resource("CloudWatch::Dashboard", properties)}}


def _product() -> list[Widget]:
    """The graphs of dashboard.yaml."""
    region = {"region": "${AWS::Region}", "period": 60, "view": "timeSeries"}
    return [{**GRAPH, "properties": {**region, **graph}} for graph in load("dashboard")["Graphs"]]


def _watched(title: str, names: Sequence[str]) -> list[Widget]:
    """The states of alarms, and their graphs with the thresholds."""
    arns = {name: f"${{{name}.Arn}}" for name in names}
    states = {**STATES, "properties": {"title": title, "alarms": list(arns.values())}}
    graphs = [
        {
            **ALARM_GRAPH,
            "properties": {"title": name, "region": "${AWS::Region}", "annotations": {"alarms": [arn]}},
        }
        for name, arn in arns.items()
    ]
    return [states, *graphs]


def _text(widgets: Sequence[Widget]) -> str:
    """Elements of a JSON list."""
    return ", ".join(json.dumps(widget) for widget in widgets)
