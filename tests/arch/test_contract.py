"""The contract in docs/contract names every call, error code and event of the product."""

from __future__ import annotations

import json
import re
from pathlib import Path

from shared.events import CATALOGUE, OWN_CODES

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "contract"
TEXT = " ".join(" ".join(page.read_text("utf-8").split()) for page in sorted(PAGES.glob("*.md")))
QUOTED = frozenset(re.findall(r"`([^`]*)`", TEXT))

DOCUMENT = json.loads((ROOT / "functions" / "meta" / "openapi.json").read_text("utf-8"))


def nameless(call: str) -> str:
    """A call without the names of its path's variable parts: each document has its own."""
    return re.sub(r"<\w+>|{\w+}", "<>", call)


def test_the_contract_names_every_call() -> None:
    named = {nameless(quoted) for quoted in QUOTED}
    calls = [
        f"{method.upper()} {path.removeprefix('/api')}"
        for path, item in DOCUMENT["paths"].items()
        for method in item
    ]
    missing = [call for call in calls if nameless(call) not in named]
    assert not missing, f"write in docs/contract, on the page of its area, about {', '.join(missing)}"


def test_the_contract_names_every_error_code() -> None:
    codes = set(re.findall(r'"code": "([a-z_]+)"', json.dumps(DOCUMENT)))
    assert "throttled" in codes
    missing = sorted(codes - QUOTED)
    assert not missing, f"write in docs/contract when a call answers {', '.join(missing)}"


def test_the_contract_says_when_every_event_is_sent_and_to_whom() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", (PAGES / "events.md").read_text("utf-8"), re.MULTILINE)
    told = {code for row in rows for code in re.findall(r"`([\w-]+)`", row)}
    missing = sorted(CATALOGUE.keys() - told - set(OWN_CODES))
    assert not missing, (
        f"write on the page of events in docs/contract when {', '.join(missing)} is sent, and to whom"
    )
