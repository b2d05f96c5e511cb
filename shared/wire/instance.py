"""The base of all wire models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Instance(BaseModel):
    """A model that pydantic builds on its first use.

    An endpoint's module imports dozens of models and uses a few: building them all would take a third of its import.
    """

    model_config = ConfigDict(defer_build=True)
