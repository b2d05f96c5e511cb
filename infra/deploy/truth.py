"""What is deployed, compared with what the template, the parameters and the package say.

A stack's status is no proof: emulators report updates that they don't make, and people change things by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = object()
"""The value of an expression that can't be told from parameters and physical ids."""

FACTS = ("Runtime", "Handler", "MemorySize", "Timeout", "Architectures")

TRIGGERS = ("Events::Rule", "Lambda::EventSourceMapping")
"""The kinds of resources that start functions and executions, and that a person can switch off."""

ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What a deployment consists of, by logical ids."""

    functions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Digest of the code, runtime, handler, memory, time-out, architecture, variables."""
    routes: Mapping[str, str] = field(default_factory=dict)
    """Method and path -> function."""
    machines: Mapping[str, Any] = field(default_factory=dict)
    """State machine -> definition."""
    triggers: Mapping[str, str] = field(default_factory=dict)
    """Schedule or trigger -> "on" or "off"."""
    page: Mapping[str, str] = field(default_factory=dict)
    """File of the web page -> digest; empty where no bucket has it."""


def manifest(
    template: Mapping[str, Any], values: Mapping[str, Any], digest: str, page: Mapping[str, str]
) -> Facts:
    """What a template says. `values` are those of its parameters and the physical ids of its resources."""
    resources = template["Resources"]
    return Facts(
        functions={
            name: _function(found["Properties"], values, digest)
            for name, found in _of("Lambda::Function", resources)
        },
        routes={
            f"{method} {path}": function
            for _, found in _of("ApiGateway::RestApi", resources)
            for method, path, function in _routes(found["Properties"].get("Body", {}))
        },
        machines={
            name: _definition(found["Properties"])
            for name, found in _of("StepFunctions::StateMachine", resources)
        },
        triggers={
            name: "on" if found["Properties"].get("Enabled", True) else "off"
            for kind in TRIGGERS
            for name, found in _of(kind, resources)
        },
        page=page,
    )


def differences(said: Facts, found: Facts) -> list[str]:
    """Where what is deployed differs, a line each."""
    return [
        *_function_differences(said.functions, found.functions),
        *_mapping_differences("route", said.routes, found.routes),
        *_mapping_differences("state machine", said.machines, found.machines, show=False),
        *_mapping_differences("trigger", said.triggers, found.triggers),
        *_mapping_differences("page", said.page, found.page, show=False),
    ]


def other_code(said: Facts, found: Facts) -> list[str]:
    """The functions that are there with other code."""
    return [
        name
        for name, facts in said.functions.items()
        if name in found.functions and found.functions[name].get("Code") != facts["Code"]
    ]


def resolved(value: Any, values: Mapping[str, Any]) -> Any:
    """An expression's value, or UNKNOWN."""
    if not isinstance(value, dict):
        return value
    return values.get(value["Ref"], UNKNOWN) if list(value) == ["Ref"] else UNKNOWN


def plain_definition(definition: Any) -> Any:
    """A state machine's definition with each function's ARN as the function's name."""
    if isinstance(definition, dict):
        return {key: plain_definition(inner) for key, inner in definition.items()}
    if isinstance(definition, list):
        return [plain_definition(inner) for inner in definition]
    if isinstance(definition, str) and (
        named := re.fullmatch(r"arn:[\w-]+:lambda:.*:function:([^:]+).*", definition)
    ):
        return f"function {named[1]}"
    return definition


def exported_routes(document: Mapping[str, Any]) -> dict[str, str]:
    """The routes of a deployed stage, from API Gateway's export: method and path -> the function's physical name."""
    return {f"{method} {path}": function for method, path, function in _routes(document)}


def _of(kind: str, resources: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, found) for name, found in resources.items() if found["Type"] == f"AWS::{kind}"]


def _function(properties: Mapping[str, Any], values: Mapping[str, Any], digest: str) -> dict[str, Any]:
    variables = properties.get("Environment", {}).get("Variables", {})
    known = {name: resolved(value, values) for name, value in variables.items()}
    architectures = [resolved(value, values) for value in properties.get("Architectures", ["x86_64"])]
    return {
        **{fact: properties[fact] for fact in FACTS if fact in properties},
        "Architectures": architectures,
        "Code": digest,
        **{f"variable {name}": value for name, value in known.items()},
    }


def _routes(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        ("ANY" if method == ANY else method.upper(), path, called_function(operation[INTEGRATION]["uri"]))
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "uri" in operation.get(INTEGRATION, {})
    ]


def called_function(uri: Any) -> str:
    """The function in an integration's address: its logical id in a template, its name in a deployment."""
    text = uri["Fn::Sub"] if isinstance(uri, dict) else uri
    found = re.search(r"/functions/(?:\$\{(\w+)\.Arn\}|arn:[^/]*:function:([^:/]+))", text)
    return (found[1] or found[2]) if found else text


def _definition(properties: Mapping[str, Any]) -> Any:
    text = properties["DefinitionString"]
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{name}}}", f"function {value['Fn::GetAtt'][0]}")
    return json.loads(text)


def _function_differences(
    said: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for name, facts in said.items():
        if name not in found:
            grouped.setdefault("is missing", []).append(name)
            continue
        for fact, value in facts.items():
            there = found[name].get(fact)
            if value is not UNKNOWN and there != value:
                grouped.setdefault(f"has {fact} {_short(there)} instead of {_short(value)}", []).append(name)
    return [f"{_names(names)}: {what}" for what, names in grouped.items()]


def _mapping_differences(
    what: str, said: Mapping[str, Any], found: Mapping[str, Any], *, show: bool = True
) -> list[str]:
    lines = [f"{what} {name} is missing" for name in said if name not in found]
    lines += [f"{what} {name} is there, and shouldn't be" for name in found if name not in said]
    for name in said:
        if name in found and said[name] != found[name]:
            detail = f": {found[name]} instead of {said[name]}" if show else ""
            lines.append(f"{what} {name} differs{detail}")
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"and {len(lines) - SHOWN} more of {what}s"]


def _names(names: list[str]) -> str:
    return (
        ", ".join(names)
        if len(names) <= SHOWN
        else f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
