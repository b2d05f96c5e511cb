"""Make virtual environments and install a requirements file into each, unless that was done already.

Run by the Makefile with the system's Python before anything is installed, hence standard library only:

    python3 infra/local/runner/environments.py requirements-local.txt requirements-engine.txt

The embedded AWS engine has an environment of its own, so that its packages' versions don't decide the product's.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[3]

PLACES = {"requirements-engine.txt": ROOT / ".venv-engine"}
PLACE_OF_OTHERS = ROOT / ".venv"

PIP = ("-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "-r")


RUNNING: list[subprocess.Popen[str]] = []


class SetupError(Exception):
    """What keeps an environment from being made, in one line for the person who started it."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the requirements file that it is for."""

    place: Path
    requirements: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.place / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that holds the fingerprint of what was installed last from these requirements."""
        return self.place / f"installed-{self.requirements.stem}"

    @property
    def unfinished(self) -> Path:
        """The file that is there while pip works: what it leaves when it is stopped can't be trusted."""
        return self.place / "unfinished"

    def fingerprint(self) -> str:
        """Changes whenever the environment's interpreter, its place or one of the files does."""
        digest = hashlib.sha256(str(self.place).encode())
        for file in [self.place / "pyvenv.cfg", *included_files(self.requirements)]:
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def is_installed(self) -> bool:
        """Whether exactly this file's packages are in the environment already."""
        return self.stamp.exists() and self.stamp.read_text() == self.fingerprint()

    def install(self) -> None:
        """Make the environment where missing and install the requirements.

        Raises SetupError when the interpreter lacks the venv module or pip fails.
        """
        if self.unfinished.exists() or not self._has_pip():
            self._make()
        self.unfinished.touch()
        say(f"installing {self.requirements.name} ...")
        started = time.monotonic()
        if run([self.python, *PIP, self.requirements]).returncode:
            raise SetupError(f"pip could not install {self.requirements.name}; its messages are above")
        self.stamp.write_text(self.fingerprint())
        self.unfinished.unlink()
        say(f"installed {self.requirements.name} in {time.monotonic() - started:.0f} s")

    def _has_pip(self) -> bool:
        return self.python.exists() and not run([self.python, "-c", "import pip"], quiet=True).returncode

    def _make(self) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise SetupError(
                    f"Python's module {module} is missing: install it first"
                    f" (on Debian and Ubuntu: apt-get install python3-venv)"
                )
        say(f"making the virtual environment in {self.place.name} ...")
        command = [sys.executable, "-m", "venv", "--clear", str(self.place)]
        made = run(command, quiet=True)
        if made.returncode:
            raise SetupError(
                f"the virtual environment could not be made: {(made.stdout + made.stderr).strip()}"
            )


def included_files(requirements: Path) -> list[Path]:
    """The file itself and all that it includes with -r or -c, in the order of reading."""
    found = [requirements]
    for line in requirements.read_text().splitlines():
        if match := re.match(r"-[rc]\s+(\S+)", line):
            found += included_files(requirements.parent / match[1])
    return found


def run(command: Sequence[str | Path], *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, away from the terminal's Ctrl-C: that is for this process alone."""
    pipe = subprocess.PIPE if quiet else None
    process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    RUNNING.append(process)
    out, errors = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out or "", errors or "")


def say(sentence: str) -> None:
    """Tell the person at the terminal; standard output is for what the command prints."""
    print(sentence, file=sys.stderr, flush=True)


def stop(_number: int, _frame: FrameType | None) -> None:
    """End all programs and this one, at once."""
    for process in RUNNING:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    say("stopped while installing: the next start installs again")
    os._exit(130)


def main() -> int:
    """Install the files named on the command line, all at the same time; the exit code."""
    wanted = [Environment(PLACES.get(name, PLACE_OF_OTHERS), ROOT / name) for name in sys.argv[1:]]
    missing = [environment for environment in wanted if not environment.is_installed()]
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with ThreadPoolExecutor() as threads:
        problems = [running.exception() for running in [threads.submit(each.install) for each in missing]]
    for problem in filter(None, problems):
        if not isinstance(problem, SetupError):
            raise problem
        say(str(problem))
    return 1 if any(problems) else 0


if __name__ == "__main__":
    sys.exit(main())
