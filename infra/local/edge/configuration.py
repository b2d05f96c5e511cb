"""What an edge is told by the program that starts it; settings of the product come by the environment."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Where an edge listens, and what it serves."""

    host: str
    port: int
    certificate: str
    """File with the private key and the certificate chain; empty: plain HTTP, on the loopback only."""
    assets: str
    access_log: str
    api: str = ""
    """The URL of a deployed API's stage; empty: the handlers run in the workers."""
    game: str = ""
    """The URL of the game server; empty: there is none."""
    function_log: str = os.devnull
    """Gets what the handlers write to their standard output and error."""
    workers: int = 2
    threads: int = 3
    """Handlers at once in each worker."""
    password_processes: int = 2
    """Processes of each worker for the handlers that hash passwords."""
    head_seconds: float = 30.0
    """The head of a request has to arrive within this time, over HTTP/1.1, and the next request begin."""
    stream_seconds: float = 60.0
    """The SSE process has to answer within this time, a restart included; then the stream stays open.

    CloudFront waits as long. After a restart thousands of clients stand in line: those who are sent away come again at
    once, and the work of sending them away would be all that is done.
    """
    app: str = "app"
    """The module whose import registers all routes."""

    def command(self) -> list[str]:
        """The command line of this edge."""
        return [sys.executable, "-m", "infra.local.edge", json.dumps(asdict(self))]

    @classmethod
    def of_command(cls) -> Configuration:
        """The configuration of this process."""
        return cls(**json.loads(sys.argv[1]))
