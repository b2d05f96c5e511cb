"""The rules about the table hold at every moment at which it was read, and count what can break them."""

from __future__ import annotations

from typing import Any

from faults.checker import whole
from faults.checker.facts import Facts
from faults.checker.findings import Finding
from tests.support.invariants.table import Row, State, Table

ALICE, BOBBY = 8, 16


def lobby(id_: int, *members: int) -> Row:
    state = State(
        id=id_, code=f"code-{id_}", game_mode="custom_game", match_type="1v1", creator=members[0],
        participants=[State(id=user_id, team="spectator") for user_id in members],
    )  # fmt: skip
    return {"kind": "lobby", "pk": f"LOBBY#{id_}", "sk": "LOBBY", "state": state}


def seat(user_id: int, **place: Any) -> Row:
    return {"kind": "seat", "pk": f"USER#{user_id}", "sk": "SEAT", **place}


def user(user_id: int) -> Row:
    return {"kind": "user", "pk": f"USER#{user_id}", "sk": "PROFILE", "is_guest": False}


def table(*rows: Row) -> Table:
    made = Table()
    for row in rows:
        made.add(row)
    return made


def found(says: str, *moments: Table, end: Table | None = None) -> Finding:
    made = Facts(moments=list(moments), table=end or Table())
    (part,) = [part for part in whole.PARTS if part.says == says]
    return part.check(made)


IN_TWO = table(user(ALICE), seat(ALICE, place_kind="lobby", place="1"), lobby(1, ALICE), lobby(2, ALICE))


def test_a_user_who_was_in_two_lobbies_and_left_both_before_the_end_is_a_violation() -> None:
    finding = found("seats and lobbies agree", IN_TWO, end=table(user(ALICE), seat(ALICE)))
    assert finding.violations
    assert f"at moment 1 of the load: the lobby 2 has user {ALICE}" in finding.examples[0]


def test_a_table_without_places_friendships_and_blocks_has_no_case_of_their_rules() -> None:
    rest = table(
        user(ALICE), seat(ALICE), {"kind": "relations", "pk": f"USER#{ALICE}", "sk": "RELATIONS", "friends": set()}
    )  # fmt: skip
    for says in (
        "seats and queues agree",
        "seats and lobbies agree",
        "both sides and the row of the two agree",
    ):
        assert found(says, rest, end=rest).checked == 0


def test_cases_are_counted_at_every_moment_and_at_the_end() -> None:
    one = table(user(ALICE), seat(ALICE, place_kind="lobby", place="1", containers={"a"}), lobby(1, ALICE))
    assert (found("seats and lobbies agree", one, one, end=one).checked) == 6
    assert not found("seats and lobbies agree", one, one, end=one).violations


def test_a_place_without_a_stream_is_a_violation_at_the_end_only() -> None:
    one = table(user(ALICE), seat(ALICE, place_kind="lobby", place="1"), lobby(1, ALICE))
    during = found("seats and lobbies agree", one)
    assert (during.violations, during.excused.total()) == (0, 1)
    assert found("seats and lobbies agree", end=one).violations == 1


def test_a_friendship_that_one_of_the_two_does_not_list_is_a_violation() -> None:
    row = {"kind": "friendship", "pk": f"PAIR#{ALICE}#{BOBBY}", "sk": "FRIENDSHIP", "id": 5, "status": "friends",
           "sender": ALICE, "receiver": BOBBY, "low_wins": 0, "high_wins": 0, "against": 0, "together": 0,
           "together_won": 0}  # fmt: skip
    listed = {"kind": "relations", "pk": f"USER#{ALICE}", "sk": "RELATIONS", "friends": {f"5#{BOBBY}"}}
    finding = found("both sides and the row of the two agree", table(row, listed))
    assert (finding.checked, finding.violations) == (1, 1)
