"""A web server of a front end's own: one page and its modules, at an origin that isn't the product's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def serving(page: str, modules: Path | None = None) -> Iterator[str]:
    """The address of a server on a port of its own: this page at every path, modules of this folder at theirs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_module = self.path.endswith(".js")
            body = (modules / self.path[1:]).read_bytes() if modules and is_module else page.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"text/{'javascript' if is_module else 'html'}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
