"""Write the OpenAPI document to where its endpoint reads it from.

    python -m tools.openapi [FILE]

The endpoint's Lambda imports only itself, so the document is made beforehand and committed; a test fails when it
is stale. The document is the same on every machine, whatever its settings.
"""

from __future__ import annotations

import json
import sys
import tomllib
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "functions" / "meta" / "openapi.json"


def main(file: Path) -> None:
    """Make the document of all endpoints; docstrings below the fields of models describe the fields.

    Pydantic reads these docstrings from the source, which would add 6 to 30 ms of CPU time to each Lambda's import.
    So the option is on in this process only, for all models that are defined after it: those of the app.
    """
    BaseModel.model_config = ConfigDict(use_attribute_docstrings=True)
    import_module("app")
    from shared.http.registry import ROUTES
    from shared.settings import Settings
    from tools.openapi.document import document

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    made = document(ROUTES, public_url=Settings().public_url, version=version)
    file.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{file.name}: {file.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
