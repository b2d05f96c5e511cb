"""Whether what is deployed is a release: code, configuration, routes, state machines, triggers, page."""

from __future__ import annotations

import json
from collections.abc import Sequence

from infra.deploy import deployed, one_function, page, truth
from infra.deploy.artefacts import Artefacts, code_sha256, digest_in
from infra.deploy.aws_errors import FAILURES, reason
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.releases import Release
from infra.deploy.stack_change import Target

PAGE_BUCKET = "AssetsBucket"
"""The stack's output with the bucket of assets and page. Where there is no domain, there is none."""

BY_HAND = (
    "What was changed by hand has to be undone by hand, but for functions' code, before the next deployment: "
    "CloudFormation doesn't touch what its template doesn't change."
)


class Comparison:
    """Compares one stack with its releases."""

    def __init__(self, formation: Formation, artefacts: Artefacts) -> None:
        self._formation = formation
        self._artefacts = artefacts

    def demand(self, target: Target, release: Release) -> str:
        """What was compared, in a line. Raises DeploymentFailed if what is deployed isn't what the release says.

        A function with other code, like that of `make function`, gets the release's again.
        """
        said, found = self._truth(target, release)
        if changed := truth.other_code(said, found):
            self._put_code(release, changed)
            said, found = self._truth(target, release)
        if lines := truth.differences(said, found):
            raise DeploymentFailed(
                "\n".join(["What is deployed isn't what was to be deployed:", *lines, BY_HAND])
            )
        return (
            f"compared: {len(found.functions)} functions, {len(found.routes)} routes, "
            f"{len(found.machines)} state machines are as described"
        )

    def what_stands(self, release: Release) -> list[str]:
        """How far what is deployed is a release, in lines: one line if it is."""
        target = Target(json.loads(self._artefacts.get(release.template)), release.parameters)
        lines = truth.differences(*self._truth(target, release))
        if not lines:
            return [f"What is deployed is release {release.number}, as it was."]
        return [f"What is deployed differs from release {release.number}:", *lines]

    def failure(self, release: Release, reasons: Sequence[str]) -> DeploymentFailed:
        """Reasons, and how far what is deployed is a release."""
        try:
            lines = self.what_stands(release)
        except FAILURES as error:
            lines = [
                f"Whether release {release.number} stands can't be told: {reason(error)}",
                "make status tells it when AWS answers again.",
            ]
        return DeploymentFailed("\n".join([*reasons, *lines]))

    def _put_code(self, release: Release, functions: Sequence[str]) -> None:
        """Give functions the package of a release."""
        ids = self._formation.resources()
        for name in functions:
            one_function.put(ids[name], S3Bucket=self._artefacts.bucket, S3Key=release.code)

    def _truth(self, target: Target, release: Release) -> tuple[truth.Facts, truth.Facts]:
        """What is said, and what is found."""
        ids = self._formation.resources()
        said_page, found_page = self._page_truth(release)
        said = truth.manifest(target.template, {**target.values, **ids}, code_sha256(release.code), said_page)
        return said, deployed.facts(target.template, ids, found_page)

    def _page_truth(self, release: Release) -> tuple[dict[str, str], dict[str, str]]:
        bucket = self._formation.outputs().get(PAGE_BUCKET)
        if not (release.page and bucket):
            return {}, {}
        kept = self._artefacts.get(release.page)
        return page.described(page.files(kept)), page.stored(bucket, digest_in(release.page))
