"""The operations of the API as methods, asynchronous and synchronous, a file per tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.python_client.text import WIDTH, docstring, imported, module, used
from tools.python_client.types import Json, annotation, answers, is_stream

KEY = "Idempotency-Key"

SIGN_OUT = {"log_out", "delete_me"}
"""Operations after which no token of the session is good."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    description: Json
    common_codes: frozenset[str]

    @property
    def name(self) -> str:
        """The method's name: the operation's id; of a stream, what it streams."""
        name = str(self.description["operationId"])
        return name.removeprefix("stream_") if self.is_stream else name

    @property
    def group(self) -> str:
        """The file that it is in: the tag; other operations of services are apart from those of users."""
        tag = str(self.description["tags"][0])
        return f"service_{tag}" if self.is_of_services and tag != "private" else tag

    @property
    def is_of_services(self) -> bool:
        """Whether game servers call it, and players can't."""
        return any("serviceToken" in each for each in self.description["security"])

    @property
    def is_stream(self) -> bool:
        """Whether it answers with an event stream."""
        return is_stream(self.description)

    def parameters(self, place: str) -> list[Json]:
        """Those in the path, the query or the header."""
        return [each for each in self.description.get("parameters", ()) if each["in"] == place]

    @property
    def has_key(self) -> bool:
        """Whether it takes idempotency keys."""
        return any(each["name"] == KEY for each in self.parameters("header"))

    @property
    def body(self) -> str | None:
        """The type of its body."""
        body = self.description.get("requestBody")
        return annotation(body["content"]["application/json"]["schema"]) if body else None

    @property
    def answer(self) -> str:
        """The type of what it answers."""
        found = " | ".join(map(annotation, answers(self.description)))
        texts = any(
            "text/html" in str(each.get("content")) for each in self.description["responses"].values()
        )
        return found or ("str" if texts else "None")

    def documentation(self) -> str:
        """Summary, description, route, what is refused."""
        told = self.description
        parts = [told["summary"].rstrip(".") + ".", told.get("description", "")]
        parts.append(f"`{self.method} {self.path}`, for {told['x-who']}." + self._refusals())
        return "\n\n".join(part for part in parts if part)

    def _refusals(self) -> str:
        named = []
        for status, answer in self.description["responses"].items():
            codes = [f"`{code}`" for code in answer.get("x-codes", ()) if code not in self.common_codes]
            if codes:
                named.append(f"{status} {', '.join(codes)}")
        return f" Refusals: {'; '.join(named)}." if named else ""


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """All operations, in the document's order."""
    every = [
        (method.upper(), path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    counted = Counter(
        code
        for _, _, told in every
        for answer in told["responses"].values()
        for code in answer.get("x-codes", ())
    )
    common = frozenset(code for code, times in counted.items() if times > len(every) / 3)
    return [Operation(method, path, told, common) for method, path, told in every]


def files(document: Mapping[str, Any], type_names: set[str], *, sync: bool) -> Iterator[tuple[str, str]]:
    """The files by their names in the folder `calls` or `sync_calls`."""
    groups: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in operations(document):
        groups[operation.group].append(operation)
    base, stream = ("Caller", "EventStream") if sync else ("AsyncCaller", "AsyncEventStream")
    package = "pong_client.sync_calls" if sync else "pong_client.calls"
    for group, members in groups.items():
        body = [f"class {_class(group, sync)}({base}):", *docstring(f"Operations of the tag {group}."), ""]
        for operation in members:
            body += [*_method(operation, sync), ""]
        code = "\n".join(body)
        imports = [imported("typing", used(("Any", "Literal", "Unpack"), code)), ""]
        imports = imports if imports[0].strip() != "from typing import" else []
        home = "sync_caller" if sync else "caller"
        imports.append(imported(f"pong_client.{home}", [base]))
        if any(operation.is_stream for operation in members):
            imports.append(imported("pong_client.stream_settings", ["STREAM", "StreamSettings"]))
            imports.append(imported("pong_client.sync_stream" if sync else "pong_client.stream", [stream]))
        if needed := list(used(type_names, code)):
            imports.append(imported("pong_client.types", needed))
        yield f"{group}.py", module(f"Operations of the tag {group}.", imports, body)
    yield "every.py", _every(groups, package, sync)


def _class(group: str, sync: bool) -> str:
    name = "".join(word.capitalize() for word in group.split("_")) + "Calls"
    return name if sync else f"Async{name}"


def _every(groups: Mapping[str, list[Operation]], package: str, sync: bool) -> str:
    """The operations of players and of services, each in one class."""
    sides: dict[str, list[str]] = {"User": [], "Service": []}
    for group, members in groups.items():
        if group == "meta" or not members[0].is_of_services:
            sides["User"].append(_class(group, sync))
        if group == "meta" or members[0].is_of_services:
            sides["Service"].append(_class(group, sync))
    prefix = "" if sync else "Async"
    body = []
    for side, classes in sides.items():
        whom = "players" if side == "User" else "game servers"
        body += [f"class {prefix}{side}Calls(", *(f"    {name}," for name in classes), "):"]
        body += [*docstring(f"Every operation for {whom}."), "", ""]
    imports = [imported(f"{package}.{group}", [_class(group, sync)]) for group in sorted(groups)]
    return module("Every operation.", imports, body)


def _method(operation: Operation, sync: bool) -> list[str]:
    return _stream_method(operation, sync) if operation.is_stream else _call_method(operation, sync)


def _call_method(operation: Operation, sync: bool) -> list[str]:
    path_names = [each["name"] for each in operation.parameters("path")]
    parameters = [
        "self",
        *(f"{each['name']}: {annotation(each['schema'])}" for each in operation.parameters("path")),
    ]
    named = [
        f"{each['name']}: {annotation(each['schema'])} | None = None"
        for each in operation.parameters("query")
    ]
    if operation.has_key:
        named.append("idempotency_key: str | None = None")
    if named:
        parameters += ["*", *named]
    if operation.body:
        parameters.append(f"**body: Unpack[{operation.body}]")
    target = operation.path.removeprefix("/api")
    arguments = [f'"{operation.method}"', f'f"{_quoted_parts(target)}"' if path_names else f'"{target}"']
    if queries := operation.parameters("query"):
        arguments.append("query={" + ", ".join(f'"{each["name"]}": {each["name"]}' for each in queries) + "}")
    if operation.body:
        arguments.append("json=body")
    if operation.has_key:
        arguments += ["keyed=True", "idempotency_key=idempotency_key"]
    if not operation.description["security"]:
        arguments.append("anyone=True")
    if operation.answer == "Tokens":
        arguments.append('session="begins"')
    elif operation.name in SIGN_OUT:
        arguments.append('session="ends"')
    start, wait = ("def", "") if sync else ("async def", "await ")
    given = "" if operation.answer == "None" else f"answer: {operation.answer} = "
    result = _call_lines(f"{given}{wait}self._call(", arguments) + ["return answer"] * bool(given)
    return [
        *_signature(f"    {start} {operation.name}", parameters, operation.answer),
        *docstring(operation.documentation(), 8),
        *(f"        {line}" for line in result),
    ]


def _stream_method(operation: Operation, sync: bool) -> list[str]:
    schema = operation.description["responses"]["200"]["content"]["text/event-stream"]["schema"]
    kind = "EventStream" if sync else "AsyncEventStream"
    parameters = ["self", "*", 'last_event_id: str = ""', "settings: StreamSettings = STREAM"]
    text = f"""{operation.documentation()}

`last_event_id` goes on after an event of an earlier stream. The stream renews tokens and resumes by itself."""
    return [
        *_signature(f"    def {operation.name}", parameters, f"{kind}[{annotation(schema)}]"),
        *docstring(text, 8),
        f'        return self._stream("{operation.path}", last_event_id, settings)',
    ]


def _call_lines(start: str, arguments: list[str]) -> list[str]:
    line = f"{start}{', '.join(arguments)})"
    return [line] if len(line) <= WIDTH - 8 else [start, *(f"    {each}," for each in arguments), ")"]


def _quoted_parts(path: str) -> str:
    return path.replace("{", "{self._part(").replace("}", ")}")


def _signature(start: str, parameters: list[str], answer: str) -> list[str]:
    line = f"{start}({', '.join(parameters)}) -> {answer}:"
    if len(line) <= WIDTH:
        return [line]
    comma = "" if parameters[-1].startswith("**") else ","
    return [f"{start}(", f"        {', '.join(parameters)}{comma}", f"    ) -> {answer}:"]
