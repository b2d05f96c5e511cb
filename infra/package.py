"""Make the functions' zip and the template in dist/ (`make package`).

    python -m infra.package            for AWS, whose functions run on Python 3.13 and arm64
    python -m infra.package --native   the same for this machine's processors: for LocalStack, which can't leave them
    python -m infra.package --local    for an engine that runs functions with this interpreter, whatever its version

Chalice makes the zip, with every package for Lambda's platform, and lists the functions; the template around them
is infra/cloud/'s (docs/decisions/0009-deployment.md says why).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import package_data
from infra.cloud import template
from infra.cloud.chalice_config import STAGE
from infra.cloud.functions import ARCHITECTURE, RUNTIME

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
ZIP = DIST / "functions.zip"
LOCAL_ZIP = DIST / "functions-local.zip"
TEMPLATE = DIST / "template.json"

LOCAL_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"

NATIVE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
"""Lambda's name of this machine's architecture."""

MAX_ZIP_MB = 5

OURS = ("app.py", "functions", "shared")
"""In the package. Libraries have no sources and no docstrings there: tracebacks name their lines, and show ours."""

NOT_NEEDED = (
    "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
    "pydantic/mypy.py",
    "pydantic/v1/",
    "urllib3/contrib/",
)
"""Parts of libraries that no function imports."""

CHALICE = """
import sys
from chalice.cli import main
from chalice.config import Config
Config.lambda_python_version = sys.argv.pop(1)
Config.lambda_architecture = sys.argv.pop(1)
sys.exit(main())
"""
"""Chalice's command line for a runtime and an architecture. Left alone, it packages for its own Python."""


class PackagingFailed(Exception):
    """The reason, in a line or a few for the person who packages."""


def make(*, local: bool = False, native: bool = False) -> Path:
    """Write zip and template into dist/. Returns the zip; PackagingFailed if Chalice fails or differs from us.

    A deployment that runs meanwhile finds each file whole, the one from before or the new one.
    """
    target, runtime = (LOCAL_ZIP, LOCAL_RUNTIME) if local else (ZIP, RUNTIME)
    architecture = NATIVE if local or native else ARCHITECTURE
    DIST.mkdir(exist_ok=True)
    with _alone(), tempfile.TemporaryDirectory(dir=DIST) as directory:
        made = Path(directory)
        _chalice(made, runtime, architecture)
        whole = template.whole(architecture)
        _compare(json.loads((made / "sam.json").read_text())["Resources"], whole["Resources"])
        slimmed, described = made / target.name, made / TEMPLATE.name
        slim(made / "deployment.zip", slimmed, runtime)
        if slimmed.stat().st_size > MAX_ZIP_MB * 2**20:
            raise PackagingFailed(f"The zip is over {MAX_ZIP_MB} MB: leave something out (infra/package.py)")
        described.write_text(json.dumps(whole, indent=1) + "\n")
        slimmed.replace(target)
        described.replace(TEMPLATE)
    return target


@contextmanager
def _alone() -> Iterator[None]:
    """While no other process packages: Chalice keeps its dependencies in one place, .chalice/deployments."""
    with (DIST / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _chalice(directory: Path, runtime: str, architecture: str) -> None:
    command = [
        sys.executable,
        "-c",
        CHALICE,
        runtime,
        architecture,
        "package",
        "--stage",
        STAGE,
        str(directory),
    ]
    # Chalice asks for a region although nothing that it makes depends on one. Its pip takes wheels for the runtime.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ}
    environment |= {"PIP_PYTHON_VERSION": runtime.removeprefix("python"), "PIP_ONLY_BINARY": ":all:"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PackagingFailed(f"chalice package failed:\n{ran.stdout}{ran.stderr}")


def _compare(packaged: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    """PackagingFailed unless Chalice and the template have the same functions, memory and time-outs."""
    one, other = _facts(packaged, "AWS::Serverless::Function"), _facts(described, "AWS::Lambda::Function")
    if one != other:
        differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        raise PackagingFailed(f"Chalice and the template differ about {', '.join(differing)}")


def _facts(resources: Mapping[str, Any], kind: str) -> dict[str, Any]:
    functions = [found["Properties"] for found in resources.values() if found["Type"] == kind]
    return {
        function["Handler"]: [function[fact] for fact in ("MemorySize", "Timeout")] for function in functions
    }


def slim(source: Path, target: Path, runtime: str) -> None:
    """Copy a zip without the files that no function needs, and with every module compiled for its runtime.

    A function can't keep compiled modules: compiling would take longer than all the rest of a cold start. The same
    input gives the same bytes.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as directory:
        kept = Path(directory)
        with zipfile.ZipFile(source) as given:
            given.extractall(kept, [name for name in given.namelist() if _is_needed(name)])
        package_data.cut(kept)
        _compile(kept, runtime)
        with zipfile.ZipFile(target, "w") as archive:
            for file in sorted(file for file in kept.rglob("*") if file.is_file()):
                entry = zipfile.ZipInfo(str(file.relative_to(kept)))
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)


def _compile(directory: Path, runtime: str) -> None:
    """Compile all modules, so that Python takes them without a look at the source (PEP 552, unchecked)."""
    interpreter = interpreter_of(runtime)
    if not interpreter:
        print(
            f"{runtime} isn't on the PATH: the modules in the package aren't compiled, and cold starts take longer",
            file=sys.stderr,
        )
        return
    # In tracebacks the files are where Lambda has them.
    places = ["-s", str(directory), "-p", "/var/task"]
    command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", *places]
    libraries = [str(path) for path in sorted(directory.iterdir()) if path.name not in OURS]
    ours = [str(directory / name) for name in OURS if (directory / name).exists()]
    # -b puts a compiled module in the place of its source, -o 2 leaves out docstrings and assertions.
    for some in (["-b", "-o", "2", *libraries], ours):
        ran = subprocess.run([*command, *some], capture_output=True, text=True, check=False)
        if ran.returncode:
            raise PackagingFailed(f"A module can't be compiled for {runtime}:\n{ran.stdout}{ran.stderr}")
    for compiled in directory.rglob("*.pyc"):
        if compiled.parent.name != "__pycache__":
            compiled.with_suffix(".py").unlink()


def interpreter_of(runtime: str) -> str | None:
    """A Python of the runtime's version: this one, or one on the PATH."""
    if runtime == LOCAL_RUNTIME:
        return sys.executable
    if not shutil.which(runtime):
        return None
    # A version manager puts names on the PATH for interpreters that aren't there: those print nothing.
    command = [runtime, "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None


def _is_needed(name: str) -> bool:
    """Whether a function needs a file: not other services' descriptions, examples, or files for pip and people."""
    parts = name.split("/")
    if name.startswith("botocore/data/") and len(parts) > 3:
        return parts[2] in package_data.SERVICES and not parts[-1].startswith("examples")
    if "__pycache__" in parts or name.endswith((".pyi", ".c", ".h")) or name.startswith(NOT_NEEDED):
        return False
    # Pydantic reads every distribution's metadata when it starts, for plugins. There are none.
    return parts[0] not in ("cffi", "pycparser") and not parts[0].endswith((".dist-info", ".data"))


def main() -> int:
    """Package. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="make package", description="Write dist/functions.zip and dist/template.json."
    )
    parser.add_argument("--local", action="store_true", help="for an engine that uses this interpreter")
    parser.add_argument("--native", action="store_true", help="for this machine's processors")
    given = parser.parse_args()
    try:
        target = make(local=given.local, native=given.native)
    except PackagingFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    for file in (target, TEMPLATE):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 2**20:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
