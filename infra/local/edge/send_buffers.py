"""Bounds what the system keeps for a client that doesn't read.

Linux lets the send buffer of a connection grow to 4 MiB and more. Hundreds of events wait there for a client that is
slow or gone, and the SSE process doesn't notice. Granian has no setting for it: the sockets are found by their port.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

SEND_BUFFER_BYTES = 128 * 1024
"""For events and files of ours. Linux takes twice as much, for its own bookkeeping."""


def bound_send_buffers(port: int) -> None:
    """Bound those of this process's sockets on a port: the listening one, which hands it on, and the accepted ones."""
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            if str(link.readlink()).startswith("socket:"):
                _bound(int(link.name), port)


def _bound(descriptor: int, port: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as found:
        if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockname()[1] == port:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
