"""Plots as SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bench.plots import Axis, Plot, Series, svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(*plots: Plot) -> ET.Element:
    return ET.fromstring(svg(plots))


def texts(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{NAMESPACE}text")]


def test_a_plot_names_its_axes_its_series_and_its_goals() -> None:
    memory = Plot(
        "Memory", "minutes", "MiB", [Series("engine <1>", [(0, 70), (60, 300)])], goals=[("goal", 250)]
    )
    assert {"Memory", "minutes", "MiB", "engine <1>", "goal"} <= set(texts(drawn(memory)))


def test_the_highest_value_is_the_highest_point_of_the_line() -> None:
    picture = drawn(Plot("", "", "", [Series("a", [(0, 1), (1, 5), (2, 2)])]))
    (line,) = picture.iter(f"{NAMESPACE}polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert min(y for _, y in places) == places[1][1]


def test_ticks_are_round_values_within_the_axis() -> None:
    assert Axis(0, 530, 0, 100, log=False).ticks() == [0, 100, 200, 300, 400, 500]
    assert Axis(1, 1000, 0, 100, log=True).ticks() == [1, 10, 100, 1000]


def test_equal_steps_of_a_logarithmic_axis_are_equal_factors() -> None:
    axis = Axis(1, 1000, 0, 300, log=True)
    assert [axis.at(value) for value in (1, 10, 100, 1000)] == pytest.approx([0, 100, 200, 300])


@pytest.mark.parametrize("points", [[], [(3, 7)], [(3, 0)], [(3, 7), (4, 7)]])
def test_few_or_equal_points_make_a_plot_as_well(points: list[tuple[float, float]]) -> None:
    assert "few" in texts(drawn(Plot("", "", "", [Series("few", points, dots=True)])))
