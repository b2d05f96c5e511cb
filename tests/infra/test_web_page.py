"""The web page's files, as the edge sends them and as a bucket would: paths, headers, size."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path, PurePosixPath

import httpx
import pytest

from infra import web_page
from infra.web_page import ROOT
from tests.support.node_packages import place_of, require_packages

MAX_SIZE = 40 * 1024


def test_every_file_of_the_page_is_at_its_path(client: httpx.Client) -> None:
    for path, file in web_page.files().items():
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (200, file.read_bytes()), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, answer.headers["cache-control"]) == (304, "no-cache")


def test_the_page_loads_from_its_own_origin_only_and_talks_to_the_game_server(client: httpx.Client) -> None:
    policy = dict(
        part.split(" ", 1) for part in client.get("/").headers["content-security-policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "img")} == {"'self'"}
    assert re.fullmatch(r"'self' wss://localhost:\d+", policy["connect-src"])
    assert web_page.policy("wss://game.example.com/a").startswith(
        "default-src 'none'; connect-src 'self' wss://game.example.com; "
    )


@pytest.mark.parametrize(
    "path",
    [
        "/web/",
        "/web/index.html",
        "/web/tsconfig.json",
        "/web/../app.py",
        "/web/%2e%2e/clients/javascript/package.json",
        "/clients/javascript/package.json",
        "/clients/javascript/src/none.js",
        "/clients/python/pyproject.toml",
    ],
)
def test_other_files_of_the_repository_are_not_there(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_page_is_only_read(client: httpx.Client) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").content == b""


def imported(file: Path) -> set[str]:
    """The paths of the modules that a module imports as it runs."""
    found = re.findall(r'^(?:import|export)\b[^"]*?"(\.[^"]+)";$', file.read_text("utf-8"), re.MULTILINE)
    folder = PurePosixPath("/", file.parent.relative_to(ROOT))
    return {"/" + str((ROOT / str(folder)[1:] / name).resolve().relative_to(ROOT)) for name in found}


def test_every_module_is_reached_from_the_page_and_all_have_at_most_40_kb_gzipped() -> None:
    files = web_page.files()
    reached, left = set[str](), {"/web/main.js"}
    while left:
        path = left.pop()
        reached.add(path)
        left |= imported(files[path]) - reached

    assert {path for path in files if path.endswith(".js")} == reached
    assert len(gzip.compress(b"".join(file.read_bytes() for file in files.values()), mtime=0)) <= MAX_SIZE


def test_the_page_fits_the_types_of_the_client() -> None:
    programs = ROOT / "tests/clients/javascript/programs"
    require_packages(programs)
    tsc = place_of(programs) / "node_modules/.bin/tsc"
    checked = subprocess.run([tsc, "-p", "web"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout
