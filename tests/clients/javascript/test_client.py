"""The JavaScript client: its rules on a fake clock, its types, its size, and what is made from the API."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.local.settings import ROOT
from tests.support.node_packages import place_of, require_packages
from tools import javascript_types
from tools.openapi.__main__ import FILE as OPENAPI

CLIENT = ROOT / "clients" / "javascript"
PROGRAMS = Path(__file__).with_name("programs")
MODULES = sorted((CLIENT / "src").glob("*.js"))
DOCUMENT = json.loads(OPENAPI.read_text("utf-8"))


@pytest.fixture(scope="module")
def place() -> Path:
    """A folder with the client as a package, the programs of the tests and TypeScript."""
    require_packages(PROGRAMS)
    place = place_of(PROGRAMS)
    shutil.copy(PROGRAMS / "sample.mts", place)
    package = place / "node_modules" / "pong-client"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(CLIENT, package)
    return place


def run(place: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def gzipped(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


def test_the_declarations_of_calls_and_events_are_not_stale() -> None:
    assert javascript_types.FILE.read_text("utf-8") == javascript_types.text(DOCUMENT), "run `make openapi`"


def test_the_modules_have_at_most_8_kb_in_one_piece_and_10_kb_one_by_one() -> None:
    modules = [module.read_bytes() for module in MODULES]
    assert gzipped(b"".join(modules)) <= 8 * 1024
    assert sum(gzipped(module) for module in modules) <= 10 * 1024


def test_the_rules_hold(place: Path) -> None:
    run(place, "node", "--test", *sorted(test.name for test in PROGRAMS.glob("*.test.mjs")))


def test_the_modules_fit_their_types_and_the_declarations_are_not_stale(place: Path, tmp_path: Path) -> None:
    package = place / "node_modules" / "pong-client"
    for made in (package / "types").glob("*.d.ts"):
        if (package / "src" / made.name.replace(".d.ts", ".js")).exists():
            made.unlink()
    run(package, str(place / "node_modules" / ".bin" / "tsc"), "-p", ".")
    for made in (package / "types").glob("*.d.ts"):
        assert made.read_text("utf-8") == (CLIENT / "types" / made.name).read_text("utf-8"), made.name


def test_a_strict_program_compiles_and_wrong_paths_and_fields_do_not(place: Path) -> None:
    tsc = str(place / "node_modules" / ".bin" / "tsc")
    run(place, tsc, "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "sample.mts")


def test_a_call_is_repeated_if_the_api_reads_its_key_or_it_changes_nothing(place: Path) -> None:
    is_safe = {
        (method.upper(), path.removeprefix("/api")): any(
            parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", [])
        )
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    }
    is_safe.update(dict.fromkeys([call for call in is_safe if call[0] == "GET"], True))
    is_safe["POST", "/private/match/ticket/"] = True
    script = (
        'import { isRepeatable } from "./node_modules/pong-client/src/calls.js";'
        f"console.log(JSON.stringify({json.dumps([*is_safe])}.map(call => isRepeatable(...call))));"
    )
    answers = json.loads(run(place, "node", "--input-type=module", "-e", script))
    assert dict(zip(is_safe, answers, strict=True)) == is_safe


def test_the_package_has_modules_and_declarations_only(place: Path) -> None:
    (packed,) = json.loads(run(CLIENT, "npm", "pack", "--dry-run", "--json"))
    names = {file["path"] for file in packed["files"]}
    assert {name.partition("/")[0] for name in names} == {"README.md", "package.json", "src", "types"}
