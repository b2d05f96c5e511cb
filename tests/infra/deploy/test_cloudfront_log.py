"""What happens beside the stack of a deployment."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from infra.deploy import cloudfront_log
from tests.infra.deploy.conftest import Site

FOUND = {"DistributionId": "E1", "AccessLogsBucketArn": "arn:aws:s3:::logs", "ApiId": "a"}


@mock_aws
def test_cloudfronts_log_is_a_stack_of_its_own_in_the_one_region_that_delivers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")

    cloudfront_log.deploy("pong", FOUND, every_seconds=0.1)

    (stack,) = boto3.client("cloudformation", "us-east-1").describe_stacks()["Stacks"]
    assert (stack["StackName"], stack["StackStatus"]) == ("pong-cloudfront-logs", "CREATE_COMPLETE")
    given = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
    assert given == {name: FOUND[name] for name in ("DistributionId", "AccessLogsBucketArn")}


def test_a_stack_without_a_distribution_has_none_beside_it(site: Site) -> None:
    cloudfront_log.deploy("pong", {"ApiId": "a"})

    assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []
