"""How the embedded AWS engine is started: MiniStack in an environment of its own, served by uvicorn.

MiniStack would start itself in Hypercorn, which parses HTTP in Python: more than half of a DynamoDB call's time.
uvicorn's parser is C.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infra.local.settings import HOST, REGION, ROOT, inherited

PYTHON = ROOT / ".venv-engine" / "bin" / "python"

HEALTH_PATH = "/_ministack/health"


def command(port: int) -> list[str]:
    """The command line of an engine on this port of the loopback."""
    options = {
        "host": HOST, "port": str(port), "http": "httptools", "loop": "asyncio", "ws": "none", "lifespan": "on",
        "timeout-keep-alive": "75", "timeout-graceful-shutdown": "3",
    }  # fmt: skip
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    # The engine sends a Date of its own, and no Server, as AWS does.
    quiet = ["--no-access-log", "--no-server-header", "--no-date-header"]
    application = ["--app-dir", str(ROOT), "infra.local.engine.app:app"]
    return [str(PYTHON), "-m", "uvicorn", *named, *quiet, *application]


def environment(port: int, *, temporary: Path, persist: Path | None = None) -> dict[str, str]:
    """The environment of an engine. `persist` is a directory that keeps its data."""
    kept = {"STATE_DIR": str(persist)} if persist else {}
    return {
        **inherited(),
        "MINISTACK_REGION": REGION,
        "GATEWAY_PORT": str(port),
        "FUNCTIONS_PYTHON": sys.executable,
        # An idle function is a process of 45 MiB; MiniStack would keep it for five minutes.
        "LAMBDA_WARM_TTL_SECONDS": "30",
        "TMPDIR": str(temporary),
        **kept,
    }
