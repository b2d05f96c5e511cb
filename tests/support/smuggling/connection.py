"""Bytes out, statuses in: what a server makes of an attack."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import suppress
from pathlib import Path

SECONDS = 20.0
"""A server that answers too little makes a test fail after so long."""

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


def tls(port: int, ca: Path, protocol: str = "http/1.1") -> ssl.SSLSocket:
    """A connection to an edge."""
    context = ssl.create_default_context(cafile=str(ca))
    context.set_alpn_protocols([protocol])
    plain = socket.create_connection(("127.0.0.1", port), SECONDS)
    return context.wrap_socket(plain, server_hostname="localhost")


def exchange(connection: socket.socket, attack: bytes, last: bytes) -> bytes:
    """All that comes back for an attack, until the server closes the connection.

    `last` is a request that ends the connection. It is sent when there is an answer to the attack, and gets one itself
    if the server hasn't closed the connection before.
    """
    answer = b""
    with connection, suppress(ConnectionError, ssl.SSLError):
        connection.sendall(attack)
        while b"\r\n\r\n" not in answer and (more := connection.recv(65536)):
            answer += more
        with suppress(ConnectionError, ssl.SSLError):
            connection.sendall(last)
        while more := connection.recv(65536):
            answer += more
    return answer


def statuses(answer: bytes) -> list[int]:
    """The statuses of the answers, in order."""
    return [int(status) for status in STATUS.findall(answer)]
