"""Events that services send: `data` is free, but message and targets must get what they are made of.

docs/contract/private-api.md#sending-an-event
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.accounts.names import is_name
from shared.domain.ids import MAX_ID, is_code
from shared.events import EventKind
from shared.wire.catalogue import CATALOGUE

NAMES_IN_KWARGS = ("username", "winner", "looser")
"""Kwargs that a service may give as a user's id; the receiver gets the name."""

_FITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "code": (lambda value: is_code(str(value)), "must be digits"),
    "id": (lambda value: isinstance(value, int) and 0 <= value <= MAX_ID, "must be an id"),
    "chat_id": (lambda value: isinstance(value, int) and 0 <= value <= MAX_ID, "must be an id"),
}
"""What values have to be like that become parts of URLs."""


def problems(
    code: str, data: Mapping[str, Any] | None, kwargs: Mapping[str, Any] | None
) -> dict[str, list[str]]:
    """Sentences about what a service may not send, by field of the private API; empty for a good event."""
    kind = CATALOGUE.get(code)
    if kind is None or not kind.pushable:
        return {"event_code": [f"Unknown event code {code!r}."]}
    sentences = _faults(kind, data or {}, kwargs or {})
    for name in NAMES_IN_KWARGS:
        value = (kwargs or {}).get(name)
        if isinstance(value, str) and not is_name(value):
            sentences.setdefault("kwargs", []).append(f"{name}: must be a username or a user's id.")
    return sentences


def _faults(kind: EventKind, data: Mapping[str, Any], kwargs: Mapping[str, Any]) -> dict[str, list[str]]:
    """Sentences about what message and targets lack, by field, and about values that don't fit into them."""
    sentences: dict[str, list[str]] = {}
    for where, needed, given in (("data", kind.needed_data, data), ("kwargs", kind.needed_kwargs, kwargs)):
        # The catalogue has a message without some names; these may be null.
        wanted = [
            name for name in needed if not (name in kind.without and name in given and given[name] is None)
        ]
        missing = [name for name in wanted if given.get(name) is None]
        if missing:
            sentences[where] = [f"The event needs {', '.join(missing)} in {where}."]
        # Kwargs win over data of the same name, whichever of the two the event needs.
        used = kwargs if where == "kwargs" else {**data, **kwargs}
        for name in wanted:
            if name not in missing and (fault := _fault(name, used[name])):
                sentences.setdefault(where, []).append(f"{name}: {fault}.")
    return sentences


def _fault(name: str, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "must be text or a whole number"
    fits, demand = _FITS.get(name, (None, ""))
    return demand if fits and not fits(value) else None
