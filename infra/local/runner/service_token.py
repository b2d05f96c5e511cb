"""`make service-token`: print a service token of the running stack, and nothing else on standard output.

python -m infra.local.runner.service_token [--port 4443] [--wait seconds]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from infra.local.runner.state import RUN_FILE, StateDirectory, run_directory
from infra.local.settings import CREDENTIALS
from shared.auth.service_tokens import new_service_token
from shared.settings import settings

LOOK_SECONDS = 0.05


def main() -> int:
    """Print the token; 1 and a line on standard error when no stack runs on the port."""
    parser = argparse.ArgumentParser(prog="make service-token", description="Print a service token.")
    parser.add_argument("--port", type=int, default=4443, help="port of the stack's edge (4443)")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for a stack that starts (0)")
    arguments = parser.parse_args()
    port = arguments.port
    deadline = time.monotonic() + arguments.wait
    while not (run_file := run_directory(port) / RUN_FILE).exists() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    if not run_file.exists():
        print(
            f"no stack runs on port {port}: start it with make run{'' if port == 4443 else f' PORT={port}'}",
            file=sys.stderr,
        )
        return 1
    facts = json.loads(run_file.read_text())
    if "ServiceSecretArn" in facts["outputs"]:
        os.environ |= {
            "JWT_SERVICE_SECRET_ID": facts["outputs"]["ServiceSecretArn"],
            "AWS_ENDPOINT_URL": facts["engine"],
            "AWS_DEFAULT_REGION": facts["region"],
            **CREDENTIALS,
        }
        os.environ.pop("JWT_SERVICE_SECRET", None)
    else:
        os.environ |= StateDirectory(port).secrets()
    settings.cache_clear()
    print(new_service_token())
    return 0


if __name__ == "__main__":
    sys.exit(main())
