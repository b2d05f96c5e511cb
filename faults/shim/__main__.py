"""Run a shim: python -m faults.shim --port 4570 --engine http://127.0.0.1:4566 --seed 7

It starts without faults; PUT /_faults sets the rates (faults/shim/server.py).
"""

from __future__ import annotations

import argparse
import logging

from aiohttp import web

from faults.shim.server import application
from infra.local.settings import HOST


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="faults.shim", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--engine", required=True, help="URL of the engine")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    web.run_app(
        application(given.engine, given.seed),
        host=HOST, port=given.port, print=None, access_log=None, backlog=1024, shutdown_timeout=1.0,
    )  # fmt: skip


if __name__ == "__main__":
    main()
