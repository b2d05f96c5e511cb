"""Examples for the OpenAPI document: a value that fits a schema and tells a reader something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.openapi.schemas import REFERENCE, Schema


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples of schemas that may refer to these components."""

    components: Mapping[str, Schema]
    whole: bool
    """Whether an object gets all its fields, or only those that are always there."""

    def of(self, schema: Schema, variant: int = 0) -> Any:
        """An example. ValueError for a text without examples: the document would say nothing.

        If an object has several parts of one kind (both teams of a match), each part takes the next `variant`.
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
