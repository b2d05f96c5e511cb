"""JSON Schemas of what endpoints read and write, in the contract's names, with examples.

For the OpenAPI document, which is made at build time; no endpoint imports this.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

REFERENCE = "#/components/schemas/"


def build(types: Mapping[str, tuple[Any, Mode]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Schemas of these types, and the components that they refer to.

    A component has the title of its model, which is the class's name unless the model is configured otherwise.
    ValueError if two models want one name.
    """
    found, shared = TypeAdapter.json_schemas(
        [(key, mode, TypeAdapter(type_)) for key, (type_, mode) in types.items()],
        ref_template=REFERENCE + "{model}",
        schema_generator=_Generator,
    )
    components: dict[str, Schema] = shared.get("$defs", {})
    names = {key: _name(key, schema) for key, schema in components.items()}
    for key, name in names.items():
        if list(names.values()).count(name) > 1:
            raise ValueError(f"Two models are called {name} (one of them is {key}): rename one.")
    schemas = {key: _renamed(schema, names) for (key, _), schema in found.items()}
    return schemas, {name: _renamed(components[key], names) for key, name in names.items()}


class _Generator(GenerateJsonSchema):
    """Pydantic's, without a title for each field, but with the docstrings of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (the signature is Pydantic's)
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        """In an answer every field is there, unless it says by `exclude_if` when it is left out."""
        if self.mode == "serialization":
            return field.get("serialization_exclude_if") is None
        return super().field_is_required(field, total)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        documented = _field_docs(schema["cls"])
        for name, field in found.get("properties", {}).items():
            # Answers have no defaults, and an empty text or null only stands for what wasn't sent.
            if self.mode == "serialization" or field.get("default") in ("", None):
                field.pop("default", None)
            if name in documented:
                field.setdefault("description", documented[name])
        return found


def _field_docs(model: type) -> dict[str, str]:
    """The docstrings below the fields of a model and of those that it inherits from."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        is_ours = cls.__module__.startswith(("functions.", "shared."))
        is_parametrized = getattr(cls, "__pydantic_generic_metadata__", {}).get("origin") is not None
        if is_ours and not is_parametrized:
            tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
            assert isinstance(tree, ast.ClassDef)  # noqa: S101 (it is the source of a class)
            for field, after in zip(tree.body, tree.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    text = _text(after)
                    if text:
                        found[field.target.id] = text
    return found


def _text(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else None
    return None


def _name(key: str, schema: Schema) -> str:
    variant = re.search("-(Input|Output)$", key)
    return str(schema["title"]) + (variant[0] if variant else "")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: REFERENCE + names[part.removeprefix(REFERENCE)]
        if key == "$ref" and isinstance(part, str)
        else _renamed(part, names)
        for key, part in value.items()
    }


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes values that fit a schema and tell a reader something."""

    components: Mapping[str, Schema]
    whole: bool
    """With all fields of an object; otherwise only with those that are always there."""

    def of(self, schema: Schema, variant: int = 0) -> Any:
        """An example.

        Where an object has several parts of one kind (both teams of a match), each takes the next one of that
        kind's examples. ValueError for a text that has none: the document would say nothing.
        """
        if "$ref" in schema and "examples" not in schema:
            return self.of(self.components[schema["$ref"].removeprefix(REFERENCE)], variant)
        for chosen in (schema.get("examples"), schema.get("enum")):
            if chosen:
                return chosen[variant % len(chosen)]
        if "const" in schema:
            return schema["const"]
        if "anyOf" in schema:
            options = [option for option in schema["anyOf"] if option.get("type") != "null"]
            return self.of(options[0], variant)
        return self._typed(schema, variant)

    def _typed(self, schema: Schema, variant: int) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, variant)
            case "array":
                count = max(1, schema.get("minItems", 1))
                return [self.of(schema["items"], variant + n) for n in range(count)]
            case "boolean":
                return bool(schema.get("default", False))
            case "integer" | "number":
                return schema.get("default", max(1, schema.get("minimum", 1)))
            case _:
                raise ValueError(f"give it examples (Field(examples=[...])): {schema}")

    def _object(self, schema: Schema, variant: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        earlier: list[Schema] = []
        for name, field in schema.get("properties", {}).items():
            if self.whole or name in schema.get("required", ()):
                kind = {key: part for key, part in field.items() if key not in ("description", "default")}
                try:
                    found[name] = self.of(field, variant + earlier.count(kind))
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
                earlier.append(kind)
        return found
