"""The Chalice app: registers every blueprint under functions/, nothing else.

Importing it fills `shared.http.registry.ROUTES` and `shared.http.task.TASKS`. At run time each Lambda imports its
own module only.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pkgutil import walk_packages

from chalice.app import Chalice

import functions

if "AWS_CHALICE_CLI_MODE" in os.environ and "local" in sys.argv:
    sys.stderr.write(
        "chalice local can't serve endpoints that are Lambda functions of their own: use `make run`.\n"
    )
    sys.stderr.flush()
    # `chalice local` imports this module in a thread, where SystemExit ends nothing else.
    os._exit(2)

app = Chalice(app_name="pong")

for found in walk_packages(functions.__path__, "functions."):
    if not found.ispkg:
        app.register_blueprint(import_module(found.name).bp)
