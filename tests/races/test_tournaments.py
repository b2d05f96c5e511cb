"""Tournaments under many hands at the same instant: one start, one result each, and nobody waits for what has been."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from shared.domain.bracket import Pairing
from shared.usecases import matches, tournament_changes, tournament_run
from tests.calling import Answer, Player, delete
from tests.database import raw_items
from tests.invariants import assert_whole
from tests.races.at_once import overtaken
from tests.tournaments import (
    gather,
    leave,
    state_of,
    step,
    win,
)

pytestmark = pytest.mark.usefixtures("account")

Doing = Callable[[], Answer]

DONE = Answer(200, None)
"""The answer of what has none: tasks, and streams that close."""


def gone(player: Player) -> Answer:
    delete(player)
    return DONE


def machine(name: str, id_: int, run: int | None, **more: Any) -> Answer:
    """A step of the state machine; what it is told is the answer's body."""
    return Answer(200, step(name, id_, run, **more))


def running_in(id_: int) -> list[Pairing]:
    return list(state_of(id_).drawn.running())


def first_stage(size: int = 4) -> tuple[list[Player], dict[str, Any]]:
    """A full tournament whose first stage is being played; its execution waits with the token `first`."""
    players, made = gather(size, size)
    first = state_of(made["id"]).drawn.first_stage
    step("play-stage", made["id"], stage=first, token="first")
    return players, made


def test_a_match_that_ends_between_the_reads_of_who_leaves_keeps_nobody_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    players, made = first_stage()
    pairing = running_in(made["id"])[0]
    leaver = next(player for player in players if player.id == pairing.user_1)

    def end_first(*arguments: Any) -> Any:
        monkeypatch.undo()
        win(leaver.id)
        return matches.read_match_of(*arguments)

    monkeypatch.setattr(tournament_run, "read_match_of", end_first)
    assert leave(leaver, made["code"]).status == 204
    assert not state_of(made["id"]).has(leaver.id)
    assert state_of(made["id"]).drawn.pairing(3, pairing.n).winner_id == leaver.id
    assert_whole(raw_items())


@pytest.mark.parametrize(
    "going",
    [lambda player, code: leave(player, code), lambda player, _: gone(player)],
    ids=["leaves", "goes"],
)
@pytest.mark.parametrize("moment", ["before the write", "between the reads"])
def test_who_goes_just_before_a_stage_begins_has_no_match_in_it(
    moment: str, going: Callable[[Player, str], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    players, made = gather(4, 4)
    begin = partial(machine, "play-stage", made["id"], state_of(made["id"]).run, stage=3, token="semi")
    go = partial(going, players[2], made["code"])
    if moment == "before the write":
        overtaken(go, begin)
    else:

        def go_first(*arguments: Any) -> Any:
            monkeypatch.undo()
            go()
            return tournament_changes.read_sight(*arguments)

        monkeypatch.setattr(tournament_run, "read_sight", go_first)
        begin()
    (bye,) = [p for p in state_of(made["id"]).drawn.stage(3) if players[2].id in p.users]
    assert (bye.finish_reason, bye.looser_id) == ("game-not-played", players[2].id)
    assert len(running_in(made["id"])) == 1
    assert_whole(raw_items())
