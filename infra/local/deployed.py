"""The deployed mode on this machine: the package and template of `make package`, deployed through CloudFormation.

The table, the functions, the API Gateway and the state machines are those of an emulator of AWS: of the one whose
address is in AWS_ENDPOINT_URL (LocalStack, say), else of MiniStack, started for the occasion. SSE process and edge run
here as in the embedded mode; the edge mirrors the API Gateway at one address, as CloudFront does on AWS.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from infra.local.stack import Stack, StackError
from shared.http.registry import PREFIX

PACKAGE_SECONDS = 300.0
DEPLOY_SECONDS = 300.0


def api_url(engine: str, outputs: Mapping[str, str]) -> str:
    """Where an emulator serves the stack's REST API: at its own address, under the API's id and stage."""
    return f"{engine}/_aws/execute-api/{outputs['ApiId']}{PREFIX}"


class DeployedStack(Stack):
    """A deployed stack with its edge and SSE process; used like a Stack.

    `engine` is the URL of an emulator that runs already; whatever an earlier deployment left there is removed.
    """

    _edge_needs_deployment = True

    def __init__(
        self,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        engine: str | None = None,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(port, settings=settings, report=report)
        self._has_own_engine = engine is None
        if engine is not None:
            self.engine_url = engine.rstrip("/")

    @property
    def where_data_is(self) -> str:
        """What becomes of the data, in words."""
        if self._has_own_engine:
            return "in memory, gone when this stops"
        return "in the engine; the next deployment to it removes it"

    def _start_engine(self) -> None:
        if self._has_own_engine:
            super()._start_engine()

    def _await_engine(self) -> None:
        if self._has_own_engine:
            super()._await_engine()
            return
        self._report(f"looking for the AWS engine at {self.engine_url} ...")
        parts = urlsplit(self.engine_url)
        if parts.scheme != "http" or not parts.hostname:
            raise StackError(
                f"AWS_ENDPOINT_URL={self.engine_url} is no address such as http://127.0.0.1:4566"
            )
        try:
            socket.create_connection((parts.hostname, parts.port or 80), 5).close()
        except OSError as error:
            raise StackError(
                f"nothing answers at AWS_ENDPOINT_URL={self.engine_url}: {error.strerror or error}"
            ) from None

    def _deploy(self) -> None:
        self._report("packaging the functions ...")
        # The engine started here runs functions with this interpreter, others with the version that AWS runs.
        local = ["--local"] if self._has_own_engine else []
        self._run("infra.package", *local, what="packaging", seconds=PACKAGE_SECONDS)
        self._report("deploying the whole stack through CloudFormation ...")
        self._run_deployment("whole", *local, seconds=DEPLOY_SECONDS)

    def _edge_functions(self) -> dict[str, Any]:
        return {"pools": [], "api": api_url(self.engine_url, self.outputs)}

    def _token_settings(self) -> dict[str, str]:
        return {"JWT_SECRET_ID": self.outputs["SecretArn"]} if self.outputs else {}
