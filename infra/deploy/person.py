"""Who deploys: what is said, what is asked, and what nothing but a person's word allows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence

from infra.deploy.errors import DeploymentFailed

REFUSAL = 'Nothing was changed. If it is meant: ARGS="--lose {}"'

NO_WAY_BACK = 'The failed release stays. If the loss is meant: make rollback ARGS="--lose {}"'


class Person:
    """A person at a terminal, or a machine that has said YES=1 beforehand."""

    def __init__(
        self, stack: str, *, yes: bool = False, may_lose: Collection[str] = (), refusal: str = REFUSAL
    ) -> None:
        """`refusal` is what is said when YES=1 doesn't suffice, with the names at {}."""
        self._stack = stack
        self._yes = yes
        self._refusal = refusal
        self.may_lose = set(may_lose)
        self.agreed: Callable[[], None] = lambda: None
        """Called after each agreement, which may have taken hours; what it raises ends the run."""

    def agreeing(self, may_lose: Collection[str]) -> Person:
        """The same person, who has agreed already to a way back, and to the loss of what the failed release added."""
        return Person(self._stack, yes=True, may_lose=may_lose, refusal=NO_WAY_BACK)

    def report(self, *lines: str) -> None:
        """Say what is done. Standard output is for what a program reads."""
        for line in lines:
            print(line, file=sys.stderr, flush=True)

    def confirm(self, question: str, losses: Sequence[str] = (), *, typed: bool = False) -> None:
        """Raises DeploymentFailed unless the person, or YES=1, agrees.

        `losses` are resources with data or addresses that would be lost: YES=1 alone doesn't agree to that. With
        them, or if it is to be `typed`, a person types the stack's name.
        """
        unnamed = [name for name in losses if name not in self.may_lose]
        if unnamed:
            self.report(
                f"This removes or replaces {', '.join(unnamed)}: data or an address of the product is lost."
            )
        if self._yes:
            if unnamed:
                raise DeploymentFailed(self._refusal.format(",".join(unnamed)))
        else:
            self._ask(question, typed=bool(unnamed) or typed)
        self.agreed()

    def _ask(self, question: str, *, typed: bool) -> None:
        if not sys.stdin.isatty():
            raise DeploymentFailed("Nothing was changed. Without a terminal, YES=1 confirms.")
        wanted = self._stack if typed else "y"
        prompt = f"{question} [y/N] " if wanted == "y" else f"{question} Type {wanted} to go on: "
        print(prompt, end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() != wanted.lower():
            raise DeploymentFailed("Nothing was changed.")
