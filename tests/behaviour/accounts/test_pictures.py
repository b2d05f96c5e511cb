"""Profile pictures: their order, unlocking, and use."""

from __future__ import annotations

import pytest

from shared.domain.accounts.pictures import PICTURES
from tests.support.calls import call
from tests.support.database import raw_items
from tests.support.friends import befriend
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, new_guest

pytestmark = pytest.mark.usefixtures("table")


def test_pictures_are_ordered_by_equipped_unlocked_and_number(alice: Player, bobby: Player) -> None:
    shown = call("GET", "/users/profile-pictures/", alice.access).body
    assert [picture["id"] for picture in shown] == [1, 0, *range(2, 23)]
    befriend(alice, bobby)
    assert call("PUT", "/users/profile-picture/20/", alice.access).status == 200
    shown = call("GET", "/users/profile-pictures/", alice.access).body
    assert [picture["id"] for picture in shown] == [20, 1, 0, *range(2, 20), 21, 22]
    assert [picture["unlock"] for picture in shown] == [True] * 2 + [False] * 21
    assert [picture["is_equiped"] for picture in shown] == [True] + [False] * 22
    assert len(shown) == len(PICTURES) == 23
    for picture in shown:
        assert picture["name"]
        assert picture["unlock_reason"]
        stem = "/assets/profile_pictures/" + picture["name"].lower().replace(" ", "_")
        urls = [picture[name] for name in ("url", "small", "medium", "large")]
        assert urls == [f"{stem}.png", *(f"{stem}_{size}.png" for size in ("small", "medium", "large"))]


def test_a_picture_in_use_is_shown_everywhere(alice: Player, bobby: Player) -> None:
    befriend(alice, bobby)
    answer = call("PUT", "/users/profile-picture/20/", alice.access)
    assert (answer.status, answer.body["id"], answer.body["is_equiped"]) == (200, 20, True)
    assert answer.body == call("GET", "/users/profile-pictures/", alice.access).body[0]
    assert call("GET", "/users/me/", alice.access).body["profile_picture"]["id"] == 20
    assert call("GET", f"/users/{alice.id}/", bobby.access).body["profile_picture"]["name"] == "One Friend"
    assert_whole(raw_items())


def test_a_locked_picture_is_403_and_an_unknown_one_404(alice: Player) -> None:
    guest = new_guest().access
    before = raw_items()
    for token, number in ((alice.access, 0), (alice.access, 22), (guest, 1)):
        answer = call("PUT", f"/users/profile-picture/{number}/", token)
        assert (answer.status, answer.body["code"]) == (403, "picture_locked")
    for number in (23, 2**53 - 1):
        answer = call("PUT", f"/users/profile-picture/{number}/", alice.access)
        assert (answer.status, answer.body["code"]) == (404, "picture_not_found")
    assert raw_items() == before
    assert call("PUT", "/users/profile-picture/0/", guest).status == 200
