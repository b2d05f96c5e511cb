"""The code of one function anew, in seconds, on a stack that stands: for trying, not for releases.

    python -m infra.deploy function get_me [--stage dev]

Its package is the deployed one with our sources as they are now. The next deployment makes all functions equal again;
until then `make status` names this one.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import boto3

from infra.cloud.cloudformation import camel
from infra.deploy.artefacts import Artefacts
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.package import ROOT

SOURCES = ("functions", "shared")


def update(formation: Formation, artefacts: Artefacts, person: Person, name: str) -> None:
    """Give a function today's sources, and wait until it runs them. Raises DeploymentFailed if there is no such one."""
    function = formation.resources().get(camel(name))
    if function is None:
        raise DeploymentFailed(f"{formation.stack} has no function {name}.")
    person.confirm(f"Put what is in this directory into {name} of {formation.stack}?")
    put(function, ZipFile=with_sources(artefacts.get(formation.parameters()["CodeKey"])))
    person.report(
        f"{name} of {formation.stack} runs what is in this directory; `make deploy` makes it a release"
    )


def put(function: str, **code: Any) -> None:
    """Give a function code, as boto3's update_function_code takes it, and wait until it runs it."""
    client = boto3.client("lambda")
    # AWS documents x86_64 as the default of this call.
    kept = client.get_function_configuration(FunctionName=function)["Architectures"]
    client.update_function_code(FunctionName=function, Architectures=kept, **code)
    client.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig={"Delay": 1})


def with_sources(package: bytes) -> bytes:
    """A package with our sources as they are now, not compiled."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as deployed,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for entry in deployed.infolist():
            if entry.filename.partition("/")[0] not in SOURCES:
                archive.writestr(entry, deployed.read(entry), zipfile.ZIP_DEFLATED)
        for source in SOURCES:
            for file in sorted((ROOT / source).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    entry = zipfile.ZipInfo(str(file.relative_to(ROOT)))
                    entry.external_attr = 0o644 << 16
                    archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()
