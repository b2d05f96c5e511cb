"""Write the tables of live events into docs/events.md and docs/contract/events.md.

    python -m tools.events

A test fails when they are stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path

from pydantic import BaseModel

from shared.events import EventKind, Target
from shared.wire.accounts import events as accounts
from shared.wire.catalogue import CATALOGUE
from shared.wire.chat import events as chat
from shared.wire.play import lobby_events, match_events, room_events, tournament_events
from shared.wire.social import events as social
from tools.marked import DOCS, with_part

CATALOGUE_FILE = DOCS / "events.md"
CONTRACT_FILE = DOCS / "contract" / "events.md"

PARTS: Mapping[str, Sequence[EventKind]] = {
    "users": accounts.KINDS,
    "friends": social.KINDS,
    "conversations": chat.KINDS,
    "matches": [kind for kind in match_events.KINDS if kind.service == "game"],
    "lobbies": [
        *lobby_events.KINDS,
        room_events.LOBBY_MESSAGE,
        *(kind for kind in match_events.KINDS if kind.service == "lobby"),
    ],
    "tournaments": [*tournament_events.KINDS, room_events.TOURNAMENT_MESSAGE],
    "invitations": room_events.INVITATIONS,
    "feed": match_events.FEED_KINDS,
}
"""The tables of the contract, by the names of their parts of the page."""


def catalogue() -> str:
    """All events as a Markdown table."""
    head = ("event", "service", "type", "message", "`data`", "`kwargs`", "targets")
    return _table(head, (_row(kind) for kind in (*CATALOGUE.values(), *match_events.FEED_KINDS)))


def occasions(kinds: Iterable[EventKind]) -> str:
    """When these events are sent, and to whom, as a Markdown table."""
    rows = [
        (f"`{kind.code}`", occasion.when, occasion.to, _shape(kind.data))
        for kind in kinds
        for occasion in kind.occasions
    ]
    return _table(("event", "when", "to", "`data`"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


def _row(kind: EventKind) -> Sequence[str]:
    targets = (
        f"{target.type} `{f'{target.method} ' if target.method else ''}{_address(target)}`"
        for target in kind.targets
    )
    return (
        f"`{kind.code}`",
        kind.service,
        "notification" if kind.person else "event",
        " / ".join([kind.message, *kind.without.values()]),
        _shape(kind.data),
        _names(kind.kwargs) if kind.kwargs else "",
        ", ".join(targets),
    )


def _address(target: Target) -> str:
    return f"wss://…/ws/game{target.url}?ticket=…" if target.type == "websocket" else target.url


def _shape(model: type[BaseModel] | None) -> str:
    """A model of the contract by its name, a small one by its fields."""
    if model is None:
        return "none"
    title = model.model_config.get("title") or ""
    if title.endswith("Instance"):
        return title
    words = cleandoc(model.__doc__ or "").partition("\n")[0].rstrip(".")
    return f"{_names(model)}: {words[0].lower()}{words[1:]}"


def _names(model: type[BaseModel]) -> str:
    fields = [name for name in model.model_fields if name != "root"]
    return ", ".join(f"`{name}`" for name in fields) or "an object"


def texts() -> dict[Path, str]:
    """The files as they should be."""
    contract = CONTRACT_FILE.read_text(encoding="utf-8")
    for name, kinds in PARTS.items():
        contract = with_part(contract, name, occasions(kinds))
    return {
        CATALOGUE_FILE: with_part(CATALOGUE_FILE.read_text(encoding="utf-8"), "catalogue", catalogue()),
        CONTRACT_FILE: contract,
    }


if __name__ == "__main__":
    for file, text in texts().items():
        file.write_text(text, encoding="utf-8")
        print(f"{file.relative_to(DOCS.parent)}: {len(CATALOGUE)} events")
