"""The SSE container on Fargate behind a load balancer, in a small network of its own.

Made only where the stack is given an image (condition HasContainer): on a laptop the SSE process runs by itself.
"""

from __future__ import annotations

from infra.cloud import data, grants, parameters
from infra.cloud.functions import table_access
from infra.cloud.values import Resource, allow, attribute, log_group, may_log, ref, resource, role, sub

CONDITION = "HasContainer"

PORT = 8001
LOG_DAYS = 30

NETWORK = "10.71.0.0/16"
SUBNETS = ("10.71.0.0/20", "10.71.16.0/20")

STOP_SECONDS = 60
"""How long a container may take to end its streams and take its users offline."""

IDLE_SECONDS = 120
"""A stream says something every 15 s; the load balancer's default of 60 s is too near for comfort."""

CPU_PERCENT = 60

STARTS: tuple[grants.Name, ...] = (
    ("shared.store.accounts.users", "read_user"),
    ("shared.auth.tokens", "read_token"),
    ("shared.usecases.accounts.presence", "come_online"),
    ("shared.usecases.accounts.presence", "go_offline"),
    ("shared.usecases.accounts.presence", "renew_lease"),
    ("shared.usecases.accounts.presence", "reap"),
    ("shared.usecases.accounts.presence", "release"),
    ("shared.store.checkpoints", "save_mark"),
    ("shared.store.checkpoints", "read_marks"),
    ("shared.store.checkpoints", "drop_marks"),
)
"""What the container calls of what it shares with the functions."""

PARAMETERS = {
    "SseImage": {
        "Type": "String",
        "Default": "",
        "Description": "The SSE container's image; empty: no container, network and domain are made",
    },
    "MaxSseTasks": {
        "Type": "Number",
        "Default": 1,
        "MaxValue": 2,
        "Description": "Containers at most; a shard of the stream has two readers at best, the timers are one",
    },
}


def resources() -> dict[str, Resource]:
    """Network, load balancer, service and its scaling."""
    made = {**_network(), **_balancer(), **_service(), **_scaling()}
    for part in made.values():
        part["Condition"] = CONDITION
    return made


def _network() -> dict[str, Resource]:
    """Two public subnets: a container needs no NAT gateway to reach AWS, and nobody reaches it but the balancer."""
    made = {
        "Network": resource(
            "EC2::VPC", {"CidrBlock": NETWORK, "EnableDnsHostnames": True, "EnableDnsSupport": True}
        ),
        "Gateway": resource("EC2::InternetGateway"),
        "GatewayAttachment": resource(
            "EC2::VPCGatewayAttachment", {"VpcId": ref("Network"), "InternetGatewayId": ref("Gateway")}
        ),
        "Routes": resource("EC2::RouteTable", {"VpcId": ref("Network")}),
        "DefaultRoute": resource(
            "EC2::Route",
            {
                "RouteTableId": ref("Routes"),
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": ref("Gateway"),
            },
            depends_on=["GatewayAttachment"],
        ),
        "TableEndpoint": resource(
            "EC2::VPCEndpoint",
            {
                "VpcId": ref("Network"),
                "ServiceName": sub("com.amazonaws.${AWS::Region}.dynamodb"),
                "VpcEndpointType": "Gateway",
                "RouteTableIds": [ref("Routes")],
            },
        ),
    }
    for number, block in enumerate(SUBNETS):
        zone = {"Fn::Select": [number, {"Fn::GetAZs": ""}]}
        made[f"Subnet{number}"] = resource(
            "EC2::Subnet", {"VpcId": ref("Network"), "CidrBlock": block, "AvailabilityZone": zone}
        )
        made[f"Subnet{number}Routes"] = resource(
            "EC2::SubnetRouteTableAssociation",
            {"SubnetId": ref(f"Subnet{number}"), "RouteTableId": ref("Routes")},
        )
    return made


def _subnets() -> list[dict[str, str]]:
    return [ref(f"Subnet{number}") for number in range(len(SUBNETS))]


