"""The processes that run the endpoint functions: one parent that imports everything once, and its forks.

    python -m infra.local.worker <parent's pid> <control fd> <app's module> <pools as JSON>

The edge starts the parent with one end of a socket pair. The parent imports the app and every endpoint
module, sends the route table, then forks the workers; a fork shares the imported code with its parent, and a
killed worker is replaced within milliseconds. Each thread of a worker has a socket pair of its own, whose
other end travels to the edge over the control socket (whole messages, SOCK_SEQPACKET), so a request needs
no dispatching here: a thread reads it, runs the handler and writes the answer. The edge learns of a death
by the end of these streams.

Requests and answers are JSON, each preceded by its length in four bytes (big endian). Edge to worker:
`{"module": …, "event": …}`; back: `{"response": …}` or `{"error": "<what was raised>"}`.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.lean import hide_packages
from infra.local.tether import die_with_parent

LENGTH = struct.Struct(">I")

HANDLER_SECONDS = 29.0
"""How long API Gateway waits for a function; the context tells the handler what is left of it."""

MAX_EARLY_DEATHS = 5
"""A worker that keeps dying within a second of its start is broken for good."""

log = logging.getLogger("worker")

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Pool:
    """A group of equal worker processes."""

    name: str
    processes: int
    threads: int
    nice: int = 0
    """Added to the processes' niceness: work that must not slow the others down."""


class Context:
    """The Lambda context object, as far as handlers use it."""

    def __init__(self, function_name: str, request_id: str) -> None:
        self.function_name = function_name
        self.aws_request_id = request_id
        self.memory_limit_in_mb = 512
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function_name}"
        self._deadline = time.monotonic() + HANDLER_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the caller gives up."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def load_routes(app: str) -> tuple[list[dict[str, Any]], dict[str, Handler]]:
    """The route table as the edge needs it, and every endpoint's handler by its module's name."""
    importlib.import_module(app)
    registry = importlib.import_module("shared.http.registry")
    routes: list[dict[str, Any]] = []
    handlers: dict[str, Handler] = {}
    for route in registry.ROUTES:
        routes.append(
            {
                "methods": list(route.methods),
                "path": route.path,
                "module": route.module,
                "int_params": sorted(route.int_params),
                "cpu_heavy": route.cpu_heavy,
            }
        )
        handlers[route.module] = getattr(
            importlib.import_module(route.module), route.module.rpartition(".")[2]
        )
    return routes, handlers


def open_client() -> None:
    """Make the DynamoDB client now, so that the forks share it and no first request waits for it.

    It has no connection yet; each fork opens its own.
    """
    _ = importlib.import_module("shared.store.base").connection().client


def _receive_exactly(connection: socket.socket, size: int) -> bytes:
    data = connection.recv(size)
    while data and len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data


def serve(connection: socket.socket, handlers: dict[str, Handler]) -> None:
    """Answer the requests of one connection, one at a time, until the edge closes it."""
    while header := _receive_exactly(connection, LENGTH.size):
        message = json.loads(_receive_exactly(connection, LENGTH.unpack(header)[0]))
        module, event = message["module"], message["event"]
        context = Context(module.rpartition(".")[2], event["requestContext"]["requestId"])
        try:
            reply = json.dumps({"response": handlers[module](event, context)}).encode()
        except Exception as error:
            # Whatever a handler lets out is what Lambda reports as a function error: the edge answers 502.
            log.exception("%s failed", module)
            reply = json.dumps({"error": f"{type(error).__name__} in {module}"}).encode()
        connection.sendall(LENGTH.pack(len(reply)) + reply)


def _run_worker(pool: Pool, connections: list[socket.socket], handlers: dict[str, Handler]) -> None:
    if pool.nice:
        os.nice(pool.nice)
    threads = [
        threading.Thread(target=serve, args=(connection, handlers), name=f"{pool.name}-{number}")
        for number, connection in enumerate(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _fork(pool: Pool, control: socket.socket, handlers: dict[str, Handler]) -> int:
    pairs = [socket.socketpair() for _ in range(pool.threads)]
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            die_with_parent(signal.SIGKILL, parent)
            control.close()
            for ours, _ in pairs:
                ours.close()
            _run_worker(pool, [theirs for _, theirs in pairs], handlers)
            status = 0
        finally:
            logging.shutdown()
            os._exit(status)
    hello = json.dumps({"pool": pool.name, "pid": pid}).encode()
    socket.send_fds(control, [hello], [ours.fileno() for ours, _ in pairs])
    for pair in pairs:
        for end in pair:
            end.close()
    return pid


def keep_running(pools: list[Pool], control: socket.socket, handlers: dict[str, Handler]) -> int:
    """Fork all workers and replace each one that dies; returns an exit code when that is hopeless."""
    running: dict[int, tuple[Pool, float]] = {}
    for pool in pools:
        for _ in range(pool.processes):
            running[_fork(pool, control, handlers)] = pool, time.monotonic()
    early_deaths = 0
    while True:
        pid, status = os.wait()
        pool, started = running.pop(pid)
        early_deaths = early_deaths + 1 if time.monotonic() - started < 1 else 0
        log.warning("worker %d of pool %s ended with status %d", pid, pool.name, status)
        if early_deaths >= MAX_EARLY_DEATHS:
            log.error("workers keep dying: giving up")
            return 1
        running[_fork(pool, control, handlers)] = pool, time.monotonic()


def main() -> int:
    """Load, report the routes, fork, and stay until the edge ends us."""
    die_with_parent(signal.SIGKILL, int(sys.argv[1]))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    control = socket.socket(fileno=int(sys.argv[2]))
    pools = [Pool(**given) for given in json.loads(sys.argv[4])]
    hide_packages()
    routes, handlers = load_routes(sys.argv[3])
    if "AWS_ENDPOINT_URL" in os.environ:
        open_client()
    control.send(json.dumps({"routes": routes}).encode())
    # Keep the collector from touching, and so copying, what the forks share.
    gc.collect()
    gc.freeze()
    return keep_running(pools, control, handlers)


if __name__ == "__main__":
    sys.exit(main())
