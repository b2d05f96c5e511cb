"""Run a module as it runs on AWS: without the packages that are installed here for other purposes.

    python -m infra.local.workers.hidden_packages sse

PyJWT imports `cryptography` where it finds it, though our tokens (HS256) don't need it. It is here for the development
certificate only. Importing it would cost every process 9 MB and 40 ms. The game server's httpx imports its command
line where it finds `click`, for 1 to 7 MB.
"""

from __future__ import annotations

import runpy
import sys

NOT_ON_AWS = ("cryptography",)

NOT_OF = {"game": ("click",)}
"""By module, what it doesn't need besides."""


def hide_packages(module: str = "") -> None:
    """Make `import` of these packages fail in this process, as if they weren't installed."""
    for name in (*NOT_ON_AWS, *NOT_OF.get(module, ())):
        # None makes an import fail (Python reference, 5.3.1).
        sys.modules[name] = None  # type: ignore[assignment]


if __name__ == "__main__":
    module = sys.argv.pop(1)
    hide_packages(module)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
