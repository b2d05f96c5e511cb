"""The tour in the README, run as it is written."""

from __future__ import annotations

import re
import subprocess

import pytest

from infra.local.runner.stack import Stack
from infra.local.settings import ROOT


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_tour_of_the_readme_works_again_and_again(stack: Stack, time: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    script = script.replace("PORT=4443", f"PORT={stack.port}")

    done = subprocess.run(
        ["bash", "-euc", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r'"username":"alice-\d+","is_guest":false', done.stdout)
    assert done.stdout.count("event: game-start") == 2
    # Events of the two streams in the background may be between these lines.
    finished = [line for line in done.stdout.splitlines() if line in ("False", "True")]
    assert finished == ["False", "False", "True"]
    assert '"game_mode":"global","game_played":1,"wins":1,"scored":3' in done.stdout
    assert '{"count":1,"next":null,"previous":null,"results":[{"id":' in done.stdout
