"""A walk over syntax trees: from a definition along everything of ours that it refers to.

A method is found by the type of the value that it is called on: an annotation, the class that a call makes, or the
type that a call returns. Where a type names several classes, the walk takes them all; where a module is handed on as
a value, all its definitions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("functions", "shared", "sse")

Name = tuple[str, str]
"""A definition: its module, and its name there (`Class.method` for methods, empty for the module itself)."""


def name_of(function: Callable[..., object]) -> Name:
    """The definition of a function or method."""
    return function.__module__, function.__qualname__


def reach(starts: Iterable[Name], ends: frozenset[Name]) -> set[Name]:
    """Every definition that can be reached from these, `ends` included. LookupError if a start doesn't exist."""
    reached: set[Name] = set()
    ahead = list(starts)
    if missing := [start for start in ahead if start[1] not in _module(start[0]).definitions]:
        raise LookupError(f"There is no {'.'.join(missing[0])}.")
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            if name not in ends:
                ahead += _references(*name)
    return reached


@dataclass(slots=True)
class _Module:
    """One of our modules."""

    name: str
    definitions: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, Name] = field(default_factory=dict)
    """What its imported names mean where they come from."""

    def meaning(self, name: str) -> Name:
        """The definition that a name of this module means; without a name if it is a module, or not ours."""
        if name in self.definitions:
            return self.name, name
        module, original = self.imported.get(name, ("", ""))
        return _module(module).meaning(original) if original else (module, "")

    def classes_in(self, annotation: ast.AST) -> set[Name]:
        """The classes of ours that an annotation names."""
        names = (part.id for part in ast.walk(annotation) if isinstance(part, ast.Name))
        return {class_ for name in names for class_ in _classes(self.meaning(name))}


@cache
def _module(name: str) -> _Module:
    """The parsed module; an empty one for a package that isn't ours."""
    module = _Module(name)
    if not (file := _file(name)):
        return module
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                meant = (inner, "") if _file(inner) else (node.module, alias.name)
                module.imported[alias.asname or alias.name] = meant
    for statement in tree.body:
        module.definitions |= dict(_defined(statement))
    return module


@cache
def _file(module: str) -> Path | None:
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return file if module.partition(".")[0] in PACKAGES and file.exists() else None


def _defined(statement: ast.stmt, owner: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The names that a statement defines: functions, classes with their methods and fields, constants."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield owner + statement.name, statement
        for inner in statement.body if isinstance(statement, ast.ClassDef) else ():
            yield from _defined(inner, f"{statement.name}.")
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
            if isinstance(target, ast.Name):
                yield owner + target.id, statement


@cache
def _references(module_name: str, definition: str) -> frozenset[Name]:
    """All definitions of ours that this one refers to."""
    module = _module(module_name)
    if not (node := module.definitions.get(definition)):
        return frozenset()
    scope = _Scope(module)
    if owner := definition.rpartition(".")[0]:
        scope.types["self"] = scope.types["cls"] = {(module_name, owner)}
    scope.read_types(node)
    found: set[Name] = set()
    parts = [part for used in _used_parts(node) for part in ast.walk(used)]
    owners = {id(part.value) for part in parts if isinstance(part, ast.Attribute)}
    for part in parts:
        if isinstance(part, ast.Attribute):
            found |= scope.members(part)
        elif isinstance(part, ast.Name):
            meant, name = module.meaning(part.id)
            if name:
                found.add((meant, name))
            elif id(part) not in owners:
                found |= {(meant, name) for name in _module(meant).definitions}
    return frozenset(found)


def _used_parts(node: ast.AST) -> list[ast.AST]:
    """What runs when a definition is used; of a class its fields and the methods that Python calls by itself.

    Decorators are left out: infra/cloud/functions.py adds what @endpoint does for a handler.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.args, *node.body]
    if isinstance(node, ast.ClassDef):
        own = [part for part in node.body if not isinstance(part, ast.FunctionDef) or part.name[:2] == "__"]
        return [*node.bases, *own]
    return [node]


@dataclass(slots=True)
class _Scope:
    """The local names of one definition, and the classes that each may have."""

    module: _Module
    types: dict[str, set[Name]] = field(default_factory=dict)

    def read_types(self, node: ast.AST) -> None:
        """Note the types of parameters and of what is assigned."""
        for part in ast.walk(node):
            if isinstance(part, ast.arg | ast.AnnAssign) and part.annotation:
                name = part.arg if isinstance(part, ast.arg) else getattr(part.target, "id", "")
                self.types.setdefault(name, set()).update(self.module.classes_in(part.annotation))
            elif isinstance(part, ast.Assign):
                for target in part.targets:
                    self._assign(target, part.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its_value in zip(target.elts, value.elts, strict=False):
                self._assign(one, its_value)
        else:
            for name in (part.id for part in ast.walk(target) if isinstance(part, ast.Name)):
                self.types.setdefault(name, set()).update(self.classes_of(value))

    def classes_of(self, value: ast.AST) -> set[Name]:
        """The classes that an expression's value may have; for a class itself, that class."""
        if isinstance(value, ast.Name):
            return self.types.get(value.id, set()) | _classes(self.module.meaning(value.id))
        if isinstance(value, ast.Attribute):
            return {class_ for member in self.members(value) for class_ in _classes(member)}
        parts = [value.func] if isinstance(value, ast.Call) else ast.iter_child_nodes(value)
        return {class_ for part in parts for class_ in self.classes_of(part)}

    def members(self, value: ast.Attribute) -> set[Name]:
        """The definitions that `value.attr` may mean: in a module, or in each class that the value may have."""
        owner = value.value
        if isinstance(owner, ast.Name) and owner.id in self.module.imported:
            module, name = self.module.imported[owner.id]
            if not name:
                return {_module(module).meaning(value.attr)}
        return {member for class_ in self.classes_of(owner) for member in _members(class_, value.attr)}


@cache
def _classes(name: Name) -> frozenset[Name]:
    """The classes that a definition stands for: a class itself, a function's result, a field's or alias's type."""
    module = _module(name[0])
    match module.definitions.get(name[1]):
        case ast.ClassDef():
            return frozenset({name})
        case (
            ast.FunctionDef(returns=ast.expr() as type_)
            | ast.AnnAssign(annotation=type_)
            | ast.Assign(value=type_)
        ):
            return frozenset(module.classes_in(type_))
    return frozenset()


def _members(class_: Name, attribute: str) -> Iterator[Name]:
    """A class's attribute: its own, or those of its bases."""
    module = _module(class_[0])
    name = f"{class_[1]}.{attribute}"
    if name in module.definitions:
        yield module.name, name
    elif isinstance(node := module.definitions[class_[1]], ast.ClassDef):
        for base in node.bases:
            for parent in module.classes_in(base):
                yield from _members(parent, attribute)
