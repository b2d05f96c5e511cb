"""What a person sees who runs Chalice's own commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.package import ROOT

CHALICE = Path(sys.executable).with_name("chalice")


@pytest.mark.parametrize("arguments", [[], ["--no-autoreload"], ["--stage", "prod", "--port", "8123"]])
def test_chalice_local_ends_at_once_and_says_what_to_use_instead(arguments: list[str]) -> None:
    ran = subprocess.run(
        [CHALICE, "local", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )

    said = ran.stdout + ran.stderr
    assert said.splitlines()[-1] == (
        "chalice local can't serve endpoints that are Lambda functions of their own: use `make run`."
    )
    assert "Serving on" not in said
    # With its reloader, Chalice's outer process answers 0 however the inner one ended.
    assert ran.returncode == (2 if "--no-autoreload" in arguments else 0)
