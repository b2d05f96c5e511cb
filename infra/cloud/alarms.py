"""Alarms: the static ones, and one for each task and state machine."""

from __future__ import annotations

from collections.abc import Sequence

from infra.cloud import machines
from infra.cloud.cloudformation import Part, camel, load, ref, resource
from infra.cloud.functions import Function


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
        alarms[f"{camel(name)}Failed"] = _alarm(
            defaults,
            AlarmDescription=f"Executions of {name} fail",
            Namespace="AWS/States",
            MetricName="ExecutionsFailed",
            Dimensions=[{"Name": "StateMachineArn", "Value": ref(machines.machine_id(name))}],
        )
    return made


def _alarm(defaults: Part, **properties: object) -> Part:
    return resource("CloudWatch::Alarm", {**defaults, "Statistic": "Sum", **properties})
