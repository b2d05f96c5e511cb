"""When the environment is installed again, and when that is skipped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.engine import process as engine_process
from infra.local.runner import environments
from infra.local.runner.environments import Environment, SetupError


@pytest.fixture
def installed(tmp_path: Path) -> Environment:
    """A requirements file that includes another one, and an environment where it counts as installed."""
    (tmp_path / "base.txt").write_text("one==1\n")
    file = tmp_path / "requirements-local.txt"
    file.write_text("-c constraints.txt\n-r base.txt\ntwo==2\n")
    (tmp_path / "constraints.txt").write_text("three==3\n")
    environment = Environment(tmp_path / ".venv", file)
    environment.place.mkdir()
    (environment.place / "pyvenv.cfg").write_text("version = 3.11.7")
    environment.stamp.write_text(environment.fingerprint())
    return environment


def test_what_is_installed_is_not_installed_again(installed: Environment) -> None:
    assert installed.is_installed()


@pytest.mark.parametrize("changed", ["requirements-local.txt", "base.txt", "constraints.txt"])
def test_a_changed_file_is_installed_also_when_it_is_only_included(
    installed: Environment, changed: str
) -> None:
    file = installed.requirements.with_name(changed)
    file.write_text(file.read_text() + "four==4\n")

    assert not installed.is_installed()


def test_an_environment_of_another_interpreter_is_filled_anew(installed: Environment) -> None:
    (installed.place / "pyvenv.cfg").write_text("version = 3.12.1")

    assert not installed.is_installed()


def test_an_environment_of_another_place_is_made_anew(installed: Environment) -> None:
    moved = installed.place.rename(installed.place.with_name("moved"))

    assert not Environment(moved, installed.requirements).is_installed()


def test_a_python_without_the_venv_module_is_told_what_to_install(
    installed: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(SetupError, match="apt-get install python3-venv"):
        installed.install()


def test_the_engine_decides_no_version_of_the_products_packages() -> None:
    files = [path.name for path in environments.included_files(environments.ROOT / "requirements-dev.txt")]
    engine = environments.ROOT / "requirements-engine.txt"

    assert environments.included_files(engine) == [engine]
    assert "requirements.txt" in files
    assert engine.name not in files
    assert environments.PLACES[engine.name] == engine_process.PYTHON.parents[1]


SLOW_INSTALL = """
import sys, time
from pathlib import Path
from infra.local.runner import environments

place = Path(sys.argv[1])
environments.PLACE_OF_OTHERS = place
environments.PIP = ("-c", "print('installing', flush=True); import time; time.sleep(600)", "")
environments.Environment._make = lambda self: (place / "bin").mkdir(parents=True, exist_ok=True)
environments.Environment._has_pip = lambda self: True
environments.Environment.python = Path(sys.executable)
place.mkdir()
sys.argv[1:] = ["requirements-local.txt"]
sys.exit(environments.main())
"""


def test_ctrl_c_while_installing_is_one_line_and_the_next_start_makes_the_environment_anew(
    tmp_path: Path,
) -> None:
    place = tmp_path / "venv"
    installing = subprocess.Popen(
        [sys.executable, "-c", SLOW_INSTALL, str(place)],
        cwd=environments.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert installing.stdout is not None
    assert installing.stdout.readline() == "installing\n"

    os.killpg(installing.pid, signal.SIGINT)

    _, said = installing.communicate(timeout=60)
    assert installing.returncode == 130
    assert (
        said
        == "installing requirements-local.txt ...\nstopped while installing: the next start installs again\n"
    )
    assert Environment(place, environments.ROOT / "requirements-local.txt").unfinished.exists()
