"""TCP ports of the loopback."""

from __future__ import annotations

import itertools
import os
import socket

from infra.local.settings import HOST

PORTS = range(20_000, 32_768)
"""Those that are drawn. Linux, macOS and Windows give outgoing connections higher ones, so that a port that is drawn
is still free when its program has started."""
STRIDE = 397
"""Between the first ports of two processes with neighbouring ids. It and the number of ports have no common divisor."""

_draws = itertools.count(os.getpid() * STRIDE)


def free_port() -> int:
    """A port that nothing listens on; each call and each process draws another one."""
    ports = (PORTS[draw % len(PORTS)] for draw in _draws)
    return next(port for port in ports if why_taken(port) is None)


def why_taken(port: int) -> str | None:
    """Why nothing can listen on this port now, or None if something can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror
    return None
