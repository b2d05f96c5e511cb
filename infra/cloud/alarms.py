"""What somebody should be told of: alarms, and a topic that they go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.cloud import live, machines
from infra.cloud.api import STAGE
from infra.cloud.functions import Function
from infra.cloud.values import Resource, attribute, camel, ref, resource

TOPIC = "Alarms"
MINUTE = 60

PARAMETERS = {
    "AlarmEmail": {"Type": "String", "Default": "", "Description": "Who gets the alarms; empty: nobody"},
}
CONDITIONS = {"HasAlarmEmail": {"Fn::Not": [{"Fn::Equals": [ref("AlarmEmail"), ""]}]}}


def resources(functions: Sequence[Function]) -> dict[str, Resource]:
    """Alarms for everything that a player would notice or that waits for a person."""
    api = {"ApiName": ref("AWS::StackName"), "Stage": STAGE}
    table = {"TableName": ref("TableName")}
    made = {
        TOPIC: resource("SNS::Topic", {}),
        "AlarmMail": resource(
            "SNS::Subscription",
            {"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": ref("AlarmEmail")},
            condition="HasAlarmEmail",
        ),
        "ApiErrors": _alarm("The API answers 5xx", "AWS/ApiGateway", "5XXError", api, above=5),
        "ApiSlow": _alarm(
            "Half of the answers take more than a second",
            "AWS/ApiGateway",
            "Latency",
            api,
            above=1000,
            statistic="p50",
            minutes=5,
        ),
        "FunctionsThrottled": _alarm(
            "Functions of the account are throttled: raise its concurrency", "AWS/Lambda", "Throttles", {}
        ),
        "TimersLost": _alarm(
            "Timers could not be started and lie in the queue of failures",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": attribute(machines.FAILURES, "QueueName")},
            statistic="Maximum",
        ),
        "TimersLate": _alarm(
            "Timers are started a minute late or more",
            "AWS/Lambda",
            "IteratorAge",
            {"FunctionName": ref(machines.TRIGGER)},
            above=MINUTE * 1000,
            statistic="Maximum",
        ),
        "TableErrors": _alarm("DynamoDB fails", "AWS/DynamoDB", "SystemErrors", table, above=5),
        "TableThrottled": _alarm(
            "The table is over its capacity", "AWS/DynamoDB", "ThrottledRequests", table, above=10
        ),
        "NoContainer": _alarm(
            "No SSE container is healthy: nobody gets events",
            "AWS/ApplicationELB",
            "HealthyHostCount",
            {
                "TargetGroup": attribute("Containers", "TargetGroupFullName"),
                "LoadBalancer": attribute("Balancer", "LoadBalancerFullName"),
            },
            above=1,
            comparison="LessThanThreshold",
            statistic="Minimum",
            missing="breaching",
            minutes=2,
        ),
    }
    made["NoContainer"]["Condition"] = live.CONDITION
    for function in functions:
        if function.is_task:
            made[f"{function.logical_id}Errors"] = _alarm(
                f"The task {function.name} fails",
                "AWS/Lambda",
                "Errors",
                {"FunctionName": ref(function.logical_id)},
            )
    for name in machines.definitions():
        made[f"{camel(name)}Failed"] = _alarm(
            f"Executions of {name} fail",
            "AWS/States",
            "ExecutionsFailed",
            {"StateMachineArn": ref(machines.machine_id(name))},
        )
    return made


def _alarm(
    description: str,
    namespace: str,
    metric: str,
    dimensions: dict[str, Any],
    *,
    above: int = 0,
    statistic: str = "Sum",
    comparison: str = "GreaterThanThreshold",
    missing: str = "notBreaching",
    minutes: int = 1,
) -> Resource:
    kind = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return resource(
        "CloudWatch::Alarm",
        {
            "AlarmDescription": description,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            kind: statistic,
            "Period": MINUTE,
            "EvaluationPeriods": minutes,
            "ComparisonOperator": comparison,
            "Threshold": above,
            "TreatMissingData": missing,
            "AlarmActions": [ref(TOPIC)],
            "OKActions": [ref(TOPIC)],
        },
    )
