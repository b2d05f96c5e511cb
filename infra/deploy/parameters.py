"""A deployment's parameters: those that are given, those that the stack keeps, and the template's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from infra.deploy.errors import DeploymentFailed

OWN = ("CodeBucket", "CodeKey", "Architecture", "PageVersion")
"""The parameters that follow from the package; none of them is given by hand."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The values of a deployment, and what they are compared with before, in lines for a person."""

    values: dict[str, str]
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The parameters of a stack that is there, and the defaults of the template that it was made from."""

    values: Mapping[str, str]
    defaults: Mapping[str, str]

    def decided(self) -> dict[str, str]:
        """The values that somebody has given: those that differ from their default."""
        return {name: value for name, value in self.values.items() if self.defaults.get(name) != value}

    def under(self, later: Deployed) -> Deployed:
        """These, where a later stack has none of its own."""
        return Deployed({**self.values, **later.values}, {**self.defaults, **later.defaults})


def deployed(values: Mapping[str, str], template: Mapping[str, Any]) -> Deployed:
    """The parameters of a stack or release with this template."""
    declared = template.get("Parameters", {})
    defaults = {name: str(facts["Default"]) for name, facts in declared.items() if "Default" in facts}
    return Deployed(values, defaults)


def plan(
    declared: Mapping[str, Mapping[str, Any]],
    deployed: Deployed,
    given: Mapping[str, str],
    own: Mapping[str, str],
) -> Plan:
    """The values for the parameters that a template declares.

    What is not given keeps its value; a parameter that was never given follows its default. `own` are the package's.
    Raises DeploymentFailed for a name that the template doesn't have, and for a value that is missing.
    """
    _refuse_unknown(declared, given)
    kept = {name: value for name, value in deployed.decided().items() if name in declared}
    values = {**kept, **given, **{name: value for name, value in own.items() if name in declared}}
    whole = {
        name: values.get(name, str(facts.get("Default", "")))
        for name, facts in declared.items()
        if name in values or "Default" in facts
    }
    if missing := [name for name in declared if name not in whole]:
        raise DeploymentFailed(f"Give a value: {', '.join(f'{name}=…' for name in missing)}")
    return Plan(whole, _lines(whole, deployed, given))


def _refuse_unknown(declared: Mapping[str, object], given: Mapping[str, str]) -> None:
    for name in given:
        if name in OWN:
            raise DeploymentFailed(f"{name} follows from the package: leave it out.")
        if name not in declared:
            close = get_close_matches(name, declared, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise DeploymentFailed(f"The template has no parameter {name}.{hint}")


def _lines(values: Mapping[str, str], deployed: Deployed, given: Mapping[str, str]) -> list[str]:
    found = []
    for name, value in values.items():
        before = deployed.values.get(name)
        if before is None or name in OWN:
            if name in given:
                found.append(f"  {name} = {value}")
        elif before != value:
            why = "" if name in given else " (the template's new default)"
            found.append(f"  {name} = {value}, was {before or 'empty'}{why}")
        elif name in deployed.decided() and name not in given:
            found.append(f"  {name} = {value} (kept)")
    gone = [name for name in deployed.values if name not in values]
    return [*found, *(f"  {name} is no parameter any more" for name in gone)]
