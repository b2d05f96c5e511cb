"""What .chalice/config.json says, by Chalice's own rules: of a function first, then of the stage, then of all stages.

`lambda_functions` there names the functions that differ from the rest. `chalice package` reads the same file, and
`make package` fails when its output and our template differ.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalice.config import Config

FILE = Path(__file__).resolve().parents[2] / ".chalice" / "config.json"

STAGE = "prod"
"""The stage in the file."""


def config(function: str = "") -> Config:
    """The configuration of a function, or of the whole stage."""
    return Config(chalice_stage=STAGE, function_name=function, config_from_disk=_on_disk())


@cache
def _on_disk() -> Any:
    return json.loads(FILE.read_text())
