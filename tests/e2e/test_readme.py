"""The tour in the README, run as it is written."""

from __future__ import annotations

import re
import subprocess

from infra.local.runner.stack import Stack
from infra.local.settings import ROOT


def test_the_tour_of_the_readme_works(stack: Stack) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    script = script.replace("4443", str(stack.port)).replace(
        "service-token", f"service-token PORT={stack.port}"
    )

    done = subprocess.run(
        ["bash", "-euc", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert '"username":"alice","is_guest":false' in done.stdout
    assert done.stdout.count("event: game-start") == 2
    # Events of the two streams in the background may be between these lines.
    finished = [line for line in done.stdout.splitlines() if line in ("False", "True")]
    assert finished == ["False", "False", "True"]
    assert '"game_mode":"global","game_played":1,"wins":1,"scored":3' in done.stdout
    assert '{"count":1,"next":null,"previous":null,"results":[{"id":' in done.stdout
