"""The deployed mode on this machine: the package and template of `make package`, deployed through CloudFormation.

The table, the functions, the API Gateway and the state machines are an emulator's of AWS: the one whose address is in
AWS_ENDPOINT_URL (LocalStack, say), else MiniStack, started for the occasion. SSE process and edge run here as in the
embedded mode; the edge mirrors the API Gateway at one address, as CloudFront does on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from infra.local.runner.processes import StackError
from infra.local.runner.readiness import problem
from infra.local.runner.stack import Stack
from infra.local.settings import api_url

PACKAGE_SECONDS = 300.0
DEPLOY_SECONDS = 300.0


class DeployedStack(Stack):
    """A deployed stack with its edge and SSE process; used like a Stack.

    `engine` is the URL of an emulator that runs already; what an earlier deployment left there is removed.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        engine: str | None = None,
        game: bool = False,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(port, settings=settings, game=game, report=report)
        self._has_own_engine = engine is None
        if engine is not None:
            self.engine_url = engine.rstrip("/")

    @property
    def place_of_data(self) -> str:
        """Where the data is, in words."""
        if self._has_own_engine:
            return "in memory, gone when this stops"
        return "in the engine; the next deployment to it removes it"

    def _start_engine(self) -> None:
        if self._has_own_engine:
            super()._start_engine()
            return
        self._report(f"looking for the AWS engine at {self.engine_url} ...")
        parts = urlsplit(self.engine_url)
        if parts.scheme != "http" or not parts.hostname:
            raise StackError(
                f"AWS_ENDPOINT_URL={self.engine_url} is no address such as http://127.0.0.1:4566"
            )
        if reason := problem(self.engine_url):
            raise StackError(f"nothing answers at AWS_ENDPOINT_URL={self.engine_url}: {reason}")

    def _start_edge_and_deploy(self) -> None:
        if self._has_own_engine:
            self._await_engine()
        self._report("packaging the functions ...")
        # The engine started here runs functions with this interpreter, others with the version that AWS runs.
        local = ["--local"] if self._has_own_engine else []
        self._run("infra.package", *(local or ["--native"]), what="packaging", seconds=PACKAGE_SECONDS)
        self._report("deploying the whole stack through CloudFormation ...")
        self._deploy("whole", *local, seconds=DEPLOY_SECONDS)
        self._start_edge(api=api_url(self.engine_url, self.outputs), workers=1)

    def _token_settings(self) -> dict[str, str]:
        if not self.outputs:
            return {}
        return {
            "JWT_SECRET_ID": self.outputs["SecretArn"],
            "JWT_SERVICE_SECRET_ID": self.outputs["ServiceSecretArn"],
        }
