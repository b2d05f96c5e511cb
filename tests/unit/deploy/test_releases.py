from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.deploy.releases import (
    Release,
    Standing,
    again,
    artefacts,
    before,
    begin,
    current,
    leave,
    next_number,
    settle,
    stood_in,
)

STACK = "arn:aws:cloudformation:us-east-1:000000000000:stack/pong/1"


def release(number: int = 0, standing: Standing = Standing.BEGUN) -> Release:
    return Release(number, "2026-01-01T00:00:00+00:00", f"{number}.zip", f"{number}.json", {}, standing)


def deployed(*numbers: int) -> list[Release]:
    return [release(number, Standing.GOOD) for number in numbers]


def numbers(history: list[Release]) -> list[int]:
    return [found.number for found in history]


def test_three_good_releases_are_kept() -> None:
    history = settle(begin(deployed(1, 2, 3), release()), 4, STACK)

    assert numbers(history) == [2, 3, 4]


def test_a_release_stood_in_the_stack_in_which_it_was_good_and_in_no_later_one_of_this_name() -> None:
    history = settle(begin(deployed(1), release()), 2, STACK)

    assert [found.stack for found in history] == ["", STACK]
    assert stood_in(history, STACK) == history[1]
    assert stood_in(history, "arn:another") == history[0], "noted before releases knew their stack"
    assert stood_in(history[1:], "arn:another") is None


def test_a_release_that_has_only_begun_pushes_no_good_one_out() -> None:
    history = begin(begin(deployed(1, 2, 3), release()), release())

    assert numbers(history)[:3] == [1, 2, 3]
    assert current(history) == release(3, Standing.GOOD)


def test_the_way_back_leads_to_the_release_before() -> None:
    assert before(deployed(1, 2)) == release(1, Standing.GOOD)
    assert before(deployed(1)) is None


def test_the_way_back_from_a_release_that_never_reported_its_end_leads_to_the_last_good_one() -> None:
    history = begin(deployed(1, 2), release())

    assert before(history) == release(2, Standing.GOOD)


def test_a_second_way_back_leads_further_back() -> None:
    history = leave(deployed(1, 2, 3), 2)

    assert current(history) == release(2, Standing.GOOD)
    assert before(history) == release(1, Standing.GOOD)


def test_the_way_back_may_lead_to_a_good_release_by_its_number() -> None:
    history = [*deployed(1, 2, 3), release(4, Standing.LEFT)]

    assert before(history, 1) == release(1, Standing.GOOD)
    assert before(history, 4) is None


def test_the_current_release_deployed_again_keeps_its_number() -> None:
    history = [*deployed(1, 2), release(3)]
    history[1] = replace(history[1], stack=STACK, distribution="E1")
    same = replace(
        history[1],
        number=0,
        stack="",
        distribution="",
        at="2026-02-02T00:00:00+00:00",
        standing=Standing.BEGUN,
    )

    assert again(history, same) == history[1]


@pytest.mark.parametrize(
    "difference", [{"code": "x.zip"}, {"template": "x.json"}, {"parameters": {"A": "1"}}, {"page": "p.zip"}]
)
def test_what_differs_from_the_current_release_in_anything_is_a_new_one(difference: dict[str, Any]) -> None:
    another = replace(release(2), number=0, **difference)

    assert again(deployed(1, 2), another) == another
    assert again(deployed(1, 2), replace(release(1), number=0)).number == 0, "an older one is a new one, too"


def test_a_number_is_never_given_twice() -> None:
    history = leave(deployed(1, 2), 1)

    assert next_number(history) == 3


def test_a_history_survives_its_json() -> None:
    assert [Release.of(found.facts()) for found in deployed(1, 2)] == deployed(1, 2)


def test_what_a_kept_release_needs_is_kept() -> None:
    assert artefacts(deployed(1)) == {"1.zip", "1.json"}
    assert artefacts([replace(release(), page="page.zip")]) == {"0.zip", "0.json", "page.zip"}
