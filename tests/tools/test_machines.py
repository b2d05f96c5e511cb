"""The documents show the state machines as they are."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from infra.cloud.machines import definitions
from tools.machines import DIRECTORY, arrows, svg


@pytest.mark.parametrize("name", definitions())
def test_the_picture_of_a_state_machine_is_not_stale(name: str) -> None:
    file = DIRECTORY / f"{name}.svg"
    assert file.exists(), "run `make pictures`"
    assert file.read_text() == svg(name, definitions()[name]), "run `make pictures`"


@pytest.mark.parametrize("name", definitions())
def test_a_picture_shows_every_state_and_every_way(name: str) -> None:
    definition = definitions()[name]
    drawn = ET.fromstring(svg(name, definition))
    words = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    paths = [path for path in drawn.iter("{http://www.w3.org/2000/svg}path") if "marker-end" in path.attrib]

    assert set(definition["States"]) <= words
    assert len(paths) == len(list(arrows(definition["States"])))
