"""Profile pictures: the condition of each of the 23 (docs/contract/accounts.md#pictures-and-what-unlocks-them)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.domain.accounts.pictures import PICTURES, Achievements, deserved
from shared.domain.accounts.statistics import MODES, Line, Statistics

NAMES = [
    *("Guest", "Register", "Tournament Winner", "Tournament Master", "Tournament God"),
    *("Clash Winner", "Clash Master", "Clash God", "Duel Winner", "Duel Master", "Duel God"),
    *("Ranked Bronze", "Silver", "Gold", "Diamond", "Master", "Mythic"),
    *("Fun Player", "Scorer", "God Scorer", "One Friend", "Popular Guy", "Win Streak Player"),
]

NOTHING = Achievements(is_guest=False, statistics=Statistics())


def with_line(name: str, **figures: int) -> Achievements:
    return replace(NOTHING, statistics=Statistics({name: Line(**figures)}))


def every_mode_won(but: str | None = None) -> Achievements:
    return replace(NOTHING, statistics=Statistics({mode: Line(wins=int(mode != but)) for mode in MODES}))


RULES = [
    (0, replace(NOTHING, is_guest=True), NOTHING),
    (1, NOTHING, replace(NOTHING, is_guest=True)),
    *[
        (id_, with_line("tournament", tournament_wins=n), with_line("tournament", tournament_wins=n - 1))
        for id_, n in ((2, 1), (3, 10), (4, 100))
    ],
    *[
        (id_, with_line(mode, wins=n), with_line(mode, wins=n - 1))
        for mode, first in (("clash", 5), ("duel", 8))
        for id_, n in ((first, 10), (first + 1, 50), (first + 2, 100))
    ],
    *[
        (id_, replace(NOTHING, trophies=n), replace(NOTHING, trophies=n - 1))
        for id_, n in ((11, 100), (12, 500), (13, 1000), (14, 2000), (15, 3000), (16, 5000))
    ],
    *[(17, every_mode_won(), every_mode_won(but=mode)) for mode in MODES],
    *[
        (id_, with_line("global", scored=n), with_line("global", scored=n - 1))
        for id_, n in ((18, 100), (19, 1000))
    ],
    *[(id_, replace(NOTHING, friends=n), replace(NOTHING, friends=n - 1)) for id_, n in ((20, 1), (21, 50))],
    *[
        (22, with_line(name, longest_win_streak=10), with_line(name, longest_win_streak=9))
        for name in ("global", *MODES)
    ],
]


def test_there_are_23_pictures_named_as_the_contract_names_them() -> None:
    assert [picture.name for picture in PICTURES] == NAMES
    assert [picture.id for picture in PICTURES] == list(range(23))
    assert {id_ for id_, _, _ in RULES} == set(range(23)), "every one has its test below"


@pytest.mark.parametrize(("id_", "enough", "too_little"), RULES)
def test_a_picture_is_unlocked_at_its_threshold_and_not_just_below(
    id_: int, enough: Achievements, too_little: Achievements
) -> None:
    assert id_ in deserved(enough)
    assert id_ not in deserved(too_little)


def test_wins_of_one_mode_unlock_no_picture_of_another() -> None:
    assert deserved(with_line("duel", wins=100)) == {1, 8, 9, 10}
    assert deserved(with_line("clash", wins=100)) == {1, 5, 6, 7}
    assert deserved(with_line("ranked", wins=100)) == {1}


def test_a_new_user_and_a_new_guest_have_one_picture_each() -> None:
    assert deserved(NOTHING) == {1}
    assert deserved(replace(NOTHING, is_guest=True)) == {0}


@pytest.mark.parametrize(
    ("size", "url"),
    [
        ("", "/assets/profile_pictures/win_streak_player.png"),
        ("small", "/assets/profile_pictures/win_streak_player_small.png"),
        ("medium", "/assets/profile_pictures/win_streak_player_medium.png"),
        ("large", "/assets/profile_pictures/win_streak_player_large.png"),
    ],
)
def test_a_pictures_file_is_its_name_in_snake_case(size: str, url: str) -> None:
    assert PICTURES[22].url(size) == url


def test_no_two_pictures_share_a_file() -> None:
    assert len({picture.url() for picture in PICTURES}) == 23
    assert all(picture.unlock_reason for picture in PICTURES)
