"""The Chalice app: registers every blueprint under functions/, nothing else.

Importing it fills `shared.http.registry.ROUTES` and `shared.http.task.TASKS`. At run time each Lambda imports its
own module only.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from chalice.app import Chalice

import functions

app = Chalice(app_name="pong")

for found in walk_packages(functions.__path__, "functions."):
    if not found.ispkg:
        app.register_blueprint(import_module(found.name).bp)
