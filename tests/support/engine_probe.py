"""Runs code in the engine's environment: tests can't import MiniStack in theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from infra.local.engine import process
from infra.local.settings import ROOT


def probe(code: str, *arguments: str) -> Any:
    """The JSON that the code's last line of output holds. It fails where MiniStack isn't as the code expects it."""
    ran = subprocess.run(
        [process.PYTHON, "-c", code, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "FUNCTIONS_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"MiniStack has changed where the engine changes it:\n{ran.stderr}"
    return json.loads(ran.stdout.splitlines()[-1])
