"""Writes its process id into the file that the body names, then waits until that file is gone."""

import os
import time
from pathlib import Path
from typing import Any


def wait_for_file(event: dict[str, Any], context: Any) -> dict[str, Any]:
    file = Path(event["body"])
    unfinished = file.with_suffix(".new")
    unfinished.write_text(str(os.getpid()))
    unfinished.replace(file)
    while file.exists():
        time.sleep(0.01)
    return {"statusCode": 200, "headers": {}, "body": "done"}
