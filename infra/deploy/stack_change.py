"""One change of a stack: from its state now to a template with parameters, by a change set that is shown first."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.deploy import adoption, changes, engines
from infra.deploy.artefacts import Artefacts
from infra.deploy.formation import Formation, as_parameters
from infra.deploy.person import Person
from infra.deploy.settling import settle


@dataclass(frozen=True, slots=True)
class Target:
    """What a stack should be: template and the values of its parameters."""

    template: Mapping[str, Any]
    values: Mapping[str, str]


class StackChange:
    """Changes of one stack, confirmed by a person. `agreed` is called when the person has agreed to one."""

    def __init__(
        self,
        formation: Formation,
        artefacts: Artefacts,
        person: Person,
        agreed: Callable[[], None] = lambda: None,
    ) -> None:
        self._formation = formation
        self._artefacts = artefacts
        self._person = person
        self._agreed = agreed

    def make(self, target: Target) -> Target:
        """Make a stack what it should be. Returns the target as the engine got it.

        Raises DeploymentFailed when the person refuses or the change fails.
        """
        self._refuse_unknown_losses(target)
        settle(self._formation, self._person)
        if engines.is_localstack(self._formation.client):
            target = Target(engines.retaining(target.template), target.values)
        target = self._adopt(target)
        is_new = self._formation.status() is None
        kind, what = ("CREATE", "The creation") if is_new else ("UPDATE", "The update")
        name = _name()
        found = self._formation.prepare(name, kind, self._request(target))
        if found is None:
            self._person.report(f"{self._formation.stack}: CloudFormation has nothing to change.")
            self._agreed()
            return target
        self._person.report(f"{kind.lower()} {self._formation.stack}:", *changes.lines(found))
        kept = changes.kept_resources(target.template)
        if not is_new:
            kept |= changes.kept_resources(self._formation.template())
        self._confirm(name, "Make these changes?", changes.losses(found, kept))
        self._execute(name, what)
        return target

    def _refuse_unknown_losses(self, target: Target) -> None:
        if self._person.may_lose:
            there = {} if self._formation.status() is None else self._formation.resources()
            changes.refuse_unknown(self._person.may_lose, {*target.template["Resources"], *there})

    def _adopt(self, target: Target) -> Target:
        """Take into the stack what an earlier one has left; the target without it where the engine can't."""
        is_new = self._formation.status() is None
        if not is_new and engines.is_aws(self._formation.client):
            return target
        ids = {} if is_new else self._formation.resources()
        found = adoption.standing(target.template, target.values, self._artefacts.kept(), ids)
        if not found:
            return target
        self._person.report(
            *(
                f"{name} is there, outside of the stack: {attributes['Ref']}"
                for name, attributes in found.items()
            )
        )
        if engines.is_localstack(self._formation.client):
            self._person.report("  LocalStack can't adopt it: it stays outside.")
            return Target(engines.outside(target.template, found), target.values)
        name = _name()
        self._formation.prepare(name, "IMPORT", _import(target, found))
        self._confirm(name, f"Adopt {', '.join(found)}?")
        self._execute(name, "The adoption")
        return target

    def _confirm(self, change_set: str, question: str, losses: Sequence[str] = ()) -> None:
        try:
            self._person.confirm(question, losses)
            self._agreed()
        except BaseException:
            self._formation.discard(change_set)
            raise

    def _execute(self, change_set: str, what: str) -> None:
        self._formation.execute(change_set)
        self._formation.demand_success(what)

    def _request(self, target: Target) -> dict[str, Any]:
        key = self._artefacts.put_template(target.template)
        return {"TemplateURL": self._artefacts.url(key), "Parameters": as_parameters(target.values)}


def _import(target: Target, found: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    wanted = adoption.import_request(target.template, found, target.values)
    return {
        "TemplateBody": json.dumps(wanted["template"]),
        "Parameters": as_parameters(wanted["values"]),
        "ResourcesToImport": wanted["resources"],
    }


def _name() -> str:
    """A name for a change set: it begins with a letter."""
    return f"deploy-{secrets.token_hex(6)}"