def _balancer() -> dict[str, Resource]:
    """Inside the network: CloudFront reaches it by a VPC origin, the internet doesn't."""
    inside = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": NETWORK}
    to_container = {
        "IpProtocol": "tcp",
        "FromPort": PORT,
        "ToPort": PORT,
        "SourceSecurityGroupId": ref("BalancerAccess"),
    }
    return {
        "BalancerAccess": resource(
            "EC2::SecurityGroup",
            {
                "GroupDescription": "Who may reach the load balancer of the event streams",
                "VpcId": ref("Network"),
                "SecurityGroupIngress": [inside],
            },
        ),
        "ContainerAccess": resource(
            "EC2::SecurityGroup",
            {
                "GroupDescription": "Who may reach the SSE container",
                "VpcId": ref("Network"),
                "SecurityGroupIngress": [to_container],
            },
        ),
        "Balancer": resource(
            "ElasticLoadBalancingV2::LoadBalancer",
            {
                "Scheme": "internal",
                "Type": "application",
                "Subnets": _subnets(),
                "SecurityGroups": [ref("BalancerAccess")],
                "LoadBalancerAttributes": [
                    {"Key": "idle_timeout.timeout_seconds", "Value": str(IDLE_SECONDS)},
                    {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
                ],
            },
            depends_on=["GatewayAttachment"],
        ),
        "Containers": resource(
            "ElasticLoadBalancingV2::TargetGroup",
            {
                "VpcId": ref("Network"),
                "TargetType": "ip",
                "Protocol": "HTTP",
                "Port": PORT,
                "HealthCheckPath": "/healthz",
                "HealthCheckIntervalSeconds": 10,
                "HealthCheckTimeoutSeconds": 5,
                "HealthyThresholdCount": 2,
                "UnhealthyThresholdCount": 3,
                # The container ends its streams itself when it is told to stop; there is nothing to wait for.
                "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}],
            },
        ),
        "Listener": resource(
            "ElasticLoadBalancingV2::Listener",
            {
                "LoadBalancerArn": ref("Balancer"),
                "Protocol": "HTTP",
                "Port": 80,
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": ref("Containers")}],
            },
        ),
    }


def grant() -> grants.Grant:
    """What the container may do with the table, by its code."""
    return grants.grant(STARTS)


def _service() -> dict[str, Resource]:
    stream = ["DescribeStream", "GetRecords", "GetShardIterator"]
    environment = {
        "TABLE_NAME": ref("TableName"),
        "PUBLIC_URL": ref("PublicUrl"),
        "JWT_SECRET_ID": ref(data.SECRET),
        "SSE_HOST": "0.0.0.0",  # noqa: S104 - inside its network; the security group says who gets there
        "SSE_PORT": str(PORT),
        "AWS_REGION": ref("AWS::Region"),
        "AWS_DEFAULT_REGION": ref("AWS::Region"),
        **parameters.variables(parameters.STREAM_SETTINGS),
    }
    container = {
        "Name": "sse",
        "Image": ref("SseImage"),
        "Essential": True,
        "PortMappings": [{"ContainerPort": PORT}],
        "Environment": [{"Name": name, "Value": value} for name, value in environment.items()],
        "StopTimeout": STOP_SECONDS,
        "Ulimits": [{"Name": "nofile", "SoftLimit": 65536, "HardLimit": 65536}],
        "ReadonlyRootFilesystem": True,
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
                "awslogs-group": ref("ContainerLogs"),
                "awslogs-region": ref("AWS::Region"),
                "awslogs-stream-prefix": "sse",
            },
        },
    }
    image_pull = allow(
        [
            "ecr:GetAuthorizationToken",
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage",
        ],
        "*",
    )
    return {
        "ContainerLogs": log_group(LOG_DAYS),
        "ContainerRole": role(
            "ecs-tasks.amazonaws.com",
            [
                table_access(grant()),
                allow(["dynamodb:DescribeTable"], attribute(data.TABLE, "Arn")),
                allow([f"dynamodb:{action}" for action in stream], attribute(data.TABLE, "StreamArn")),
                allow(["dynamodb:ListStreams"], "*"),
                allow(["secretsmanager:GetSecretValue"], ref(data.SECRET)),
            ],
        ),
        "ContainerStartRole": role("ecs-tasks.amazonaws.com", [image_pull, may_log("ContainerLogs")]),
        "Cluster": resource("ECS::Cluster", {}),
        "ContainerTask": resource(
            "ECS::TaskDefinition",
            {
                "Family": sub("${AWS::StackName}-sse"),
                "RequiresCompatibilities": ["FARGATE"],
                "NetworkMode": "awsvpc",
                "Cpu": "512",
                "Memory": "1024",
                "TaskRoleArn": attribute("ContainerRole", "Arn"),
                "ExecutionRoleArn": attribute("ContainerStartRole", "Arn"),
                "ContainerDefinitions": [container],
            },
        ),
        "Service": resource(
            "ECS::Service",
            {
                "Cluster": ref("Cluster"),
                "TaskDefinition": ref("ContainerTask"),
                "LaunchType": "FARGATE",
                "DesiredCount": 1,
                # A new container is there before the old one goes: clients resume at once.
                "DeploymentConfiguration": {
                    "MinimumHealthyPercent": 100,
                    "MaximumPercent": 200,
                    "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
                },
                "HealthCheckGracePeriodSeconds": 60,
                "NetworkConfiguration": {
                    "AwsvpcConfiguration": {
                        "Subnets": _subnets(),
                        "SecurityGroups": [ref("ContainerAccess")],
                        "AssignPublicIp": "ENABLED",
                    }
                },
                "LoadBalancers": [
                    {
                        "ContainerName": "sse",
                        "ContainerPort": PORT,
                        "TargetGroupArn": ref("Containers"),
                    }
                ],
            },
            depends_on=["Listener", "DefaultRoute"],
        ),
    }


def _scaling() -> dict[str, Resource]:
    """More containers when one is busy, as far as the stream's readers allow."""
    return {
        "ServiceSize": resource(
            "ApplicationAutoScaling::ScalableTarget",
            {
                "ServiceNamespace": "ecs",
                "ScalableDimension": "ecs:service:DesiredCount",
                "ResourceId": sub("service/${Cluster}/${Service.Name}"),
                "MinCapacity": 1,
                "MaxCapacity": ref("MaxSseTasks"),
            },
        ),
        "ServiceScaling": resource(
            "ApplicationAutoScaling::ScalingPolicy",
            {
                "PolicyName": "cpu",
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": ref("ServiceSize"),
                "TargetTrackingScalingPolicyConfiguration": {
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                    },
                    "TargetValue": CPU_PERCENT,
                    "ScaleInCooldown": 300,
                    "ScaleOutCooldown": 60,
                },
            },
        ),
    }
