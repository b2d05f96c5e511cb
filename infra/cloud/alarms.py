"""Alarms: the static ones, and those for each task, state machine and schedule."""

from __future__ import annotations

from collections.abc import Sequence

from infra.cloud import machines
from infra.cloud.cloudformation import Part, camel, load, ref, resource
from infra.cloud.functions import Function

ENDS = {"Failed": "fail", "TimedOut": "time out", "Aborted": "are aborted"}
"""The bad ends of an execution, each a metric of its own, in words."""


def fragment(functions: Sequence[Function]) -> Part:
    """All alarms, and the topic that they go to."""
    made = load("alarms")
    defaults, alarms = made["Defaults"], made["Resources"]
    for task in functions:
        if task.is_task:
            alarms[f"{task.logical_id}Errors"] = _alarm(
                defaults,
                AlarmDescription=f"The task {task.name} fails",
                Namespace="AWS/Lambda",
                MetricName="Errors",
                Dimensions=[{"Name": "FunctionName", "Value": ref(task.logical_id)}],
            )
    for name in machines.definitions():
        for end, words in ENDS.items():
            alarms[f"{camel(name)}{end}"] = _alarm(
                defaults,
                AlarmDescription=f"Executions of {name} {words}",
                Namespace="AWS/States",
                MetricName=f"Executions{end}",
                Dimensions=[{"Name": "StateMachineArn", "Value": ref(machines.machine_id(name))}],
            )
    for name, schedule in load("schedules")["Resources"].items():
        if schedule["Type"] == "AWS::Events::Rule":
            alarms[f"{name}Failed"] = _alarm(
                defaults,
                AlarmDescription=f"{name} doesn't start what it should",
                Namespace="AWS/Events",
                MetricName="FailedInvocations",
                Dimensions=[{"Name": "RuleName", "Value": ref(name)}],
            )
    return made


def _alarm(defaults: Part, **properties: object) -> Part:
    return resource("CloudWatch::Alarm", {**defaults, "Statistic": "Sum", **properties})
