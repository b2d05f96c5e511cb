"""TypedDicts of what is sent and answered, a file per area."""

from __future__ import annotations

import json
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools.python_client.text import docstring, imported, module, used

Json = dict[str, Any]

REFERENCE = "#/components/schemas/"
COMMON = "common"

AREAS = {"auth": "accounts", "users": "accounts"}
"""The area of a tag of operations, where it hasn't the tag's name."""

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def annotation(schema: Mapping[str, Any]) -> str:
    """The Python type of a JSON schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REFERENCE)
    if "const" in schema:
        return f"Literal[{literal(schema['const'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(literal, schema['enum']))}]"
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(map(annotation, options)))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(annotation({**schema, "type": each}) for each in kind)
    if kind == "array":
        return f"list[{annotation(schema.get('items', {}))}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {annotation(values) if isinstance(values, dict) else 'Any'}]"
    return PLAIN.get(kind, "Any")


def literal(value: Any) -> str:
    """A value as it stands in `Literal[…]`."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def references(schema: Any) -> set[str]:
    """The components that a schema names."""
    return set(re.findall(rf'"{REFERENCE}([^"]+)"', json.dumps(schema)))


def reachable(components: Mapping[str, Json], names: Iterable[str]) -> set[str]:
    """These components, and those that they refer to."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += references(components[name])
    return found


def areas(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the components of each area; what several areas use is in `common`."""
    components = document["components"]["schemas"]
    users: defaultdict[str, set[str]] = defaultdict(set)
    for operations in document["paths"].values():
        for operation in operations.values():
            if not is_stream(operation):
                area = AREAS.get(operation["tags"][0], operation["tags"][0])
                for name in reachable(
                    components, references([operation.get("requestBody"), answers(operation)])
                ):
                    users[name].add(area)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in components:
        if name in users:
            found[users[name].pop() if len(users[name]) == 1 else COMMON].append(name)
    for name in reachable(components, event_schemas(document)):
        if name not in users:
            found["events"].append(name)
    return {area: sorted(names, key=list(components).index) for area, names in sorted(found.items())}


def answers(operation: Mapping[str, Any]) -> list[Json]:
    """The schemas of the JSON that an operation answers with when it succeeds."""
    return [
        kind["schema"]
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for media, kind in answer.get("content", {}).items()
        if media == "application/json"
    ]


def is_stream(operation: Mapping[str, Any]) -> bool:
    """Whether an operation answers with an event stream."""
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def event_schemas(document: Mapping[str, Any]) -> list[str]:
    """The schemas of the events of each stream: `Event` for those of users."""
    return [
        name
        for operations in document["paths"].values()
        for operation in operations.values()
        if is_stream(operation)
        for name in references(operation["responses"]["200"])
    ]


def files(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The files by their names in the folder `types`."""
    components = document["components"]["schemas"]
    found = areas(document)
    homes = {name: area for area, names in found.items() for name in names}
    unions = [name for name in homes if "discriminator" in components[name]]
    for area, names in found.items():
        body = [line for name in names for line in _definition(name, components[name])]
        code = "\n".join(body)
        typing = used(("Any", "Literal", "NotRequired", "TypeAlias", "TypedDict", "Union"), code)
        imports = [imported("typing", typing)]
        others = defaultdict(list)
        for name in sorted(reachable(components, names) - set(names)):
            if any(used([name], code)):
                others[homes[name]].append(name)
        imports += [""] if others else []
        imports += [imported(f"pong_client.types.{home}", needed) for home, needed in sorted(others.items())]
        yield f"{area}.py", module(f"Types of the area {area}.", imports, body)
    found["events"] += [f"Unknown{name}" for name in unions]
    exports = [imported(f"pong_client.types.{area}", names) for area, names in found.items()]
    every = [
        f"    {json.dumps(name)}," for name in sorted({name for names in found.values() for name in names})
    ]
    yield "__init__.py", module("All types of the API.", exports, ["__all__ = [", *every, "]"])


def _definition(name: str, schema: Json) -> list[str]:
    if schema.get("properties"):
        return [*_typed_dict(name, schema), "", ""]
    if "discriminator" in schema:
        return [*_events(name, schema), "", ""]
    described = docstring(schema["description"], 0) if "description" in schema else []
    return [f"{name}: TypeAlias = {_quoted(annotation(schema))}", *described, "", ""]


def _quoted(text: str) -> str:
    """Types that are used when the file is loaded stand in quotes: they may come later in it."""
    return json.dumps(text, ensure_ascii=False) if '"' not in text else f"'{text}'"


def _typed_dict(name: str, schema: Json) -> list[str]:
    required = set(schema.get("required", ()))
    fields = {
        field: annotation(part) if field in required else f"NotRequired[{annotation(part)}]"
        for field, part in schema["properties"].items()
    }
    described = schema.get("description") or f"A {name}."
    if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
        lines = [f"class {name}(TypedDict):", *docstring(described), ""]
        for field, type_ in fields.items():
            lines.append(f"    {field}: {type_}")
            if text := schema["properties"][field].get("description"):
                lines += docstring(text)
        return lines
    lines = [f"{name} = TypedDict(", f'    "{name}",', "    {"]
    lines += [f"        {json.dumps(field)}: {_requirement(type_)}," for field, type_ in fields.items()]
    return [*lines, "    },", ")", *docstring(described, 0)]


def _requirement(type_: str) -> str:
    if type_.startswith("NotRequired["):
        return f"NotRequired[{_quoted(type_.removeprefix('NotRequired[').removesuffix(']'))}]"
    return _quoted(type_)


def _events(name: str, schema: Json) -> list[str]:
    """The union of the kinds of events, and a type for those that aren't known yet."""
    unknown = f"Unknown{name}"
    kinds = [part["$ref"].removeprefix(REFERENCE) for part in schema["oneOf"]]
    lines = [
        f"class {unknown}(TypedDict):",
        *docstring("An event of a kind that this version of the client doesn't know."),
        "",
        "    service: str",
        "    event_code: str",
        "    type: str",
        "    message: str",
        "    target: list[Target] | None",
        "    data: Any",
        "    kwargs: Any",
        "",
        "",
        f"{name}: TypeAlias = Union[",
        *(f'    "{kind}",' for kind in [*kinds, unknown]),
        "]",
    ]
    text = schema["description"].partition("\n\n")[0]
    return [*lines, *docstring(f"{text}\n\nCompare `event_code`, and type checkers know the rest.", 0)]
