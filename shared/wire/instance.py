"""The base of everything that the contract shows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Instance(BaseModel):
    """A model that pydantic completes when it is first used.

    An endpoint's module imports dozens of them and shows a few: building them all would be a third of its import.
    """

    model_config = ConfigDict(defer_build=True)
