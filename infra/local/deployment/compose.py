"""The containers of localstack.yml that package, deploy and serve: what `make deploy-local` does, a step each.

    python -m infra.local.deployment.compose deploy | edge | health | service-token

They share the directory STATE: `outputs.json`, `run.json`, `environment` from the deployment, the edge's certificate.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from infra.local.edge import certificate
from infra.local.edge.configuration import Configuration
from infra.local.settings import ROOT, api_url, given_settings, run_facts
from shared.http.registry import PREFIX

STATE = Path(os.environ.get("STATE", "/state"))
OUTPUTS = STATE / "outputs.json"

TABLE = "pong"

ENGINE = "http://localhost:4566"
"""Where LocalStack is for the machine itself."""


def deploy() -> int:
    """Package and deploy everything to AWS_ENDPOINT_URL; the exit code."""
    from infra import package
    from infra.local.deployment.deploy import deploy_whole

    package.make(native=True)
    outputs = deploy_whole({**given_settings(), "TABLE_NAME": TABLE, "PUBLIC_URL": os.environ["PUBLIC_URL"]})
    api = api_url(os.environ["AWS_ENDPOINT_URL"], outputs)
    (STATE / "environment").write_text(environment(api, outputs))
    OUTPUTS.write_text(json.dumps(outputs))
    (STATE / "run.json").write_text(json.dumps(run_facts(os.environ["PUBLIC_URL"], ENGINE, TABLE, outputs)))
    print(f"deployed: {api}")
    return 0


def environment(api: str, outputs: Mapping[str, str]) -> str:
    """What the containers of SSE and game server learn from the deployment, as lines for a shell."""
    facts = {
        "JWT_SECRET_ID": outputs["SecretArn"],
        "JWT_SERVICE_SECRET_ID": outputs["ServiceSecretArn"],
        "PONG_URL": api.removesuffix(PREFIX),
    }
    return "".join(f"export {name}={value}\n" for name, value in facts.items())


def edge() -> int:
    """Become the edge."""
    if not (STATE / "server.pem").exists():
        certificate.make(STATE)
    configuration = Configuration(
        host="0.0.0.0",  # noqa: S104 - in a container; localstack.yml says who gets there
        port=int(os.environ.get("PORT", "4443")),
        certificate=str(STATE / "server.pem"),
        assets=str(ROOT / "assets"),
        access_log="/dev/stdout",
        workers=1,
        api=api_url(os.environ["AWS_ENDPOINT_URL"], json.loads(OUTPUTS.read_text())),
        game=os.environ.get("GAME", ""),
    )
    os.execv(sys.executable, configuration.command())  # noqa: S606 - that is the point


def health() -> int:
    """0 if the edge serves page and API, 1 if it doesn't."""
    context = ssl.create_default_context(cafile=STATE / "ca.pem")
    port = os.environ.get("PORT", "4443")
    try:
        with httpx.Client(base_url=f"https://localhost:{port}", verify=context, timeout=10) as client:
            answers = [client.get(path) for path in ("/", f"{PREFIX}/health/")]
    except httpx.HTTPError as error:
        print(f"the edge doesn't answer: {error}", file=sys.stderr)
        return 1
    return 0 if all(answer.status_code == 200 for answer in answers) else 1


def service_token() -> int:
    """Print a service token; the exit code."""
    from shared.auth.service_tokens import new_service_token

    os.environ["JWT_SERVICE_SECRET_ID"] = json.loads(OUTPUTS.read_text())["ServiceSecretArn"]
    print(new_service_token())
    return 0


COMMANDS = {"deploy": deploy, "edge": edge, "health": health, "service-token": service_token}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(f"one of {', '.join(COMMANDS)} is wanted", file=sys.stderr)
        sys.exit(2)
    sys.exit(COMMANDS[sys.argv[1]]())
