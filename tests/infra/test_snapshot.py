"""What keeps a stack's data: files that are whole or refused, and a directory of one stack at a time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.engine import snapshot
from infra.local.runner.data_directory import DataDirectory
from infra.local.runner.processes import StackError
from infra.local.settings import ROOT

CODE = b"code of a function"
CODE_NAME = f"{hashlib.sha256(CODE).hexdigest()}.zip"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A directory with two snapshots, one after the other."""
    code = tmp_path / snapshot.CODE / CODE_NAME
    code.parent.mkdir()
    code.write_bytes(CODE)
    for payload in (b"the first\nstate", b"the second\nstate"):
        snapshot.write(tmp_path, payload, [code])
    return tmp_path


@pytest.fixture
def claim() -> Iterator[Callable[[Path], DataDirectory]]:
    claimed: list[DataDirectory] = []

    def claim(path: Path) -> DataDirectory:
        directory = DataDirectory(path)
        directory.claim(4443)
        claimed.append(directory)
        return directory

    yield claim
    for directory in claimed:
        directory.release()


def test_a_snapshot_is_read_as_it_was_written_and_so_is_the_one_before(saved: Path) -> None:
    assert snapshot.read(saved) == b"the second\nstate"
    assert snapshot.read(saved, snapshot.BEFORE) == b"the first\nstate"


def test_a_snapshot_that_can_not_be_written_leaves_the_old_one(saved: Path) -> None:
    (saved / f"{snapshot.FILE}.new").mkdir()

    with pytest.raises(OSError, match="Is a directory"):
        snapshot.write(saved, b"the third state", [])

    assert snapshot.read(saved) == b"the second\nstate"


def cut_short(directory: Path) -> None:
    file = directory / snapshot.FILE
    file.write_bytes(file.read_bytes()[:-1])


def changed(directory: Path) -> None:
    file = directory / snapshot.FILE
    file.write_bytes(file.read_bytes().replace(b"second", b"zweite"))


def emptied(directory: Path) -> None:
    (directory / snapshot.FILE).write_bytes(b"")


def of_a_later_version(directory: Path) -> None:
    (directory / snapshot.FILE).write_text(json.dumps({"format": 99}) + "\n")


def without_code(directory: Path) -> None:
    (directory / snapshot.CODE / CODE_NAME).unlink()


def removed(directory: Path) -> None:
    (directory / snapshot.FILE).unlink()


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (cut_short, "state should have 16 bytes after its first line, but has 15"),
        (changed, "state is not what was written: its checksum is another one"),
        (emptied, "state has no readable first line"),
        (of_a_later_version, "state is of format 99, this version reads 1"),
        (without_code, f"lambda-blobs/{CODE_NAME} is missing or is not what was written"),
        (removed, "state is missing"),
    ],
)
def test_damage_is_named_in_one_line_and_nothing_begins_anew(
    saved: Path, damage: Callable[[Path], None], what: str
) -> None:
    damage(saved)

    with pytest.raises(StackError) as refused:
        DataDirectory(saved).claim(4443)

    way = (
        "Restore a copy of it"
        if damage is without_code
        else f"Go back to the state saved before (mv {saved}/state.before {saved}/state)"
    )
    assert str(refused.value) == (
        f"the data in {saved} is damaged: {what}. {way}, or name another directory (PERSIST=directory)"
    )


def test_a_directory_of_a_running_stack_is_refused_and_the_stack_is_named(
    tmp_path: Path, claim: Callable[[Path], DataDirectory]
) -> None:
    claim(tmp_path)

    with pytest.raises(StackError) as refused:
        DataDirectory(tmp_path).claim(5443)

    assert str(refused.value) == (
        f"{tmp_path} is in use by the stack on port 4443, process {os.getpid()}: stop it,"
        " or name another directory (PERSIST=directory)"
    )


def test_a_directory_is_free_once_the_engine_of_a_killed_stack_has_saved_for_the_last_time(
    tmp_path: Path, claim: Callable[[Path], DataDirectory]
) -> None:
    script = (
        "import os, pathlib, subprocess, sys\n"
        "from infra.local.runner.data_directory import DataDirectory\n"
        "directory = DataDirectory(pathlib.Path(sys.argv[1]))\n"
        "directory.claim(4443)\n"
        "subprocess.Popen(['sleep', '0.5'], pass_fds=[directory.lock], stdout=subprocess.DEVNULL)\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True)

    assert claim(tmp_path).lock is not None


def test_a_file_other_files_and_a_place_that_can_not_be_written_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    wanted = {
        file: "is a file and can't keep the data: name another directory",
        tmp_path: "holds other files (notes.txt, ...) and no saved state: name another directory",
        Path(
            "/proc/pong"
        ): "can't keep the data (No such file or directory): make it writable, or name another",
    }
    for path, sentence in wanted.items():
        with pytest.raises(StackError) as refused:
            DataDirectory(path).claim(4443)
        assert str(refused.value).startswith(f"{path} {sentence}")
        assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == [file]


def test_git_does_not_see_the_data(tmp_path: Path, claim: Callable[[Path], DataDirectory]) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    claim(tmp_path / "data")

    seen = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], capture_output=True, text=True, check=True
    )
    assert seen.stdout == ""
