"""Make the virtual environment and install a requirements file into it, unless that was done already.

Run by the Makefile with the system's Python before anything is installed, hence standard library only:

    python3 infra/local/environment.py requirements-local.txt
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"


class SetupError(Exception):
    """What keeps the environment from being made, in one line for the person who started it."""


def included_files(requirements: Path) -> list[Path]:
    """The file itself and all that it includes with -r or -c, in the order of reading."""
    found = [requirements]
    for line in requirements.read_text().splitlines():
        if match := re.match(r"-[rc]\s+(\S+)", line):
            found += included_files(requirements.parent / match[1])
    return found


def fingerprint(requirements: Path) -> str:
    """Changes whenever the environment's interpreter, its place or one of the files does."""
    digest = hashlib.sha256(str(VENV).encode())
    for file in [VENV / "pyvenv.cfg", *included_files(requirements)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamp_of(requirements: Path) -> Path:
    """The file that holds the fingerprint of what was installed last from these requirements."""
    return VENV / f"installed-{requirements.stem}"


def is_installed(requirements: Path) -> bool:
    """Whether exactly this file's packages are in the environment already."""
    stamp = stamp_of(requirements)
    return stamp.exists() and stamp.read_text() == fingerprint(requirements)


def install(requirements: Path) -> None:
    """Make the environment where missing and install the requirements.

    Raises SetupError when the interpreter lacks the venv module or pip fails.
    """
    python = VENV / "bin" / "python"
    if not python.exists() or subprocess.run([python, "-c", "import pip"], capture_output=True).returncode:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise SetupError(
                    f"Python's module {module} is missing: install it first"
                    f" (on Debian and Ubuntu: apt-get install python3-venv)"
                )
        print(f"making the virtual environment in {VENV.name} ...", file=sys.stderr, flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
        if made.returncode:
            raise SetupError(
                f"the virtual environment could not be made: {(made.stdout + made.stderr).strip()}"
            )
    print(f"installing {requirements.name} ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--disable-pip-version-check",
        "-r",
    ]
    if subprocess.run([*pip, str(requirements)], cwd=ROOT).returncode:
        raise SetupError(f"pip could not install {requirements.name}; its messages are above")
    stamp_of(requirements).write_text(fingerprint(requirements))
    print(f"installed in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Install the file named on the command line; the exit code."""
    requirements = ROOT / sys.argv[1]
    try:
        if not is_installed(requirements):
            install(requirements)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
