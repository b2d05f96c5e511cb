"""Run a module as it runs on AWS: without the packages that are installed here for other purposes.

    python -m infra.local.workers.hidden_packages sse

PyJWT imports `cryptography` where it finds it, though our tokens (HS256) don't need it. It is here for the development
certificate only. Importing it would cost every process 9 MB and 40 ms. httpx imports a command line where it finds
`pygments` and `rich`, which come with tools for development, for 6 MB.
"""

from __future__ import annotations

import runpy
import sys

NOT_ON_AWS = ("cryptography", "pygments", "rich")


def hide_packages() -> None:
    """Make `import` of these packages fail in this process, as if they weren't installed."""
    for name in NOT_ON_AWS:
        # None makes an import fail (Python reference, 5.3.1).
        sys.modules[name] = None  # type: ignore[assignment]


if __name__ == "__main__":
    hide_packages()
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
