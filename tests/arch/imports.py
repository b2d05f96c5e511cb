"""What the import of a module brings along, and how much work it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support.engine import ROOT

MAX_CALLS = 230_000
"""Calls of Python functions that the import of an endpoint's module may make; a cold start waits for them.

Unlike its seconds, the calls of an import are the same on any machine under any load. The slowest import makes 218,000
with Python 3.11 and 203,000 with 3.13; 158,000 and 143,000 are those of
botocore, PynamoDB, Pydantic, Chalice and PyJWT (docs/measurements.md#cold-starts).
"""

COUNT = """
calls = 0
def count(frame, event, argument):
    global calls
    calls += event == "call"
import sys
sys.setprofile(count)
"""
"""A program that counts calls of Python functions in `calls` from here on."""

_IMPORTER = (
    """
import sys
hidden = set(sys.argv[2].split(","))
class NotInThePackage:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"{name} is not in the Lambda package", name=name)
sys.meta_path.insert(0, NotInThePackage())
import importlib, json
"""
    + COUNT
    + """
importlib.import_module(sys.argv[1])
sys.setprofile(None)
print(json.dumps([calls, sorted(sys.modules)]))
"""
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module in a fresh interpreter."""

    calls: int
    """The calls of Python functions that it makes."""
    modules: frozenset[str]
    """All modules that are loaded then."""


def import_with(requirements: str, module: str) -> Import:
    """Import a module with the packages of a requirements file, and nothing else."""
    finished = subprocess.run(
        [sys.executable, "-c", _IMPORTER, module, ",".join(sorted(_hidden(requirements)))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"{module} can't be imported with {requirements}:\n{finished.stderr}"
    calls, modules = json.loads(finished.stdout)
    return Import(calls, frozenset(modules))


def _hidden(requirements: str) -> set[str]:
    """The packages of this environment that a requirements file doesn't install."""
    packaged = _packages(ROOT / requirements)
    packaged.add("chalice")  # `chalice package` adds its runtime on its own
    return {
        package
        for package, distributions in packages_distributions().items()
        if packaged.isdisjoint(_plain(distribution) for distribution in distributions)
        and package not in {"shared", "functions", "sse", "pong_client"}
    }


def _packages(requirements: Path) -> set[str]:
    """The packages that a requirements file and its includes name, and what a few of them need."""
    text = requirements.read_text()
    found = {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    for other in re.findall(r"^-r (\S+)", text, re.MULTILINE):
        found |= _packages(requirements.parent / other)
    found |= {"click", "h11"} if "uvicorn" in found else set()
    return found | ({"anyio", "certifi", "h11", "httpcore", "idna"} if "httpx" in found else set())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
