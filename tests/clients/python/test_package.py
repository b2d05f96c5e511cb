"""The Python client as a package: it builds, and works outside the repository."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[3] / "clients" / "python"
BUILD = "import sys, flit_core.buildapi as b; print(b.build_wheel(sys.argv[1]), b.build_sdist(sys.argv[1]))"
USE = """
import pong_client
assert pong_client.__file__.startswith(sys_path), pong_client.__file__
pong_client.Pong("https://localhost:1").close()
"""


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_works_outside_the_repository_and_the_sources_have_all_files(tmp_path: Path) -> None:
    wheel, sources = run(sys.executable, "-c", BUILD, tmp_path, cwd=CLIENT).split()
    place = tmp_path / "installed"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile")
    run(*pip, "--target", place, tmp_path / wheel, cwd=tmp_path)
    assert (place / "pong_client" / "py.typed").exists()
    use = f"import sys; sys_path = {str(place)!r}; sys.path.insert(0, sys_path)" + USE
    run(sys.executable, "-c", use, cwd=tmp_path)
    with tarfile.open(tmp_path / sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "pyproject.toml", "src/pong_client/types/events.py"} <= names
