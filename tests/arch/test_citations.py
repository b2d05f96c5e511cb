"""Every rule that code, tests and documents cite is there, and every link of the documents leads somewhere.

A citation is the path of a document and the anchor of a heading: docs/contract/README.md#how-to-cite-a-rule.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "docs/contract"

PRUNED = ("dist", "vendor", "__pycache__")
"""Directories without sources of their own; hidden ones are left out as well."""

CITATION = re.compile(r"(?<![\w./-])(docs/[\w./-]+\.md)(?:#([\w-]+))?")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)|!\[[^\]]*\]\(([^()\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`]*`", re.DOTALL | re.MULTILINE)
OUTSIDE = re.compile(r"\b(?:behaviour|api\.fr)\.md\b")
"""Documents of the customer's that the repository doesn't hold."""


def sources(root: Path, *suffixes: str) -> Iterator[tuple[str, str]]:
    """Path from the root and text of every file with one of these suffixes."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in PRUNED)
        for file in sorted(files):
            if file.endswith(suffixes):
                path = Path(folder, file)
                yield path.relative_to(root).as_posix(), path.read_text("utf-8")


def anchors(page: Path) -> list[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings(page)]


def headings(page: Path) -> list[str]:
    """The headings of a page."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)


def missing(root: Path, page: str, anchor: str | None) -> str | None:
    """What is wrong with a reference to a page and its anchor, and what may be meant; None if it leads there."""
    if not (root / page).exists():
        pages = [path for path, _ in sources(root, ".md")]
        return f"there is no {page}{_nearest(page, pages)}"
    if anchor and anchor not in (there := anchors(root / page)):
        return f"{page} has no heading #{anchor}{_nearest(anchor, there, '#')}"
    return None


def _nearest(name: str, names: list[str], mark: str = "") -> str:
    close = get_close_matches(name, names, 1, 0)
    return f"; the nearest is {mark}{close[0]}" if close else ""


def broken_citations(root: Path) -> list[str]:
    """Every citation that leads nowhere, with file and line."""
    return [
        f"{path}:{_line(text, citation.start())}: {problem}"
        for path, text in sources(root, ".py", ".md", ".toml", ".yml")
        for citation in CITATION.finditer(text)
        if (problem := missing(root, citation[1], citation[2]))
    ]


def broken_links(root: Path) -> list[str]:
    """Every relative link of a Markdown file that leads nowhere, with file and line."""
    found = []
    for path, text in sources(root, ".md"):
        shown = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
        for link in LINK.finditer(shown):
            target, _, anchor = unquote(link[1] or link[2]).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            page = os.path.normpath(Path(path).parent / target) if target else path
            if problem := missing(root, page, anchor if page.endswith(".md") else None):
                found.append(f"{path}:{_line(text, link.start())}: {problem}")
    return found


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def test_every_citation_leads_to_a_rule() -> None:
    assert not (broken := broken_citations(ROOT)), "\n".join(broken)


def test_every_link_of_the_documents_leads_somewhere() -> None:
    assert not (broken := broken_links(ROOT)), "\n".join(broken)


def test_no_file_cites_a_document_that_is_not_in_the_repository() -> None:
    found = [
        f"{path}:{_line(text, name.start())}: cite a rule of {CONTRACT}/ instead of {name[0]}"
        for path, text in sources(ROOT, ".py", ".md")
        for name in OUTSIDE.finditer(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page", sorted((ROOT / CONTRACT).glob("*.md")), ids=lambda page: page.stem)
def test_the_headings_of_the_contract_are_plain_words_and_each_is_there_once(page: Path) -> None:
    assert [heading for heading in headings(page) if not re.fullmatch(r"[A-Za-z0-9 -]+", heading)] == []
    assert [anchor for anchor, times in Counter(anchors(page)).items() if times > 1] == []


# ── what is broken is found ──────────────────────────────────────────────────────────────────────────────

RULES = f"{CONTRACT}/rules.md"
PAGE = "docs" + "/page.md"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A repository with one rule."""
    (tmp_path / CONTRACT).mkdir(parents=True)
    (tmp_path / RULES).write_text("# Rules\n\n### Byes and pauses\n\n```\n### no heading\n```\n")
    return tmp_path


@pytest.mark.parametrize(
    ("citation", "problem"),
    [
        ("rules.md#byes-and-pauses", None),
        ("rules.md", None),
        ("rules.md#byes-pauses", f"{RULES} has no heading #byes-pauses; the nearest is #byes-and-pauses"),
        ("rules.md#no-heading", f"{RULES} has no heading #no-heading; the nearest is #byes-and-pauses"),
        ("rule.md#byes-and-pauses", f"there is no {CONTRACT}/rule.md; the nearest is {RULES}"),
    ],
)
def test_a_citation_that_leads_nowhere_is_told_with_its_place_and_the_nearest_rule(
    house: Path, citation: str, problem: str | None
) -> None:
    (house / "code.py").write_text(f'"""A module.\n\nIt says so in {CONTRACT}/{citation}.\n"""\n')
    assert broken_citations(house) == ([f"code.py:3: {problem}"] if problem else [])


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("contract/rules.md#byes-and-pauses", None),
        ("#own-heading", None),
        ("https://example.com/nowhere.md#x", None),
        (
            "contract/rules.md#bye-pauses",
            f"{RULES} has no heading #bye-pauses; the nearest is #byes-and-pauses",
        ),
        ("contract/picture.svg", f"there is no {CONTRACT}/picture.svg; the nearest is {RULES}"),
        ("#own", f"{PAGE} has no heading #own; the nearest is #own-heading"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_its_place_and_what_may_be_meant(
    house: Path, link: str, problem: str | None
) -> None:
    (house / PAGE).write_text(f"# Own heading\n\n`[code](no.md)` and [a\nlink]({link})\n")
    assert broken_links(house) == ([f"{PAGE}:3: {problem}"] if problem else [])
