"""Attacks over HTTP/2, where fields have lengths of their own and may hold what HTTP/1.1 takes for its syntax.

A server that hands such a request on over HTTP/1.1 would hand on two.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import h2.config
import h2.connection
import h2.errors
import h2.events

from tests.support.smuggling.connection import tls

Fields = list[tuple[str, str]]

INNER = "POST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"

USUAL = {":method": "POST", ":scheme": "https", ":path": "PATH", ":authority": "localhost"}


def _with(*more: tuple[str, str], **pseudo: str) -> Fields:
    changed = {f":{name}": value for name, value in pseudo.items()}
    return [*{**USUAL, **changed}.items(), ("content-type", "application/json"), *more]


REQUESTS: Mapping[str, Fields] = {
    "request in the method": _with(method=f"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n{INNER}"),
    "space in the method": _with(method="GET /x HTTP/1.1"),
    "request in the path": _with(path=f"PATH HTTP/1.1\r\nHost: localhost\r\n\r\n{INNER}"),
    "encoded request in the path": _with(
        path="PATH%20HTTP/1.1%0d%0a%0d%0aPOST%20/smuggled%20HTTP/1.1%0d%0a%0d%0a"
    ),
    "space in the path": _with(path="PATH x"),
    "NUL in the path": _with(path="PATH\0"),
    "no path": [field for field in _with() if field[0] != ":path"],
    "empty path": _with(path=""),
    "path without a slash": _with(path="smuggled"),
    "absolute path": _with(path="http://127.0.0.1:22PATH"),
    "two paths": _with((":path", "/smuggled")),
    "path after the fields": _with(("x-y", "1"), (":path", "/smuggled")),
    "request in the authority": _with(authority=f"localhost\r\n\r\n{INNER}"),
    "authority with a path": _with(authority="localhost/smuggled?"),
    "authority with a user": _with(authority="a:b@localhost"),
    "no authority": [field for field in _with() if field[0] != ":authority"],
    "authority and another host": _with(("host", "127.0.0.1:22")),
    "two hosts": _with(("host", "localhost"), ("host", "127.0.0.1:22")),
    "request in the scheme": _with(scheme=f"https://localhost/ HTTP/1.1\r\n\r\n{INNER}"),
    "scheme http": _with(scheme="http"),
    "scheme file": _with(scheme="file"),
    "unknown pseudo-field": _with((":smuggled", "1")),
    "chunked": _with(("transfer-encoding", "chunked")),
    "chunked with CRLF": _with(("transfer-encoding", "identity\r\nTransfer-Encoding: chunked")),
    "connection": _with(("connection", "authorization")),
    "upgrade": _with(("upgrade", "h2c")),
    "te": _with(("te", "chunked")),
    "request in a value": _with(("x-y", f"1\r\n\r\n{INNER}")),
    "CRLF in a value": _with(("x-y", "1\r\nTransfer-Encoding: chunked")),
    "CR in a value": _with(("x-y", "1\rX-Forged: 1")),
    "LF in a value": _with(("x-y", "1\nX-Forged: 1")),
    "NUL in a value": _with(("x-y", "1\x002")),
    "CRLF in a name": _with(("x-y: 1\r\nx-forged", "1")),
    "colon in a name": _with(("x-y: 1", "1")),
    "space in a name": _with(("transfer-encoding ", "chunked")),
    "capitals in a name": _with(("Transfer-Encoding", "chunked")),
    "empty name": _with(("", "1")),
    "length of the body": _with(("content-length", "2")),
    "length too short": _with(("content-length", "1")),
    "length too long": _with(("content-length", "9")),
    "length zero": _with(("content-length", "0")),
    "length with CRLF": _with(("content-length", f"2\r\n\r\n{INNER}")),
    "two lengths": _with(("content-length", "2"), ("content-length", "0")),
    "length that is no number": _with(("content-length", "+2")),
    "two tokens": _with(("authorization", "Bearer a"), ("authorization", "Bearer b")),
    "call of AWS": _with(("x-amz-target", "secretsmanager.PutSecretValue")),
}
"""Fields of a POST with the body {}, by the attack's name."""


def fields(name: str, path: str) -> Fields:
    """The fields of an attack on a path."""
    return [(field, value.replace("PATH", path)) for field, value in REQUESTS[name]]


def outcome(port: int, ca: Path, sent: Fields, body: bytes = b"{}") -> int | None:
    """The status of the answer; None for a request that ends with an error of its stream or of the connection."""
    config = h2.config.H2Configuration(
        client_side=True, validate_outbound_headers=False, normalize_outbound_headers=False
    )
    client = h2.connection.H2Connection(config)
    status = None
    with tls(port, ca, "h2") as connection:
        client.initiate_connection()
        client.send_headers(1, sent)
        client.send_data(1, body, end_stream=True)
        connection.sendall(client.data_to_send())
        while True:
            try:
                received = connection.recv(65536)
            except (ConnectionError, ssl.SSLError):
                return None
            if not received:
                return None
            for event in client.receive_data(received):
                if isinstance(event, h2.events.ResponseReceived):
                    status = int(dict(event.headers)[b":status"])
                elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                    return None if status is None else status
                elif isinstance(event, h2.events.StreamEnded):
                    return status
            connection.sendall(client.data_to_send())
