"""Pages of long histories cost what pages of short ones cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.store import keys
from tests.arch.capacity import size_of
from tests.arch.growth import costs
from tests.support.engine import Engine


@pytest.mark.parametrize("name", ["matches", "trophy changes"])
def test_a_page_costs_the_same_in_a_list_of_many_partitions_as_in_one_of_two(
    engine: Engine, name: str
) -> None:
    # Both lists end with a partition, so that their pages lie in the same places of it.
    few, many = ([replace(cost, size=0) for cost in costs(engine, name, n * keys.BUCKET)] for n in (2, 16))
    assert few == many
    assert few[0].read_units > 0


def test_the_size_of_an_item_is_that_of_dynamodbs_guide() -> None:
    item: dict[str, dict[str, Any]] = {
        "pk": {"S": "USER#1"},
        "n": {"N": "-123.4"},
        "m": {"M": {"a": {"L": [{"BOOL": True}]}}},
        "s": {"SS": ["ab", "c"]},
    }
    assert size_of(item) == (2 + 6) + (1 + 3) + (1 + 3 + 1 + 1 + 3 + 1 + 1) + (1 + 3)
