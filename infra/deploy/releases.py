"""The releases of a stack: the last three are kept, with artefacts, template and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

KEPT = 3


class Standing(StrEnum):
    """What is known of a release."""

    BEGUN = "begun"
    """Its deployment began, and has not reported its end."""
    GOOD = "good"
    """It stood: deployed as described, and its smoke test passed."""
    LEFT = "left"
    """It failed, or `make rollback` went back behind it."""


@dataclass(frozen=True, slots=True)
class Release:
    """What brings a deployment back."""

    number: int
    at: str
    """When its deployment began, ISO 8601."""
    code: str
    """The key of the functions' zip in the bucket for code."""
    template: str
    """The key of the template there."""
    parameters: Mapping[str, str]
    standing: Standing = Standing.BEGUN
    page: str = ""
    """The key of the web page there; empty: the release had none."""
    stack: str = ""
    """The id of the stack in which it was good last: a later stack of the same name has another one."""
    distribution: str = ""
    """The id of the CloudFront distribution with which it was good last; empty: without one."""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """A release from its JSON."""
        return cls(**{**facts, "standing": Standing(facts["standing"])})

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def begin(history: Sequence[Release], release: Release) -> list[Release]:
    """The history while a release is being deployed: the good ones, and this one."""
    return [*good(history), replace(release, number=next_number(history))]


def next_number(history: Sequence[Release]) -> int:
    """The next release's number."""
    return max((release.number for release in history), default=0) + 1


def good(history: Sequence[Release]) -> list[Release]:
    """The releases that stood, oldest first."""
    return [release for release in history if release.standing is Standing.GOOD]


def settle(history: Sequence[Release], number: int, stack: str, distribution: str = "") -> list[Release]:
    """The history after a release was good in a stack: the last three good ones, and those that were not since."""
    marked = [
        replace(release, standing=Standing.GOOD, stack=stack, distribution=distribution)
        if release.number == number
        else release
        for release in history
    ]
    kept = {release.number for release in good(marked)[-KEPT:]}
    return [r for r in marked if r.number in kept or r.standing is not Standing.GOOD]


def stood_in(history: Sequence[Release], stack: str) -> Release | None:
    """The last release that was good in the stack of this id. One without a stack may have been in any."""
    return current([release for release in history if release.stack in ("", stack)])


def current(history: Sequence[Release]) -> Release | None:
    """The last release that stood."""
    return next(iter(good(history)[-1:]), None)


def again(history: Sequence[Release], release: Release) -> Release:
    """The current release if this is the same, else this one: the same again pushes no release out."""
    last = current(history)
    if last is None:
        return release
    same = replace(
        release,
        number=last.number,
        at=last.at,
        standing=last.standing,
        stack=last.stack,
        distribution=last.distribution,
    )
    return last if last == same else release


def before(history: Sequence[Release], number: int | None = None) -> Release | None:
    """The good release with this number. Without one, the one before the current one, or the current one if another
    has begun after it."""
    stood = good(history)
    if number is not None:
        return next((release for release in stood if release.number == number), None)
    if stood and any(r.standing is Standing.BEGUN and r.number > stood[-1].number for r in history):
        return stood[-1]
    return stood[-2] if len(stood) > 1 else None


def leave(history: Sequence[Release], number: int) -> list[Release]:
    """The history after a return to a release: those behind it are left."""
    return [replace(r, standing=Standing.LEFT) if r.number > number else r for r in history]


def artefacts(history: Sequence[Release]) -> set[str]:
    """The keys that the history needs."""
    return {key for release in history for key in (release.code, release.template, release.page) if key}
