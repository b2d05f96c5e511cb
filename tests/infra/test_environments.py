"""When the environment is installed again, and when that is skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local import environment


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A requirements file that includes another one, and an environment where it counts as installed."""
    (tmp_path / "base.txt").write_text("one==1\n")
    file = tmp_path / "requirements-local.txt"
    file.write_text("-c constraints.txt\n-r base.txt\ntwo==2\n")
    (tmp_path / "constraints.txt").write_text("three==3\n")
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7")
    environment.stamp_of(file).write_text(environment.fingerprint(file))
    return file


def test_what_is_installed_is_not_installed_again(requirements: Path) -> None:
    assert environment.is_installed(requirements)


@pytest.mark.parametrize("changed", ["requirements-local.txt", "base.txt", "constraints.txt"])
def test_a_changed_file_is_installed_also_when_it_is_only_included(requirements: Path, changed: str) -> None:
    file = requirements.parent / changed
    file.write_text(file.read_text() + "four==4\n")

    assert not environment.is_installed(requirements)


def test_an_environment_of_another_interpreter_is_filled_anew(requirements: Path) -> None:
    (requirements.parent / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1")

    assert not environment.is_installed(requirements)


def test_an_environment_of_another_place_is_made_anew(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "moved"
    (tmp_path / ".venv").rename(moved)
    monkeypatch.setattr(environment, "VENV", moved)

    assert not environment.is_installed(requirements)


def test_a_python_without_the_venv_module_is_told_what_to_install(
    requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(environment.SetupError, match="apt-get install python3-venv"):
        environment.install(requirements)
