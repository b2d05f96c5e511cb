"""The game server and the web page in the template."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest

from infra import web_page
from infra.deploy import page
from shared.settings import Settings
from tests.infra.test_template import GAME_PATH, WHOLE, behaviours, resources

CLOUDFRONTS_NAMES = {
    "ContentSecurityPolicy": "Content-Security-Policy",
    "ReferrerPolicy": "Referrer-Policy",
}
"""What a policy calls the headers that it sets."""


def value_of(expression: Any, given: dict[str, str], conditions: dict[str, bool]) -> Any:
    """What CloudFormation makes of an expression."""

    def inner(part: Any) -> Any:
        return value_of(part, given, conditions)

    if not isinstance(expression, dict):
        return expression
    ((function, argument),) = expression.items()
    match function:
        case "Ref":
            return given[argument]
        case "Fn::If":
            return inner(argument[1] if conditions[argument[0]] else argument[2])
        case "Fn::Split":
            return inner(argument[1]).split(argument[0])
        case "Fn::Select":
            return inner(argument[1])[argument[0]]
        case "Fn::Join":
            return argument[0].join(inner(argument[1]))
        case "Fn::Sub":
            text, own = argument if isinstance(argument, list) else (argument, {})
            for name, value in {**given, **{n: inner(v) for n, v in own.items()}}.items():
                text = text.replace(f"${{{name}}}", value if isinstance(value, str) else "")
            return text
    raise AssertionError(f"{function} is not expected here")


def environment() -> dict[str, Any]:
    (container,) = resources("ECS::TaskDefinition")["GameTask"]["ContainerDefinitions"]
    return {one["Name"]: one["Value"] for one in container["Environment"]}


# ── the game server ──────────────────────────────────────────────────────────────────────────────────────


def test_without_an_image_nothing_of_the_game_server_is_made_and_it_needs_the_network() -> None:
    made = {name for name, found in WHOLE["Resources"].items() if found.get("Condition") == "HasGame"}

    assert {"GameService", "GameGateway", "GameAddress", "GameRule", "Play", "NoGameServer"} <= made
    assert WHOLE["Parameters"]["GameImage"]["Default"] == ""
    assert {"Condition": "HasContainer"} in WHOLE["Conditions"]["HasGame"]["Fn::And"]


def test_there_is_one_game_server_and_its_successor_starts_when_it_has_ended() -> None:
    service = resources("ECS::Service")["GameService"]
    deployment = service["DeploymentConfiguration"]

    assert service["DesiredCount"] == 1
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (0, 100)
    assert service["AvailabilityZoneRebalancing"] == "DISABLED"
    targets = {
        target["ResourceId"]["Fn::Sub"]
        for target in resources("ApplicationAutoScaling::ScalableTarget").values()
    }
    assert targets == {"service/${Cluster}/${Service.Name}"}


def test_the_game_server_may_read_the_key_of_service_tokens_and_nothing_else() -> None:
    (policy,) = resources("IAM::Role")["GameRole"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert statement["Action"] == ["secretsmanager:GetSecretValue"]
    assert statement["Resource"] == {"Ref": "ServiceSecret"}
    assert environment()["JWT_SERVICE_SECRET_ID"] == {"Ref": "ServiceSecret"}
    assert "JWT_SECRET_ID" not in environment()


def test_only_the_balancer_reaches_the_game_server_which_reaches_https_only() -> None:
    access = resources("EC2::SecurityGroup")["GameAccess"]
    (way_in,), (way_out,) = access["SecurityGroupIngress"], access["SecurityGroupEgress"]
    (container,) = resources("ECS::TaskDefinition")["GameTask"]["ContainerDefinitions"]
    group = resources("ElasticLoadBalancingV2::TargetGroup")["GameServers"]

    assert way_in["SourceSecurityGroupId"] == {"Ref": "BalancerAccess"}
    assert (way_out["FromPort"], way_out["ToPort"]) == (443, 443)
    ports = {way_in["FromPort"], way_in["ToPort"], group["Port"], int(environment()["GAME_PORT"])}
    assert ports == {mapping["ContainerPort"] for mapping in container["PortMappings"]}


def test_the_game_server_calls_the_private_api_from_the_address_that_its_policy_lets_in() -> None:
    service = resources("ECS::Service")["GameService"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    routes = resources("EC2::SubnetRouteTableAssociation")["GameSubnetRoutes"]
    way_out = resources("EC2::Route")["GameDefaultRoute"]
    gateway = resources("EC2::NatGateway")["GameGateway"]
    denied = resources("ApiGateway::RestApi")["Api"]["Policy"]["Statement"][1]

    assert (service["AssignPublicIp"], service["Subnets"]) == ("DISABLED", [routes["SubnetId"]])
    assert routes["RouteTableId"] == way_out["RouteTableId"]
    assert way_out["NatGatewayId"] == {"Ref": "GameGateway"}
    assert gateway["AllocationId"] == {"Fn::GetAtt": ["GameAddress", "AllocationId"]}
    given: dict[str, Any] = {
        "ServiceAddresses": ["203.0.113.0/24", "198.51.100.7/32"],
        "GameAddress": "192.0.2.9",
    }
    let_in = denied["Condition"]["NotIpAddress"]["aws:SourceIp"]
    assert value_of(let_in, given, {"HasGame": True}) == [*given["ServiceAddresses"], "192.0.2.9/32"]
    assert value_of(let_in, given, {"HasGame": False}) == given["ServiceAddresses"]


def test_it_follows_the_matches_at_the_domain_which_does_not_lead_to_the_private_api() -> None:
    assert environment()["PONG_EVENTS_URL"] == {"Ref": "PublicUrl"}
    assert environment()["PONG_URL"]["Fn::Sub"] + "/api" == WHOLE["Outputs"]["ApiUrl"]["Value"]["Fn::Sub"]


def test_players_get_by_the_domain_and_the_balancer_to_the_game_server() -> None:
    rule = resources("ElasticLoadBalancingV2::ListenerRule")["GameRule"]
    (condition,), (action,) = rule["Conditions"], rule["Actions"]
    path = Settings(public_url="https://pong.example.com").game_address.removeprefix("wss://pong.example.com")

    assert condition["PathPatternConfig"]["Values"] == [GAME_PATH] == [f"{path}/*"]
    assert action["TargetGroupArn"] == {"Ref": "GameServers"}
    assert behaviours()[GAME_PATH]["TargetOriginId"] == behaviours()["/sse/*"]["TargetOriginId"]


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("game_url", ["", "wss://game.example.com/play"])
def test_the_page_has_the_headers_that_the_edge_sends(game_url: str) -> None:
    settings = Settings(public_url="https://pong.example.com", game_url=game_url)
    given = {"PublicUrl": settings.public_url, "GameUrl": game_url}
    policy = resources("CloudFront::ResponseHeadersPolicy")[
        behaviours()["*"]["ResponseHeadersPolicyId"]["Ref"]
    ]
    config = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    sent = {
        header: value_of(config[name][name], given, {"HasGameUrl": bool(game_url)})
        for name, header in CLOUDFRONTS_NAMES.items()
    }
    stored = {"Content-Type", "Cache-Control"}

    wanted = web_page.headers(web_page.ROOT / web_page.INDEX, settings.game_address)
    assert sent == {name: value for name, value in wanted.items() if name not in stored}


def test_a_module_of_the_page_has_no_headers_but_those_in_the_bucket_and_those_of_every_answer() -> None:
    for pattern in ("/web/*", "/clients/javascript/src/*"):
        assert behaviours()[pattern]["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}
    assert web_page.headers(PurePosixPath("web/main.js"), "").keys() == {"Content-Type", "Cache-Control"}


def test_every_file_of_the_page_is_at_a_path_that_leads_to_the_bucket() -> None:
    folders = [
        pattern.removesuffix("*") for pattern, one in behaviours().items() if one["TargetOriginId"] == "page"
    ]

    for path in web_page.files():
        assert path == "/" or any(path.startswith(folder) for folder in folders if folder)


def test_a_version_of_the_page_lies_under_a_prefix_of_its_own_which_only_cloudfront_reads() -> None:
    (distribution,) = resources("CloudFront::Distribution").values()
    (origin,) = (one for one in distribution["DistributionConfig"]["Origins"] if one["Id"] == "page")
    bucket = resources("S3::Bucket")["Assets"]
    (statement,) = resources("S3::BucketPolicy")["AssetsPolicy"]["PolicyDocument"]["Statement"]

    assert origin["OriginPath"] == {"Fn::Sub": f"/{page.PREFIX}${{PageVersion}}"}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["AssetsAccess", "Id"]}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]


def test_cloudfront_asks_for_each_file_of_the_page_whether_it_is_still_the_same() -> None:
    """A minimum of 0 leaves the time to the file's Cache-Control; without any time nothing would be compressed."""
    config = resources("CloudFront::CachePolicy")["PageCache"]["CachePolicyConfig"]

    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)
    assert config["MaxTTL"] > 0
    assert config["ParametersInCacheKeyAndForwardedToOrigin"]["EnableAcceptEncodingGzip"]
    assert web_page.CACHE_CONTROL == "no-cache"
