"""How a tool fails."""

from __future__ import annotations


class ToolError(Exception):
    """What was asked for can't be done; the text is one line for the person at the terminal."""
