"""Tournaments under many hands at the same instant: one start, one result each, and nobody waits for what has been."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.bracket import Pairing
from shared.usecases import matches, tournament_run
from tests.calling import Player
from tests.database import raw_items
from tests.invariants import assert_whole
from tests.tournaments import (
    gather,
    leave,
    state_of,
    step,
    win,
)

pytestmark = pytest.mark.usefixtures("account")


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
