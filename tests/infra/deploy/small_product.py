"""A product of one function, deployed as the real one is: table, bucket, key, API, and parameters of the same names."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any

from infra.deploy.deployment import Package

HANDLER = """
import json

ANSWERS = {
    ("GET", "/health"): (200, {"status": "ok"}),
    ("POST", "/auth/guest"): (201, {"access": "a token"}),
    ("GET", "/users/me"): (200, {"id": 1}),
}

def handle(event, context):
    place = (event["httpMethod"], event["path"].rstrip("/").removeprefix("/api"))
    status, body = ANSWERS.get(place, (404, {"code": "not_found"}))
    return {"statusCode": status, "headers": {}, "body": json.dumps(body)}
"""

BROKEN = HANDLER.replace('(200, {"id": 1})', '(500, {"code": "error"})')
"""A product in which nobody sees himself."""

ADDRESS_OF_NOTHING = {
    "Type": "AWS::Lambda::Url",
    "Properties": {"AuthType": "NONE", "TargetFunctionArn": "no-such-function"},
}
"""A resource that can't be made."""

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def zipped(source: str) -> bytes:
    """The functions' package. The same source gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), source)
    return buffer.getvalue()


PAGE = "<p>Hello</p>"


def packed_page(text: str = PAGE) -> bytes:
    """A web page of two files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.html"), text)
        archive.writestr(zipfile.ZipInfo("web/main.js"), "export {};")
    return buffer.getvalue()


def package(source: str = HANDLER, **resources: Any) -> Package:
    """The product, with more resources."""
    made = template()
    made["Resources"] |= resources
    return Package(made, zipped(source), packed_page())


def package_with_page(text: str, source: str = HANDLER) -> Package:
    """The product with a bucket for its page, and a function that knows which version stands."""
    made = template()
    made["Parameters"]["PageVersion"] = {"Type": "String", "Default": "none"}
    made["Resources"]["Assets"] = {"Type": "AWS::S3::Bucket", "Properties": {}}
    made["Resources"]["Function"]["Properties"]["Environment"]["Variables"]["PAGE"] = {"Ref": "PageVersion"}
    made["Outputs"]["AssetsBucket"] = {"Value": {"Ref": "Assets"}}
    return Package(made, zipped(source), packed_page(text))


def template() -> dict[str, Any]:
    """Its template."""
    kept = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "TableName": {"Type": "String", "Default": "pong"},
            "PublicUrl": {"Type": "String"},
            "CodeBucket": {"Type": "String"},
            "CodeKey": {"Type": "String"},
            "Architecture": {"Type": "String", "Default": "arm64"},
            "PointsToWin": {"Type": "String", "Default": "5"},
        },
        "Resources": {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                **kept,
                "Properties": {
                    "TableName": {"Ref": "TableName"},
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                },
            },
            "Exports": {"Type": "AWS::S3::Bucket", **kept, "Properties": {}},
            "Function": _function(),
            "FunctionRole": _role("lambda.amazonaws.com"),
            "Api": {
                "Type": "AWS::ApiGateway::RestApi",
                "Properties": {"Name": "small", "Body": _definition()},
            },
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment",
                "Properties": {"RestApiId": {"Ref": "Api"}},
            },
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "Properties": {
                    "RestApiId": {"Ref": "Api"},
                    "StageName": "api",
                    "DeploymentId": {"Ref": "Deployment"},
                },
            },
        },
        "Outputs": {"ApiId": {"Value": {"Ref": "Api"}}},
    }


def _function() -> dict[str, Any]:
    properties = {
        "Runtime": RUNTIME,
        "Architectures": [{"Ref": "Architecture"}],
        "Handler": "handler.handle",
        "Role": {"Fn::GetAtt": ["FunctionRole", "Arn"]},
        "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}},
        "Timeout": 10,
        "MemorySize": 128,
        "Environment": {"Variables": {"POINTS_TO_WIN": {"Ref": "PointsToWin"}}},
    }
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def _role(service: str) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


def _definition() -> dict[str, Any]:
    function = (
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"
    )
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": function}}
    operation = {"responses": {}, "x-amazon-apigateway-integration": integration}
    return {
        "openapi": "3.0.1",
        "info": {"title": "small", "version": "1"},
        "paths": {"/{proxy+}": {"get": operation, "post": operation}},
    }
