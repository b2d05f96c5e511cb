"""The Python client's types and calls are those of the OpenAPI document."""

from __future__ import annotations

import inspect
import json

from pong_client import AsyncPong, AsyncPongService, Pong, PongService

from tools.python_client.__main__ import DOCUMENT, FOLDERS, PACKAGE, texts
from tools.python_client.calls import operations


def test_the_files_made_from_the_document_are_not_stale() -> None:
    made = texts()
    for file, text in made.items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: run `make openapi`"
    there = {file for folder in FOLDERS for file in (PACKAGE / folder).glob("*.py")}
    assert there <= made.keys()


def test_every_operation_is_a_method_of_the_clients_for_its_callers() -> None:
    for operation in operations(json.loads(DOCUMENT.read_text("utf-8"))):
        clients = (AsyncPongService, PongService) if operation.is_of_services else (AsyncPong, Pong)
        for client in clients:
            assert inspect.isfunction(getattr(client, operation.name)), (client, operation.name)
