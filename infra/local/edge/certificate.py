"""Make the development certificate: python -m infra.local.edge.certificate <directory>.

A program of its own, so that the cryptography isn't in the runner's memory. The authority's certificate (`ca.pem`) and
the server's (`server.pem`, with its key) are kept, so that a browser has to be told only once to trust them. The
authority's key is thrown away: it can sign nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


def make(directory: Path) -> None:
    """Write ca.pem and server.pem."""
    authority = trustme.CA(organization_name="Pong development")
    certificate = authority.issue_cert(*NAMES)
    server = directory / "server.pem"
    server.touch(mode=0o600)
    certificate.private_key_and_cert_chain_pem.write_to_path(server)
    authority.cert_pem.write_to_path(directory / "ca.pem")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
