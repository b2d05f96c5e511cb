"""The edge: one HTTPS address in a few processes of Granian, which does TLS, HTTP/1.1 and HTTP/2, and their restarts.

    python -m infra.local.edge <configuration as JSON>

The first process imports the product, so that the workers that Granian forks from it start at once and share the
memory. A worker that ends is replaced.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
from ipaddress import ip_address
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels

from infra.local.edge.access_log import AccessLog
from infra.local.edge.api import EmbeddedApi
from infra.local.edge.application import Edge
from infra.local.edge.configuration import Configuration
from infra.local.edge.send_buffers import bound_send_buffers
from infra.local.parent_death import die_with_parent
from infra.local.workers import handlers
from infra.local.workers.hidden_packages import hide_packages

MAX_CONNECTIONS = 8192
"""Connections open at once, idle event streams included; Granian's own default is 1,024."""

DRAIN_SECONDS = 3
"""Requests under way may take this long when the edge is told to stop."""

LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def serve(configuration: Configuration) -> None:
    """Serve until a signal ends it; SystemExit if the workers keep ending, or plain HTTP would leave this machine."""
    if not configuration.certificate and not ip_address(configuration.host).is_loopback:
        sys.exit(f"plain HTTP is for the loopback, not for {configuration.host}")
    parent = os.getpid()

    def start_worker() -> Edge:
        die_with_parent(signal.SIGKILL, parent)
        return application(configuration)

    certificate = Path(configuration.certificate) if configuration.certificate else None
    server = Granian(
        "edge",
        address=configuration.host,
        port=configuration.port,
        interface=Interfaces.ASGI,
        workers=configuration.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
        websockets=bool(configuration.game),
        backlog=MAX_CONNECTIONS,
        backpressure=MAX_CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(configuration.head_seconds * 1000), max_buffer_size=64 * 1024
        ),
        ssl_cert=certificate,
        ssl_key=certificate,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=start_worker, wrap_loader=False)


def application(configuration: Configuration) -> Edge:
    """The application of a worker, which this process becomes."""
    access_log = Path(configuration.access_log).open("a", buffering=1)  # noqa: SIM115 - open until the process ends
    ours = logging.StreamHandler(access_log)
    ours.setFormatter(logging.Formatter(LOG_FORMAT))
    log = logging.getLogger("edge")
    log.addHandler(ours)
    log.setLevel(logging.INFO)
    log.propagate = False

    def listening() -> None:
        """Granian makes the socket once the application is there: it exists at the first request."""
        bound_send_buffers(configuration.port)

    def edge(api: EmbeddedApi | str) -> Edge:
        log = AccessLog(access_log)
        return Edge(
            Path(configuration.assets), api, log, configuration.stream_seconds, configuration.game, listening
        )

    if configuration.api:
        return edge(configuration.api)
    with Path(configuration.function_log).open("ab") as functions:
        for descriptor in (sys.stdout.fileno(), sys.stderr.fileno()):
            os.dup2(functions.fileno(), descriptor)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, stream=sys.stderr)
    return edge(EmbeddedApi(configuration.threads, configuration.password_processes))


def main() -> None:
    """Run the edge."""
    configuration = Configuration.of_command()
    # Every stream takes two descriptors; the usual soft limit is 1,024.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    hide_packages()
    if not configuration.api:
        handlers.load(configuration.app)
    # Granian starts its workers with this method. Keep the collector from touching, and so copying, what they share.
    multiprocessing.set_start_method("fork")
    gc.collect()
    gc.freeze()
    serve(configuration)


if __name__ == "__main__":
    main()
