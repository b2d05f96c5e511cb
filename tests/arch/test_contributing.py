"""CONTRIBUTING.md's walk, from a new endpoint to its removal, in a scratch copy, with the very blocks of the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engine import ROOT

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".local", ".hypothesis", ".*_cache", "__pycache__", "deployments", "dist", "results"
)

RUFF = f"{sys.executable} -m ruff"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(start: str, end: str) -> list[tuple[str, str]]:
    """Language and text of the code blocks between two headings."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return BLOCK.findall(text[text.index(f"\n{start}\n") : text.index(f"\n{end}\n")])


class Copy:
    """A copy of the tree in which the blocks of the page are done."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT, root, symlinks=True, ignore=LEFT_OUT)
        for environment in ROOT.glob(".venv*"):
            (root / environment.name).symlink_to(environment.resolve())
        self.originals: dict[Path, str] = {}
        self.output = ""

    def do(self, kind: str, block: str) -> None:
        """Write, run or look for what a block shows."""
        match kind:
            case "sh":
                self.output = "\n".join(map(self.run, block.splitlines()))
            case "text":
                missing = [line for line in block.splitlines() if line not in self.output]
                assert not missing, f"CONTRIBUTING.md shows what doesn't appear in\n{self.output}"
            case _:
                self.write(block)

    @property
    def passed(self) -> bool:
        """Whether the tests that ran last passed."""
        return " passed" in self.output and " failed" not in self.output and " error" not in self.output

    def run(self, command: str) -> str:
        """The output of a command. The environments are those of this process, so `make` has none to install."""
        make = f"make -o local -o dev VENV={sys.executable} "
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            command.replace("make ", make, 1) if command.startswith("make ") else command,
            shell=True,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    def write(self, block: str) -> None:
        """Add a block to the file that its first line names: a new one, at the end, or in a dictionary."""
        head, text = block.split("\n", 1)
        name, _, place = head.strip("#<!-> ").partition(", ")
        file = self.root / name
        if not place:
            file.write_text(text)
            return
        before = self.originals.setdefault(file, file.read_text())
        if place == "at the end":
            file.write_text(before + text)
        else:
            start = re.search(rf"^{place.removeprefix('in ')}\b.*{{$\n", before, re.MULTILINE)
            assert start, f"{name} has no dictionary for {head}"
            file.write_text(before[: start.end()] + text + before[start.end() :])

    def take_out_what_was_added(self) -> None:
        """Restore the files that were there before."""
        for file, text in self.originals.items():
            file.write_text(text)

    def files(self) -> dict[str, bytes]:
        """The sources and documents of the copy."""
        return {
            str(file.relative_to(self.root)): file.read_bytes()
            for folder in ("docs", "functions", "shared", "tests")
            for file in (self.root / folder).rglob("*.*")
            if file.suffix in (".json", ".md", ".py")
        }


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    made = Copy(tmp_path / "pong")
    yield made
    shutil.rmtree(made.root)


@pytest.mark.long
def test_an_endpoint_comes_and_goes_as_the_page_says(copy: Copy) -> None:
    before = copy.files()

    for kind, block in blocks("## Add an endpoint", "### Remove an endpoint"):
        copy.do(kind, block)
    assert copy.passed, copy.output
    assert copy.run(f"{RUFF} check --quiet . && {RUFF} format --check --quiet .") == ""

    (remove, messages, *rest) = blocks("### Remove an endpoint", "## Add an event")
    copy.do(*remove)
    copy.do(*messages)
    copy.take_out_what_was_added()
    for kind, block in rest:
        copy.do(kind, block)
    assert copy.passed, copy.output
    assert copy.files() == before
