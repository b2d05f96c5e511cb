"""One domain for everything: CloudFront in front of the API, the event streams and the assets.

Made with the SSE container (condition HasContainer); on a laptop the edge does the same.
"""

from __future__ import annotations

from infra.cloud.api import API, private_paths
from infra.cloud.live import CONDITION
from infra.cloud.values import Resource, attribute, ref, resource, sub
from shared.http.registry import PREFIX

# Managed policies of CloudFront have the same ids in every account.
NOT_CACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

STREAM_SILENCE_SECONDS = 60
"""How long the container may say nothing: a ping comes every 15 s."""

ALL_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

PARAMETERS = {
    "DomainName": {
        "Type": "String",
        "Default": "",
        "Description": "The domain of PublicUrl, such as pong.example.com; needed with SseImage",
    },
    "CertificateArn": {
        "Type": "String",
        "Default": "",
        "Description": "Its certificate, in us-east-1; needed with SseImage",
    },
}

REFUSE = """function handler(event) {
  return {
    statusCode: 404,
    headers: {'content-type': {value: 'application/json'}, 'cache-control': {value: 'no-store'}},
    body: '{"detail": "No such path.", "code": "not_found"}'
  };
}"""
"""The private API isn't reached by the public domain: services call API Gateway's own address."""

TO_DOCS = f"""function handler(event) {{
  if (event.request.uri === '/') {{
    return {{statusCode: 302, headers: {{location: {{value: '{PREFIX}/docs/'}}}}}};
  }}
  return {{
    statusCode: 404,
    headers: {{'content-type': {{value: 'application/json'}}, 'cache-control': {{value: 'no-store'}}}},
    body: '{{"detail": "No such path.", "code": "not_found"}}'
  }};
}}"""
"""The bare domain leads to the documentation; other paths that no behaviour has don't exist."""


def resources() -> dict[str, Resource]:
    """The distribution, the bucket of the assets and the way to the load balancer."""
    made = {
        "Assets": resource(
            "S3::Bucket",
            {
                "PublicAccessBlockConfiguration": dict.fromkeys(
                    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
                )
            },
        ),
        "AssetsAccess": resource(
            "CloudFront::OriginAccessControl",
            {
                "OriginAccessControlConfig": {
                    "Name": sub("${AWS::StackName}-assets"),
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        ),
        "AssetsPolicy": resource(
            "S3::BucketPolicy", {"Bucket": ref("Assets"), "PolicyDocument": _only_the_distribution()}
        ),
        "StreamOrigin": resource(
            "CloudFront::VpcOrigin",
            {
                "VpcOriginEndpointConfig": {
                    "Name": sub("${AWS::StackName}-sse"),
                    "Arn": ref("Balancer"),
                    "HTTPPort": 80,
                    "HTTPSPort": 443,
                    "OriginProtocolPolicy": "http-only",
                }
            },
            depends_on=["Listener"],
        ),
        "Refuse": _function("refuse", REFUSE),
        "ToDocs": _function("to-docs", TO_DOCS),
        "Distribution": resource("CloudFront::Distribution", {"DistributionConfig": _distribution()}),
    }  # fmt: skip
    # The certificate has no default: where there is no distribution, none is needed.
    made["Distribution"]["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["W1030"]}}}
    for part in made.values():
        part["Condition"] = CONDITION
    return made


def _only_the_distribution() -> Resource:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": sub("${Assets.Arn}/*"),
        "Condition": {
            "StringEquals": {
                "AWS:SourceArn": sub(
                    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
                )
            }
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _function(name: str, code: str) -> Resource:
    return resource(
        "CloudFront::Function",
        {
            "Name": sub(f"${{AWS::StackName}}-{name}"),
            "AutoPublish": True,
            "FunctionCode": code,
            "FunctionConfig": {"Comment": name, "Runtime": "cloudfront-js-2.0"},
        },
    )


def _distribution() -> Resource:
    api_domain = f"${{{API}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}"
    origins = [
        {
            "Id": "api",
            "DomainName": sub(api_domain),
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]},
        },
        {
            "Id": "assets",
            "DomainName": attribute("Assets", "RegionalDomainName"),
            "OriginAccessControlId": attribute("AssetsAccess", "Id"),
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        },
        {
            "Id": "streams",
            "DomainName": attribute("Balancer", "DNSName"),
            "VpcOriginConfig": {
                "VpcOriginId": attribute("StreamOrigin", "Id"),
                "OriginReadTimeout": STREAM_SILENCE_SECONDS,
            },
        },
    ]
    hidden = [
        _behaviour(f"{PREFIX}/{path}/*", "api", function="Refuse", methods=ALL_METHODS)
        for path in private_paths()
    ]
    return {
        "Enabled": True,
        "Comment": ref("AWS::StackName"),
        "Aliases": [ref("DomainName")],
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "ViewerCertificate": {
            "AcmCertificateArn": ref("CertificateArn"),
            "SslSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
        "Origins": origins,
        "DefaultCacheBehavior": _behaviour(None, "api", function="ToDocs"),
        "CacheBehaviors": [
            *hidden,
            _behaviour(f"{PREFIX}/*", "api", methods=ALL_METHODS),
            _behaviour("/sse/*", "streams", methods=["GET", "HEAD", "OPTIONS"]),
            _behaviour("/assets/*", "assets", cached=True),
        ],
    }


def _behaviour(
    pattern: str | None,
    origin: str,
    *,
    methods: list[str] | None = None,
    cached: bool = False,
    function: str | None = None,
) -> Resource:
    made: Resource = {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": methods or ["GET", "HEAD"],
        "CachePolicyId": CACHED if cached else NOT_CACHED,
        "Compress": cached,
    }
    if pattern:
        made["PathPattern"] = pattern
    if not cached:
        made["OriginRequestPolicyId"] = ALL_BUT_HOST
    if function:
        arn = attribute(function, "FunctionARN")
        made["FunctionAssociations"] = [{"EventType": "viewer-request", "FunctionARN": arn}]
    return made


def outputs() -> dict[str, Resource]:
    """Where the domain has to point, and where the assets go."""
    return {
        "DistributionDomain": {"Condition": CONDITION, "Value": attribute("Distribution", "DomainName")},
        "DistributionId": {"Condition": CONDITION, "Value": ref("Distribution")},
        "AssetsBucket": {"Condition": CONDITION, "Value": ref("Assets")},
    }
