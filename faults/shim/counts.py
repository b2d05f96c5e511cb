"""Counts every fault, whether it has bitten, and what the client did then. Pure."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Any, Literal

from faults.shim.calls import Call

MAX_AWAITED = 10_000

Outcome = Literal["injected", "bitten", "committed", "retried"]
"""`bitten`: the client was there for it: for an error, the end of its connection, its own time-out, a changed answer.
What isn't bitten met a client that had been killed, or that was killed before its time-out. `committed`: the engine
had done what the client was not told. `retried`: the SDK made another attempt of the same call; otherwise the client's
code saw the fault."""


class Counts:
    """The counts of one shim."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._faults: dict[str, dict[str, Counter[str]]] = {}
        self._awaited: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def arrives(self, call: Call) -> None:
        """A call, or a further attempt of one, has come."""
        if fault := self._awaited.pop(call.invocation, None):
            self.add("retried", *fault)

    def number(self, action: str) -> int:
        """Count an action; how many there were before."""
        self.calls[action] += 1
        return self.calls[action] - 1

    def awaits(self, kind: str, call: Call) -> None:
        """A fault has befallen this attempt of a call: another one may follow."""
        if call.invocation:
            self._awaited[call.invocation] = kind, call.action
        if len(self._awaited) > MAX_AWAITED:
            self._awaited.popitem(last=False)

    def add(self, outcome: Outcome, kind: str, action: str) -> None:
        """Count one outcome of a fault."""
        self._faults.setdefault(kind, {}).setdefault(action, Counter())[outcome] += 1

    def report(self) -> dict[str, Any]:
        """All counts, for JSON: `faults` by kind, action and outcome."""
        faults = {
            kind: {action: dict(outcomes) for action, outcomes in sorted(actions.items())}
            for kind, actions in sorted(self._faults.items())
        }
        return {"calls": dict(sorted(self.calls.items())), "faults": faults}
