"""A deployment from its parameters to its smoke test, and the way back to the release before.

Every step may be the last one of a run that is killed. The next run finds out from the stack what stands, and does
what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.deploy import (
    adoption,
    assets,
    cloudfront_log,
    engines,
    page,
    parameters,
    releases,
    smoke,
    states,
)
from infra.deploy.api_snapshot import with_snapshot
from infra.deploy.artefacts import Artefacts, digest_in
from infra.deploy.aws_errors import FAILURES, reason
from infra.deploy.comparison import BY_HAND, PAGE_BUCKET, Comparison
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.lock import Lock, LockLost
from infra.deploy.person import Person
from infra.deploy.releases import Release
from infra.deploy.stack_change import StackChange, Target


@dataclass(frozen=True, slots=True)
class Package:
    """What `make package` has made."""

    template: Mapping[str, Any]
    code: bytes
    page: bytes
    """The web page, as infra/deploy/page.py packs it."""


class Deployment:
    """Deployments of one stack, while its lock is held."""

    def __init__(
        self,
        formation: Formation,
        artefacts: Artefacts,
        lock: Lock,
        person: Person,
        address: str | None = None,
    ) -> None:
        """`address` is where the smoke test finds the product, if not at the parameter PublicUrl."""
        self._formation = formation
        self._artefacts = artefacts
        self._lock = lock
        self._person = person
        self._address = address
        self._comparison = Comparison(formation, artefacts)

    def deploy(self, package: Package, given: Mapping[str, str]) -> dict[str, str]:
        """Deploy a package; the stack's outputs. Raises one of FAILURES; the release before stands then."""
        code, page_key = self._artefacts.put_code(package.code), self._artefacts.put_page(package.page)
        declared = package.template["Parameters"]
        own = {"CodeBucket": self._artefacts.bucket, "CodeKey": code, "PageVersion": digest_in(page_key)}
        own["Architecture"] = declared["Architecture"]["Default"]
        planned = parameters.plan(declared, self._deployed(), self._named(given), own)
        self._person.report("parameters:", *planned.lines)
        template = self._artefacts.put_template(with_snapshot(package.template, planned.values))
        at = datetime.now(UTC).isoformat(timespec="seconds")
        before = self._stood()
        there = self._formation.resources() if before else {}
        made = Release(0, at, code, template, planned.values, page=page_key)
        release = releases.again(self._artefacts.history(), made)
        try:
            found = self._bring(release)
        except Refused:
            raise
        except FAILURES as problem:
            # There is no way back from a release to itself.
            if before is None or before.number != release.number:
                self._return(before, there, reason(problem))
            raise
        history = self._artefacts.history()
        self._artefacts.prune(releases.artefacts(history))
        if bucket := found.get(PAGE_BUCKET):
            page.prune(bucket, {digest_in(release.page) for release in history})
        return found

    def roll_back(self, number: int | None = None) -> dict[str, str]:
        """Deploy the release with a number, else that before the current one; the stack's outputs.

        Raises one of FAILURES.
        """
        history = self._artefacts.history()
        target = releases.before(history, number)
        if target is None and number is not None:
            there = ", ".join(str(release.number) for release in releases.good(history)) or "none"
            raise DeploymentFailed(
                f"{self._formation.stack} has no release {number} to go back to; it has {there}."
            )
        if target is None:
            raise DeploymentFailed(f"{self._formation.stack} has no release to go back to.")
        self._person.report(f"back to release {target.number} ({target.at})")
        try:
            return self._bring(target)
        except Refused:
            raise
        except FAILURES as problem:
            raise self._comparison.failure(target, [reason(problem)]) from problem

    def tell(self) -> None:
        """Say what stands. Raises DeploymentFailed if that isn't the last good release, or is half done."""
        status, history = self._formation.status(), self._artefacts.history()
        standing = f"{self._formation.stack}: {self._formation.meaning(status)}"
        self._person.report(standing)
        for release in history:
            self._person.report(f"release {release.number} of {release.at}: {release.standing}")
        last = releases.current(history) if status else None
        lines = self._comparison.what_stands(last) if last else []
        self._person.report(*lines)
        if len(lines) > 1:
            raise DeploymentFailed(f"Deploy again, or go back: make deploy, make rollback.\n{BY_HAND}")
        if not states.is_whole(status):
            raise DeploymentFailed(standing)

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────

    def _bring(self, release: Release) -> dict[str, str]:
        """Make a release stand, and look whether it does. Raises Refused, or one of FAILURES."""
        agreed = Agreement(self, release)
        try:
            template = json.loads(self._artefacts.get(release.template))
            change = StackChange(self._formation, self._artefacts, self._person, agreed)
            target = change.make(Target(template, release.parameters))
        except FAILURES as problem:
            if not agreed.was_given:
                raise Refused(reason(problem)) from problem
            raise
        self._lock.check()
        # Whether it works or not, the stack is this release now.
        history = self._artefacts.history()
        if (left := releases.leave(history, agreed.number)) != history:
            self._artefacts.write_history(left)
        return self._prove(release, target, agreed.number)

    def _prove(self, release: Release, target: Target, number: int) -> dict[str, str]:
        """Complete a release whose stack stands, look whether it works, note that it is good."""
        found = self._formation.outputs()
        self._note_kept(target)
        cloudfront_log.deploy(self._formation.stack, found)
        self._put_page(release, found)
        if PAGE_BUCKET in found:
            self._person.report(f"{assets.upload(found[PAGE_BUCKET])} assets uploaded")
        self._person.report(self._comparison.demand(target, release))
        self._smoke(found, release)
        self._lock.check()
        self._settle(number, found)
        self._person.report(f"release {number} of {self._formation.stack} stands")
        return found

    def _put_page(self, release: Release, outputs: Mapping[str, str]) -> None:
        """Put the release's web page into the stack's bucket, if there are both."""
        if release.page and (bucket := outputs.get(PAGE_BUCKET)):
            count = page.upload(bucket, digest_in(release.page), self._artefacts.get(release.page))
            if count:
                self._person.report(f"{count} files of the web page uploaded")

    def begin(self, release: Release) -> int:
        """Upload its page, and note that a release is being deployed; its number."""
        self._lock.check()
        # CloudFront is not led to a page that isn't there. A new stack has no bucket yet, and no visitors.
        self._put_page(release, self._formation.outputs())
        history = self._artefacts.history()
        if release.number:
            return release.number
        self._artefacts.write_history(releases.begin(history, release))
        return releases.next_number(history)

    def _return(self, release: Release | None, there: Collection[str], problem: str) -> None:
        """Bring the last good release back after a failed deployment; where CloudFormation has, look at it.

        `there` are the resources from before the deployment: all others may go again.
        """
        if release is None:
            self._tell_outputs()
            return
        try:
            self._lock.check()
        except LockLost as lost:
            raise DeploymentFailed("\n".join(dict.fromkeys([problem, str(lost)]))) from lost
        self._person.report(problem, f"back to release {release.number} ({release.at})")
        try:
            person = self._person.agreeing(self._formation.resources().keys() - set(there))
            unasked = Deployment(self._formation, self._artefacts, self._lock, person, self._address)
            unasked._bring(release)
        except FAILURES as another:
            reasons = [problem, "The way back failed, too:", reason(another)]
            raise self._comparison.failure(release, reasons) from another

    def _tell_outputs(self) -> None:
        """Say the outputs of a new stack that doesn't work: DNS needs them, too."""
        try:
            found = self._formation.outputs()
        except FAILURES as error:
            self._person.report(f"The outputs can't be told: {reason(error)}")
            return
        self._person.report("outputs:", *(f"  {name} = {value}" for name, value in found.items()))

    def _deployed(self) -> parameters.Deployed:
        """The parameters of the stack that is there. While it is new, those of the last release stand beneath them.

        A stack that has only adopted its data has few parameters of its own.
        """
        found = parameters.Deployed({}, {})
        if self._stood() is None and (last := releases.current(self._artefacts.history())):
            found = parameters.deployed(last.parameters, json.loads(self._artefacts.get(last.template)))
        if values := self._formation.parameters():
            found = found.under(parameters.deployed(values, self._formation.template()))
        return found

    def _named(self, given: Mapping[str, str]) -> dict[str, str]:
        """The table of a new stack has the stack's name, so that stages stand side by side."""
        name = {} if self._deployed().values else {"TableName": self._formation.stack}
        return {**name, **given}

    def _note_kept(self, target: Target) -> None:
        """Note what would outlive the stack, for a later one to adopt."""
        found = adoption.kept_of(target.template, self._formation.resources())
        self._artefacts.write_kept({**self._artefacts.kept(), **found})

    def _smoke(self, found: Mapping[str, str], release: Release) -> None:
        """Raises DeploymentFailed if the product doesn't answer as it should."""
        api, site = self._addresses(found, release.parameters)
        self._person.report(f"smoke test of {api} ...")
        if wrong := smoke.problem(api, site, has_page=bool(release.page)):
            raise DeploymentFailed(f"The smoke test fails: {wrong}")

    def _addresses(self, found: Mapping[str, str], values: Mapping[str, str]) -> tuple[str, str | None]:
        """Where the API is, and page and streams.

        As long as no release was good with this distribution, the domain may not lead to it: the API is asked directly.
        """
        if self._address:
            return f"{self._address}/api", self._address
        if not engines.is_aws(self._formation.client):
            return engines.api_url(self._formation.client, found), None
        known = {release.distribution for release in releases.good(self._artefacts.history())} - {""}
        if found.get("DistributionId") not in known:
            return found["ApiUrl"], None
        return f"{values['PublicUrl']}/api", values["PublicUrl"]

    def _settle(self, number: int, outputs: Mapping[str, str]) -> None:
        stack, distribution = self._formation.id() or "", outputs.get("DistributionId", "")
        history = self._artefacts.history()
        self._artefacts.write_history(releases.settle(history, number, stack, distribution))

    def _stood(self) -> Release | None:
        """The last release that was good in the stack that is there; None: the stack is new, or there is none."""
        stack = self._formation.id()
        return releases.stood_in(self._artefacts.history(), stack) if stack else None


class Agreement:
    """Notes in the history that the person has agreed to a release."""

    def __init__(self, deployment: Deployment, release: Release) -> None:
        self._deployment = deployment
        self._release = release
        self.number = 0

    @property
    def was_given(self) -> bool:
        """Whether the person has agreed."""
        return self.number > 0

    def __call__(self) -> None:
        """The person agrees. An adoption and the update after it are one release."""
        if not self.number:
            self.number = self._deployment.begin(self._release)


class Refused(DeploymentFailed):
    """The deployment ended before it changed anything."""
