"""The palette: every colour of the artwork. The light comes from the upper left, so each material has three tones."""

from __future__ import annotations

from dataclasses import dataclass

INK = "#171433"
"""Outlines and shadows."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A material in light, in its own colour and in shadow."""

    light: str
    base: str
    dark: str


WHITE = Tone("#ffffff", "#f1f2ff", "#b9bde0")
SILVER = Tone("#ffffff", "#ccd6ea", "#8795b9")
STEEL = Tone("#b7c6e4", "#8295bd", "#566896")
BRONZE = Tone("#ffc79a", "#d8854f", "#9a4d2e")
GOLD = Tone("#fff0ad", "#ffc233", "#dd821c")
RED = Tone("#ff9d8c", "#f2484a", "#b3243f")
ORANGE = Tone("#ffd08a", "#ff912f", "#dc5622")
GREEN = Tone("#b4f59a", "#46c96a", "#1c8d5b")
TEAL = Tone("#a0f7e6", "#26c9bb", "#108a98")
BLUE = Tone("#a3d5ff", "#4490fa", "#285bcd")
ICE = Tone("#f0feff", "#8ae4ff", "#3da6f2")
VIOLET = Tone("#d9bcff", "#9a63f7", "#6534c6")
PINK = Tone("#ffc3dd", "#fb64a5", "#c33383")
SKIN = Tone("#fff0ad", "#ffcf4a", "#ef9a2a")

SLATE_FIELD = Tone("#55658f", "#414f7a", "#303b62")
BLUE_FIELD = Tone("#3a6fd8", "#2a55b5", "#1f3f8f")
VIOLET_FIELD = Tone("#7446cf", "#5931ad", "#412189")
RED_FIELD = Tone("#c93a55", "#a32749", "#7d193d")
TEAL_FIELD = Tone("#1c9aa3", "#127a8a", "#0d5d70")
NIGHT_FIELD = Tone("#343e7d", "#272d63", "#1c2049")
GREEN_FIELD = Tone("#2fa56b", "#1f8459", "#166549")
PINK_FIELD = Tone("#d64e97", "#b23583", "#8b246c")
PLUM_FIELD = Tone("#5b2a6e", "#451d58", "#311342")
