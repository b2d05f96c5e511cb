"""When the environment is installed again, and when that is skipped."""

from __future__ import annotations

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
