"""`make package`: what is deployed, in dist/: the functions' zip, the template, and what belongs to neither.

    python -m infra.package

Chalice makes the zip, with every package for Lambda's platform, and lists the functions; the template around them
is infra/cloud/'s. Chalice's own template is only read: its functions share one role, and it knows neither the
gateway's definition nor anything behind the functions (docs/decisions/0009-deployment.md).
"""

from __future__ import annotations

import fcntl
import json
import os
import py_compile
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path

from infra.cloud import template
from infra.cloud.functions import all_functions

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
ZIP = DIST / "functions.zip"
TEMPLATE = DIST / "template.json"

MAX_ZIP_MB = 12

SERVICES = ("dynamodb", "secretsmanager", "stepfunctions")
"""The services whose descriptions the functions need; botocore brings 400."""


class PackagingFailed(Exception):
    """Why, in a line or a few for the person who packages."""


def make() -> None:
    """Write dist/ anew. PackagingFailed if Chalice fails, or packages other functions than the template has.

    Whoever deploys meanwhile finds each file whole, the one from before or the new one.
    """
    DIST.mkdir(exist_ok=True)
    with _alone(), tempfile.TemporaryDirectory(dir=DIST) as directory:
        made = Path(directory)
        _chalice(made)
        sam = json.loads((made / "sam.json").read_text())
        _compare(sam["Resources"])
        slimmed, whole = made / ZIP.name, made / TEMPLATE.name
        slim(made / "deployment.zip", slimmed)
        if slimmed.stat().st_size > MAX_ZIP_MB * 2**20:
            raise PackagingFailed(
                f"{ZIP.name} is over {MAX_ZIP_MB} MB: leave something out (infra/package.py)"
            )
        whole.write_text(json.dumps(template.whole(), indent=1) + "\n")
        slimmed.replace(ZIP)
        whole.replace(TEMPLATE)


@contextmanager
def _alone() -> Iterator[None]:
    """While no other process packages: Chalice keeps its dependencies in one place, .chalice/deployments."""
    with (DIST / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _chalice(directory: Path) -> None:
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", "prod", str(directory)]
    # Chalice asks for a region although nothing that it makes depends on one.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PackagingFailed(f"chalice package failed:\n{ran.stdout}{ran.stderr}")


def _compare(resources: Mapping[str, Mapping[str, object]]) -> None:
    packaged = {
        properties["Handler"]
        for found in resources.values()
        if found["Type"] == "AWS::Serverless::Function"
        and isinstance(properties := found["Properties"], dict)
    }
    expected = {function.handler for function in all_functions()}
    if packaged != expected:
        raise PackagingFailed(f"Chalice and the template differ about {', '.join(packaged ^ expected)}")


def slim(source: Path, target: Path) -> None:
    """Copy a zip without what no function needs, and with every module compiled.

    A function can't keep compiled modules: compiling would take longer than all the rest of a cold start. The same
    input gives the same bytes.
    """
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w") as kept:
        for name in sorted(given.namelist()):
            if _is_needed(name):
                content = given.read(name)
                _add(kept, name, content)
                if name.endswith(".py"):
                    _add(kept, cache_from_source(name), _compiled(name, content))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)


def _compiled(name: str, source: bytes) -> bytes:
    """The module's code, which Python takes as it is: without a look at the source (PEP 552, unchecked)."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "module.py")
        file.write_bytes(source)
        made = py_compile.compile(
            str(file),
            cfile=str(file.with_suffix(".pyc")),
            dfile=f"/var/task/{name}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return Path(made or "").read_bytes()


def _is_needed(name: str) -> bool:
    """Everything but other services' descriptions, examples, and what only pip and people read."""
    parts = name.split("/")
    if name.startswith("botocore/data/") and len(parts) > 3:
        return parts[2] in SERVICES and not parts[-1].startswith("examples")
    if "__pycache__" in parts or name.endswith((".pyi", ".c", ".h", "/RECORD")):
        return False
    return parts[0] not in ("cffi", "pycparser") and not parts[0].startswith(("cffi-", "pycparser-"))


def main() -> int:
    """Package; the exit code."""
    try:
        make()
    except PackagingFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    for file in (ZIP, TEMPLATE):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 2**20:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
