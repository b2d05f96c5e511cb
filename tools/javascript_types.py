"""Write the TypeScript declarations of all calls and events for the JavaScript client, from the OpenAPI document.

    python -m tools.javascript_types

A test fails when they are stale.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.openapi.__main__ import FILE as OPENAPI

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "clients" / "javascript" / "types" / "api.d.ts"

Json = Mapping[str, Any]

API = "/api"
STREAM = "text/event-stream"

HEAD = """// All calls and events of the API. Written by `make openapi`: change the API, not this file.

/** An event code that this version of the client doesn't know. New ones may come. */
declare enum UnknownEventCode {
  any = "",
}

/** An event that this version of the client doesn't know. */
export interface UnknownEvent {
  service: string;
  event_code: UnknownEventCode;
  type: string;
  message: string;
  target: Target[] | null;
  data: unknown;
  kwargs: unknown;
}
"""

COMMON_STATUSES = {"401", "405", "413", "414", "415", "422", "429", "500", "503"}
COMMON_CODES = {"malformed_body", "malformed_idempotency_key", "not_found"}
"""Errors that most calls have; the declarations of a call list the others."""

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


def text(document: Json) -> str:
    """The file."""
    parts = [
        HEAD,
        _codes(document),
        _calls(document),
        _streams(document),
        *(
            _schema(name, document["components"]["schemas"][name])
            for name in sorted(_reachable(document, ["Target", *_roots(document)]))
        ),
        "export {};\n",
    ]
    return "\n".join(parts)


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation of each call that a browser can make and that answers JSON or nothing."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            # `fetch` sends no body with a GET; the call has a POST as well.
            impossible = method == "get" and "requestBody" in operation
            if path.startswith(API) and not impossible:
                yield method, path.removeprefix(API), operation


def _codes(document: Json) -> str:
    codes = sorted({code["code"] for code in document["x-error-codes"]})
    lines = "".join(f"  | {_literal(code)}\n" for code in codes)
    words = "/** The codes of errors. New ones may come: then decide by the status. */"
    return f"{words}\nexport type ErrorCode =\n{lines};\n"


def _calls(document: Json) -> str:
    methods: dict[str, list[str]] = {}
    for method, path, operation in _operations(document):
        methods.setdefault(method, []).append(_call(path, operation))
    inside = "".join(f"  {method}: {{\n{''.join(calls)}  }};\n" for method, calls in sorted(methods.items()))
    return f"/** What each call takes and answers, by method and path. */\nexport interface Calls {{\n{inside}}}\n"


def _call(path: str, operation: Json) -> str:
    fields = [
        *_parameters(operation, "path", optional=""),
        *_parameters(operation, "query", optional="?"),
        *_body(operation),
        f"answer: {_answer(operation)}",
    ]
    documentation = _comment(_words(operation), "    ")
    return f'{documentation}    "{path}": {{ {"; ".join(fields)} }};\n'


def _words(operation: Json) -> str:
    errors = [
        f"{status} `{code}`"
        for status, response in operation["responses"].items()
        if status >= "400" and status not in COMMON_STATUSES
        for code in response.get("x-codes", [])
        if code not in COMMON_CODES
    ]
    parts = [
        operation["summary"] + ".",
        operation.get("description", ""),
        f"For {operation['x-who']}.",
        textwrap.fill(f"Errors: {', '.join(errors)}.", 110) if errors else "",
    ]
    return "\n\n".join(filter(None, parts))


def _parameters(operation: Json, place: str, optional: str) -> Iterator[str]:
    found = [parameter for parameter in operation.get("parameters", []) if parameter["in"] == place]
    if found:
        names = [
            f"{_key(parameter['name'])}{'' if parameter.get('required') else '?'}: {_type(parameter['schema'])}"
            for parameter in found
        ]
        needed = any(parameter.get("required") for parameter in found)
        yield f"{place}{'' if needed else optional}: {{ {'; '.join(names)} }}"


def _body(operation: Json) -> Iterator[str]:
    if body := operation.get("requestBody"):
        yield f"body{'' if body['required'] else '?'}: {_type(body['content']['application/json']['schema'])}"


def _answer(operation: Json) -> str:
    (status,) = [status for status in operation["responses"] if status.startswith("2")]
    content = operation["responses"][status].get("content", {})
    return next((_type(media["schema"]) for media in content.values()), "undefined")


def _streams(document: Json) -> str:
    lines = ""
    for path, item in document["paths"].items():
        content = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if STREAM in content:
            lines += _comment(item["get"]["summary"] + ".", "  ")
            lines += f'  "{path}": {_type(content[STREAM]["schema"])};\n'
    return f"/** The event streams, and what each sends. */\nexport interface Streams {{\n{lines}}}\n"


def _roots(document: Json) -> Iterator[str]:
    """The schemas that calls and streams name."""
    for item in document["paths"].values():
        for operation in item.values():
            responses = [response for status, response in operation["responses"].items() if status < "400"]
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for part in [*responses, *bodies]:
                yield from _references([media["schema"] for media in part.get("content", {}).values()])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part.rpartition("/")[2]
            elif key not in ("example", "examples", "discriminator"):
                yield from _references(part)


def _reachable(document: Json, roots: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(document["components"]["schemas"][name])
    return found


def _schema(name: str, schema: Json) -> str:
    documentation = _comment(schema.get("description", ""), "")
    if "properties" in schema:
        return f"{documentation}export interface {name} {{\n{_fields(schema)}}}\n"
    return f"{documentation}export type {name} = {_type(schema)};\n"


def _fields(schema: Json) -> str:
    needed = schema.get("required", [])
    lines = ""
    for name, field in schema["properties"].items():
        mark = "" if name in needed else "?"
        lines += f"{_comment(field.get('description', ''), '  ')}  {_key(name)}{mark}: {_type(field)};\n"
    return lines


def _type(schema: Json) -> str:
    """A schema as a TypeScript type."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        return " | ".join(map(_literal, schema["enum"]))
    for key in ("anyOf", "oneOf"):
        if key in schema:
            choices = [_type(part) for part in schema[key]]
            # New events may come.
            return " | ".join([*choices, "UnknownEvent"] if "discriminator" in schema else choices)
    kind = schema.get("type")
    types: list[str | None] = kind if isinstance(kind, list) else [kind]
    return " | ".join(_simple(each, schema) for each in types)


def _simple(kind: str | None, schema: Json) -> str:
    match kind:
        case "integer" | "number":
            return "number"
        case "string" | "boolean" | "null":
            return kind
        case "array":
            return f"Array<{_type(schema.get('items', {}))}>"
        case "object":
            return _object(schema)
        case _:
            return "unknown"


def _object(schema: Json) -> str:
    if "properties" in schema:
        return f"{{\n{_fields(schema)}}}"
    more = schema.get("additionalProperties", True)
    return f"Record<string, {_type(more) if isinstance(more, dict) else 'unknown'}>"


def _key(name: str) -> str:
    return name if IDENTIFIER.fullmatch(name) else _literal(name)


def _literal(value: Any) -> str:
    return json.dumps(value)


def _comment(words: str, indent: str) -> str:
    """A documentation comment; nothing for no words."""
    if not words:
        return ""
    lines = words.replace("*/", "*\\/").strip().split("\n")
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return (
        f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"
    )


if __name__ == "__main__":
    written = text(json.loads(OPENAPI.read_text("utf-8")))
    FILE.write_text(written, encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {written.count(chr(10))} lines")
