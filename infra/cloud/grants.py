"""What each function touches, found out from the code: its role allows that, and nothing else.

A walk over the syntax trees: from a handler along every name that it, and what it names, refers to, within our own
packages. The walk passes the few functions of the store that call DynamoDB (READS, WRITES below) and those of
`shared/store/keys.py` that build keys; what it has passed is what the function may do. It finds rather more than
a run would touch, never less: a test compares it with what the endpoints' scenarios really touch.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BASE = "shared.store.base"
KEYS = "shared.store.keys"
UNIT_OF_WORK = "shared.store.unit_of_work"
SECRET = ("shared.auth.signing_keys", "signing_keys")
MACHINES = ("shared.settings", "machine_arn")

ACTIONS: Mapping[tuple[str, str], frozenset[str]] = {
    (BASE, "read_item"): frozenset({"GetItem"}),
    (BASE, "read_items"): frozenset({"BatchGetItem"}),
    (BASE, "read_partition"): frozenset({"Query"}),
    (BASE, "delete_partition"): frozenset({"Query", "DeleteItem"}),
    (UNIT_OF_WORK, "UnitOfWork.put"): frozenset({"PutItem"}),
    (UNIT_OF_WORK, "UnitOfWork.replace"): frozenset({"PutItem"}),
    (UNIT_OF_WORK, "UnitOfWork.update"): frozenset({"UpdateItem"}),
    (UNIT_OF_WORK, "UnitOfWork.delete"): frozenset({"DeleteItem"}),
    (UNIT_OF_WORK, "UnitOfWork.discard"): frozenset({"DeleteItem"}),
    (UNIT_OF_WORK, "UnitOfWork.check"): frozenset({"ConditionCheckItem"}),
    (UNIT_OF_WORK, "UnitOfWork.emit"): frozenset({"PutItem"}),
    (UNIT_OF_WORK, "UnitOfWork.start_timer"): frozenset({"PutItem"}),
    (UNIT_OF_WORK, "UnitOfWork.wake"): frozenset({"PutItem"}),
    ("shared.store.checkpoints", "save_mark"): frozenset({"PutItem"}),
    ("shared.store.checkpoints", "drop_marks"): frozenset({"DeleteItem"}),
}
"""What calls DynamoDB, and the actions (IAM's names) that it needs."""

Name = tuple[str, str]
"""A definition: its module, and its name there (`Class.method` for methods)."""


INSTANCES: Mapping[str, Name] = {
    "work": (UNIT_OF_WORK, "UnitOfWork"),
    "changes": ("shared.store.social.relations", "RelationChanges"),
}
"""Names that instances of these classes have throughout the project, so that the walk finds their methods."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a function may do."""

    actions: frozenset[str]
    """Of DynamoDB, without the service's name."""
    keys: frozenset[str]
    """Patterns of partition keys, such as `USER#*`."""
    secret: bool
    """Whether it reads or signs tokens."""
    machines: bool
    """Whether it starts executions of the state machines."""


def grant(starts: Iterable[Name]) -> Grant:
    """What everything reachable from these definitions needs."""
    reached = _reach(starts)
    actions = frozenset(action for name in reached for action in ACTIONS.get(name, ()))
    patterns = frozenset(pattern for name in reached if name[0] == KEYS for pattern in _pattern(name[1]))
    return Grant(actions, patterns, SECRET in reached, MACHINES in reached)


def _reach(starts: Iterable[Name]) -> set[Name]:
    reached: set[Name] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        # What calls DynamoDB is the end of the walk: from there on everything reaches everything.
        if name not in ACTIONS or name[0] != BASE:
            ahead += _module(name[0]).references(name[1])
    return reached


@cache
def _pattern(function: str) -> tuple[str, ...]:
    """The pattern of the partition keys that a function of keys.py builds.

    None for one that is given the partition, and for one that takes a key apart.
    """
    build = getattr(importlib.import_module(KEYS), function)
    if not inspect.isfunction(build):
        return ()
    signature = inspect.signature(build)
    parameters = signature.parameters
    if "partition" in parameters or signature.return_annotation not in ("Key", "str"):
        return ()
    samples = {name: 1 if parameter.annotation == "int" else "x" for name, parameter in parameters.items()}
    built = build(**samples)
    partition = built if isinstance(built, str) else built[0]
    head, mark, _ = partition.partition("#")
    return (head + "#*",) if mark else (head,)


@dataclass(slots=True)
class _Module:
    """One of our modules: what it defines, and what its imported names mean."""

    name: str
    definitions: dict[str, list[ast.AST]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """A local name -> the module it comes from, and its name there; None if it is the module itself."""

    def references(self, definition: str) -> Iterator[Name]:
        """All definitions of ours that this one names."""
        owner = definition.rpartition(".")[0]
        for node in self.definitions.get(definition, ()):
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    yield from self._meaning(part.id)
                elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    yield from self._member(part.value.id, part.attr, owner)

    def _meaning(self, name: str) -> Iterator[Name]:
        if name in self.definitions:
            yield self.name, name
        elif name in self.imported:
            module, attribute = self.imported[name]
            if attribute is not None:
                yield module, attribute

    def _member(self, name: str, attribute: str, owner: str) -> Iterator[Name]:
        """What `name.attribute` means: something in a module, a method of a class, or a method of one's own class."""
        if name in INSTANCES:
            found, class_ = INSTANCES[name]
            yield found, f"{class_}.{attribute}"
        elif name in ("self", "cls") and owner:
            yield self.name, f"{owner}.{attribute}"
        elif name in self.definitions:
            yield self.name, f"{name}.{attribute}"
        elif name in self.imported:
            module, class_name = self.imported[name]
            yield module, attribute if class_name is None else f"{class_name}.{attribute}"


@cache
def _module(name: str) -> _Module:
    """The parsed module; an empty one for what isn't ours."""
    module = _Module(name)
    file = _file(name)
    if file is None:
        return module
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        _define(module, statement)
    return module


def _define(module: _Module, statement: ast.stmt) -> None:
    if isinstance(statement, ast.ImportFrom) and statement.module:
        for alias in statement.names:
            inner = f"{statement.module}.{alias.name}"
            found = (inner, None) if _file(inner) else (statement.module, alias.name)
            module.imported[alias.asname or alias.name] = found
    elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        # Decorators are left out: what @endpoint does for a handler is added where the handlers are listed.
        module.definitions[statement.name] = [statement.args, *statement.body]
    elif isinstance(statement, ast.ClassDef):
        plain: list[ast.AST] = list(statement.bases)
        for part in statement.body:
            if isinstance(part, ast.FunctionDef):
                module.definitions[f"{statement.name}.{part.name}"] = [part.args, *part.body]
            else:
                plain.append(part)
        module.definitions[statement.name] = plain
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                module.definitions[target.id] = [statement.value]


@cache
def _file(name: str) -> Path | None:
    if name.partition(".")[0] not in ("functions", "shared", "sse"):
        return None
    file = ROOT.joinpath(*name.split(".")).with_suffix(".py")
    return file if file.exists() else None
