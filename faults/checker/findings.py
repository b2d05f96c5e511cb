"""What a check has found: counts, and the first examples of violations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 5


@dataclass(slots=True)
class Finding:
    """The count of one check. A finding that has checked nothing proves nothing."""

    property: str
    """The property that it is a part of."""
    says: str
    """What is checked, as a sentence."""
    checked: int = 0
    violations: int = 0
    examples: list[str] = field(default_factory=list)
    excused: Counter[str] = field(default_factory=Counter)
    """Cases that are no violations, by their reason."""

    def check(self, holds: bool, otherwise: str) -> None:
        """Count a case."""
        self.checked += 1
        if not holds:
            self.violate(otherwise)

    def violate(self, example: str) -> None:
        """Count a violation of a case that was counted before."""
        self.violations += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return {
            "property": self.property,
            "says": self.says,
            "checked": self.checked,
            "violations": self.violations,
            "examples": self.examples,
            "excused": dict(self.excused),
        }
