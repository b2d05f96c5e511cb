"""Plots as SVG text: lines and dots over one x-axis, readable on a light and on a dark page.

The colours stand in a style of the file itself, which follows the reader's colour scheme, also inside of an `<img>`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH = 760
HEIGHT = 280
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 46, 44
TICKS = 6
LEGEND_LETTER = 6.6
"""Width of a letter of the legend, about."""

# Distinguishable for colour-blind readers (Okabe and Ito), darkened or lightened for the page.
LIGHT = ("#0067a5", "#b84a00", "#00745a", "#8a3a75", "#806000", "#444444")
DARK = ("#5cb8f0", "#ff9a5c", "#3fd0a8", "#e29ac8", "#e3c04a", "#bbbbbb")


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, by x."""

    name: str
    points: Sequence[tuple[float, float]]
    dots: bool = False
    """Single dots instead of a line."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One pair of axes. Values of a logarithmic axis are above 0."""

    title: str
    x: str
    """What the x-axis shows, with its unit."""
    y: str
    series: Sequence[Series]
    log_x: bool = False
    log_y: bool = False
    goals: Sequence[tuple[str, float]] = field(default=())
    """Dashed lines at these values of y."""


def svg(plots: Sequence[Plot]) -> str:
    """The plots, one below the other."""
    height = HEIGHT * len(plots)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    label = escape("; ".join(plot.title for plot in plots), quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">',
        f"<style>{_style()}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
    ]
    for number, plot in enumerate(plots):
        parts += [f'<g transform="translate(0 {number * HEIGHT})">', *_plot(plot), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values to positions in the picture."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, value: float) -> float:
        """The position of a value."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values of the axis, a few."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            return [10.0**power for power in powers if self.low <= 10.0**power <= self.high]
        step = _round_step((self.high - self.low) / TICKS)
        return [step * n for n in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def _axis(values: Sequence[float], start: float, end: float, *, log: bool, from_zero: bool) -> Axis:
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    if log:
        low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
        return Axis(low, high if high > low else low * 10, start, end, log)
    low = min(low, 0.0) if from_zero else low
    step = _round_step((high - low) / TICKS) if high > low else 1.0
    return Axis(low, max(math.ceil(high / step) * step if from_zero else high, low + step), start, end, log)


def _round_step(step: float) -> float:
    """The next of 1, 2, 5, 10, 20, …"""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)


def _plot(plot: Plot) -> list[str]:
    points = [point for each in plot.series for point in each.points]
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    x = _axis([point[0] for point in points], LEFT, right, log=plot.log_x, from_zero=False)
    heights = [point[1] for point in points] + [value for _, value in plot.goals]
    y = _axis(heights, bottom, TOP, log=plot.log_y, from_zero=True)
    parts = [_text(LEFT, 16, plot.title, "title")]
    for tick in y.ticks():
        parts.append(f'<path class="grid" d="M{LEFT} {y.at(tick):.1f}H{right}"/>')
        parts.append(_text(LEFT - 6, y.at(tick) + 4, f"{tick:,.10g}", "end"))
    parts += [_text(x.at(tick), bottom + 16, f"{tick:,.10g}", "middle") for tick in x.ticks()]
    parts.append(f'<path class="axis" d="M{LEFT} {bottom}H{right}"/>')
    parts.append(_text(right, bottom + 34, plot.x, "end"))
    parts.append(_text(right, 16, plot.y, "end"))
    for name, value in plot.goals:
        parts.append(f'<path class="goal" d="M{LEFT} {y.at(value):.1f}H{right}"/>')
        parts.append(_text(right, y.at(value) - 4, name, "end"))
    for number, each in enumerate(plot.series):
        parts.append(_drawn(each, number % len(LIGHT), x, y))
    return [*parts, *_legend(plot.series)]


def _drawn(series: Series, colour: int, x: Axis, y: Axis) -> str:
    places = [(x.at(one), y.at(other)) for one, other in series.points]
    if series.dots:
        d = "".join(f"M{one:.1f} {other:.1f}h0" for one, other in places)
        return f'<path class="dots c{colour}" d="{d}"/>'
    d = " ".join(f"{one:.1f},{other:.1f}" for one, other in places)
    return f'<polyline class="line c{colour}" points="{d}"/>'


def _legend(series: Sequence[Series]) -> list[str]:
    parts, left = [], float(LEFT)
    for number, each in enumerate(series):
        parts.append(f'<path class="line c{number % len(LIGHT)}" d="M{left:.0f} 30h14"/>')
        parts.append(_text(left + 18, 34, each.name, "start"))
        left += 34 + LEGEND_LETTER * len(each.name)
    return parts


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _style() -> str:
    common = (
        "text{font:12px sans-serif;fill:var(--ink)}.title{font-weight:bold}.end{text-anchor:end}"
        ".middle{text-anchor:middle}.page{fill:var(--page)}path,polyline{fill:none}"
        ".grid{stroke:var(--grid)}.axis{stroke:var(--ink)}.goal{stroke:var(--ink);stroke-dasharray:5 4}"
        ".line{stroke-width:1.8}.dots{stroke-width:4;stroke-linecap:round}"
    )
    common += "".join(f".c{number}{{stroke:var(--c{number})}}" for number in range(len(LIGHT)))
    light = _variables("#ffffff", "#1f2328", "#e3e6ea", LIGHT)
    dark = _variables("#0d1117", "#e6edf3", "#2b323b", DARK)
    return f"{common}svg{{{light}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"


def _variables(page: str, ink: str, grid: str, colours: Sequence[str]) -> str:
    named = {"page": page, "ink": ink, "grid": grid}
    named.update({f"c{number}": colour for number, colour in enumerate(colours)})
    return "".join(f"--{name}:{value};" for name, value in named.items())
