"""Which page is asked for, and the links to the pages around it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from shared.http.pages import Page, PageQuery
from shared.settings import settings

PATH = "/users/me/friends/"


def asked(**query: str) -> PageQuery:
    return PageQuery.read(PATH, {name: [value] for name, value in query.items()})


def test_without_parameters_it_is_the_first_twenty() -> None:
    assert (asked().limit, asked().offset) == (20, 0)


@pytest.mark.parametrize("wrong", ["", "-1", "1.5", "x", "+3", " 3", "٣", "1e2", "0x1", "1" * 20])
def test_what_is_no_number_counts_as_absent(wrong: str) -> None:
    page = asked(limit=wrong, offset=wrong)
    assert (page.limit, page.offset) == (20, 0)


def test_a_limit_is_a_hundred_at_most_and_none_of_nothing() -> None:
    assert [asked(limit=limit).limit for limit in ("1", "100", "101", "999999", "0")] == [
        1,
        100,
        100,
        100,
        20,
    ]


def test_an_offset_has_a_bound_that_no_list_reaches() -> None:
    assert asked(offset="9" * 19).offset == 10**9


def test_of_a_repeated_parameter_the_last_one_counts() -> None:
    assert PageQuery.read(PATH, {"limit": ["3", "4"]}).limit == 4


def links(page: Page[int]) -> tuple[dict[str, list[str]] | None, dict[str, list[str]] | None]:
    found = [parse_qs(urlsplit(url).query) if url else None for url in (page.next, page.previous)]
    return found[0], found[1]


def test_a_list_that_fits_has_no_links() -> None:
    assert links(asked().page(20, range(20))) == (None, None)


def test_the_links_lead_one_page_on_and_one_back() -> None:
    page = asked(limit="10", offset="20").page(100, range(10))
    assert links(page) == ({"limit": ["10"], "offset": ["30"]}, {"limit": ["10"], "offset": ["10"]})


def test_the_last_page_has_no_next_and_the_first_no_previous() -> None:
    assert links(asked(limit="10", offset="90").page(100, []))[0] is None
    assert links(asked(limit="10").page(100, []))[1] is None


def test_the_link_back_does_not_go_beyond_the_start() -> None:
    assert links(asked(limit="10", offset="3").page(100, []))[1] == {"limit": ["10"], "offset": ["0"]}


def test_the_links_keep_the_other_parameters_as_they_were() -> None:
    query = {"q": ["a&b=ü"], "online": ["true", "false"], "limit": ["1"], "offset": ["1"]}
    after, before = links(PageQuery.read(PATH, query).page(9, []))
    assert after == {"q": ["a&b=ü"], "online": ["true", "false"], "limit": ["1"], "offset": ["2"]}
    assert before is not None
    assert before["q"] == ["a&b=ü"]


@pytest.mark.parametrize("path", [PATH, "/api" + PATH])
def test_the_links_are_the_clients_addresses_whether_or_not_the_gateway_cuts_the_stage_off(path: str) -> None:
    page: Page[int] = PageQuery.read(path, {}).page(21, [])
    assert page.next == f"{settings().public_url}/api{PATH}?limit=20&offset=20"
