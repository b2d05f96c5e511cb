"""docs/security.md has every point once, its counts are those of its tables, and the tests that it names are there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from shared.domain.accounts.passwords import PRODUCT_WORDS
from shared.domain.accounts.sessions import MAX_SESSIONS
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")

LEVELS = """
1.2:5 1.3:2 1.5:1 2.1:1 2.2:2 2.3:1 3.2:2 3.3:1 3.4:2 3.5:3 4.1:3 4.2:1 4.3:2 4.4:4 5.2:2 5.3:2
6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4
10.4:5 11.3:2 11.4:1 12.1:1 12.2:2 13.4:1 14.2:1 14.3:1 15.1:1 15.2:1 15.3:1
"""
"""OWASP ASVS 5.0.0, level 1 of all chapters, level 2 of chapters 4, 6, 7, 8 and 9: how many points a section has there.
They are always its first ones."""

POINTS = [
    f"V{section}.{number}"
    for section, points in (part.split(":") for part in LEVELS.split())
    for number in range(1, int(points) + 1)
]

VERDICTS = ("met", "contract", "decision", "open")

DANGEROUS = """\
import hashlib, os, pickle, subprocess
from xml.etree import ElementTree
eval("1")
exec("1")
hashlib.md5(b"")
hashlib.sha1(b"")
pickle.loads(b"")
subprocess.run("x", shell=True)
os.system("x")
ElementTree.parse("x")
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A point in one of the tables."""

    point: str
    short: str
    verdict: str
    how: str
    tests: tuple[str, ...]


ROWS = [
    Row(point, short, verdict, how, tuple(re.findall(r"`([^`]+)`", tests)))
    for point, short, verdict, how, tests in re.findall(
        r"^\| (V[\d.]+) \| (.+?) \| (\w+) \| (.+?) \|(.*)\|$", PAGE, re.MULTILINE
    )
]
NOT_APPLICABLE = re.findall(r"V\d+\.\d+\.\d+", PAGE.partition("**Not applicable.**")[2].partition("\n###")[0])


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / file
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE))


def test_every_point_is_there_once() -> None:
    assert len(POINTS) == 118
    there = Counter([*(row.point for row in ROWS), *NOT_APPLICABLE])
    assert there == Counter(POINTS)


def test_the_counts_are_those_of_the_tables() -> None:
    told = re.search(
        r"<!-- counts -->.*^\| (\d[\d |]+) \|$.*<!-- /counts -->", PAGE, re.MULTILINE | re.DOTALL
    )
    assert told
    verdicts = Counter(row.verdict for row in ROWS)
    assert verdicts.keys() <= set(VERDICTS)
    counted = [len(POINTS), *(verdicts[verdict] for verdict in VERDICTS), len(NOT_APPLICABLE)]
    assert [int(number) for number in told[1].split(" | ")] == counted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.point)
def test_a_point_names_tests_that_are_there(row: Row) -> None:
    assert row.tests or row.verdict != "met"
    for test in row.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), file
        assert name in names_in(file), test


def test_the_page_has_the_lifetimes_of_the_settings() -> None:
    day, values = 24 * 3600, Settings()
    paragraph = PAGE.partition("**Lifetimes.**")[2].partition("\n\n")[0]
    days = [int(number) for number in re.findall(r"after (\d+) days", paragraph)]
    assert days == [
        values.refresh_seconds // day,
        values.refresh_seconds // day,
        values.session_seconds // day,
    ]
    assert f"Access {values.access_seconds // 60} minutes" in paragraph
    assert f"When {MAX_SESSIONS} newer" in paragraph


def test_the_contract_lists_the_products_words() -> None:
    rules = (
        (ROOT / "docs/contract/accounts.md")
        .read_text("utf-8")
        .partition("### Passwords")[2]
        .partition("\n###")[0]
    )
    assert all(f"`{word}`" in rules for word in PRODUCT_WORDS)


@pytest.mark.parametrize("file", ["shared/x.py", "functions/auth/x.py", "sse/x.py", "infra/local/edge/x.py"])
def test_the_linter_refuses_dangerous_calls(file: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=DANGEROUS,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert {"S102", "S301", "S307", "S314", "S324", "S602", "S605"} <= set(
        re.findall(r"\bS\d{3}\b", found)
    ), found
