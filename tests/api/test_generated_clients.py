"""Clients that generators make of the OpenAPI document: made without a warning, compiled strictly, and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.local.runner.stack import Stack
from tests.support import generated_clients
from tests.support.node_packages import place_of, require_packages
from tools.openapi.__main__ import FILE

PROGRAMS = Path(generated_clients.__file__).parent
PLACE = place_of(PROGRAMS)
SAID = {"guest": True, "error": "user_not_found", "count": 0, "first": None}

GENERATORS = {
    "openapi_typescript": ("openapi-typescript", str(FILE), "-o", "schema.d.ts"),
    "hey_api": ("openapi-ts", "-i", str(FILE), "-o", "hey_api_client", "-c", "@hey-api/client-fetch"),
}


def run(command: Sequence[str | Path], place: Path, **environment: str) -> str:
    """All that a program says. The test fails if the program does."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def assert_without_warnings(said: str) -> None:
    assert not re.search("warn|skip|error|unsupported|deprecat", said, re.IGNORECASE), said


@pytest.fixture(scope="module")
def typescript() -> Path:
    """Where both TypeScript programs stand compiled, beside their generated clients."""
    require_packages(PROGRAMS)
    for command in GENERATORS.values():
        assert_without_warnings(run(["npx", "--no-install", *command], PLACE))
    assert run(["npx", "--no-install", "tsc", "-p", "."], PLACE) == ""
    return PLACE / "out"


@pytest.mark.parametrize("name", GENERATORS)
def test_a_typescript_client_is_made_without_a_warning_compiles_strictly_and_works(
    stack: Stack, typescript: Path, name: str
) -> None:
    said = run(
        ["node", typescript / f"{name}.js"], PLACE, ORIGIN=stack.url, NODE_EXTRA_CA_CERTS=str(stack.ca)
    )
    assert json.loads(said) == SAID


OWN_FAULTS = {
    # `__exit__(self, *args: object)` hands its arguments to httpx.
    "pong_generated/client.py": "arg-type",
}
"""What mypy finds in code that is the same for every document: file and kind of error."""


def test_a_python_client_is_made_without_a_warning_compiles_strictly_and_works(
    stack: Stack, tmp_path: Path
) -> None:
    made = run(
        [
            "openapi-python-client",
            "generate",
            "--path",
            FILE,
            "--meta",
            "none",
            "--output-path",
            "pong_generated",
        ],
        tmp_path,
    )
    assert_without_warnings(made)
    program = shutil.copy(PROGRAMS / "openapi_python_client.py", tmp_path)
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\nno_error_summary = true\n")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", config, "pong_generated", program],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.findall(r"^(\S+?):\d+: error: .*\[([a-z-]+)\]$", checked.stdout, re.MULTILINE)
    assert set(found) <= set(OWN_FAULTS.items()), checked.stdout + checked.stderr
    assert len(checked.stdout.splitlines()) == len(found), checked.stdout
    said = run([sys.executable, program], tmp_path, ORIGIN=stack.url, NODE_EXTRA_CA_CERTS=str(stack.ca))
    assert json.loads(said) == SAID
