"""Presence: streams on several containers, leases that end, and the effects of going offline."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shared.domain.accounts.errors import SessionEnded
from shared.domain.accounts.tokens import Claims
from shared.domain.errors import TokenUserNotFound
from shared.settings import settings
from shared.store import keys
from shared.store.accounts.leases import Leases
from shared.store.accounts.seats import Seat, StreamRow
from shared.store.accounts.users import read_accounts, read_users
from shared.store.base import connection, read_item, read_partition, utc_now
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts import presence
from shared.usecases.play import queues
from shared.usecases.rerun import RERUNS
from tests.support.calls import call
from tests.support.database import raw_items
from tests.support.invariants.whole_table import assert_whole
from tests.support.matches import in_duel
from tests.support.players import Player, made_player

pytestmark = pytest.mark.usefixtures("table")


def seat_of(player: Player) -> Seat:
    seat = read_item(keys.seat(player.id))
    assert isinstance(seat, Seat)
    return seat


def is_online(player: Player, later: timedelta = timedelta(0)) -> bool:
    return read_accounts([player.id], utc_now() + later)[player.id].is_online


def queue(player: Player) -> None:
    queues.join_queue(read_accounts([player.id], utc_now())[player.id], "duel")


def end_lease(container: str) -> None:
    connection()
    leases = read_item(keys.leases())
    assert isinstance(leases, Leases)
    leases.update(actions=[Leases.ends.set({**leases.ends, container: utc_now().timestamp() - 1})])


def test_a_user_is_online_from_the_first_stream_on(alice: Player) -> None:
    presence.renew_lease("one")
    assert not is_online(alice)
    before = utc_now()
    presence.come_online([alice.id], "one")
    assert is_online(alice)
    assert before <= seat_of(alice).last_online <= utc_now()
    assert_whole(raw_items())


def test_an_unknown_user_cannot_come_online() -> None:
    with pytest.raises(TokenUserNotFound):
        presence.come_online([80], "one")
    assert raw_items() == []


def test_users_who_come_online_together_do_so_in_one_transaction(
    alice: Player, bobby: Player, calls: list[str]
) -> None:
    presence.renew_lease("one")
    calls.clear()
    presence.come_online([alice.id, bobby.id], "one")
    assert calls == ["TransactWriteItems"]
    assert is_online(alice)
    assert is_online(bobby)
    assert_whole(raw_items())


def test_nobody_comes_online_together_with_an_unknown_user(alice: Player) -> None:
    presence.renew_lease("one")
    with pytest.raises(TokenUserNotFound):
        presence.come_online([alice.id, 80], "one")
    assert not is_online(alice)


def test_tokens_are_refused_each_for_its_own_reason(alice: Player, bobby: Player) -> None:
    def token(user_id: int, session: str) -> Claims:
        return Claims("access", user_id, generation=0, session=session, counter=0, issued=0, expires=0)

    known = token(alice.id, next(iter(read_users([alice.id])[alice.id].sessions)))
    refusals = presence.admit([known, token(bobby.id, "ended"), token(80, "")])
    assert [type(refusal) for refusal in refusals] == [type(None), SessionEnded, TokenUserNotFound]


def test_coming_online_twice_on_a_container_counts_once(alice: Player) -> None:
    for _ in range(2):
        presence.come_online([alice.id], "one")
    presence.renew_lease("one")
    presence.go_offline(alice.id, "one")
    assert not is_online(alice)
    assert_whole(raw_items())


def test_a_user_with_streams_on_two_containers_is_online_until_both_are_closed(alice: Player) -> None:
    for container in ("one", "two"):
        presence.renew_lease(container)
        presence.come_online([alice.id], container)
    presence.go_offline(alice.id, "one")
    assert is_online(alice)
    assert_whole(raw_items())
    presence.go_offline(alice.id, "two")
    assert not is_online(alice)
    assert_whole(raw_items())


def test_a_user_is_online_no_longer_than_the_container_is_alive(alice: Player) -> None:
    presence.renew_lease("one")
    presence.come_online([alice.id], "one")
    lease = timedelta(seconds=settings().presence_lease_seconds)
    assert is_online(alice, lease - timedelta(seconds=5))
    assert not is_online(alice, lease)


def test_a_live_container_keeps_a_user_online_whom_a_dead_one_lists_too(alice: Player) -> None:
    for container in ("one", "two"):
        presence.renew_lease(container)
        presence.come_online([alice.id], container)
    end_lease("one")
    assert is_online(alice)
    presence.reap("one")
    assert seat_of(alice).containers == {"two"}
    assert is_online(alice)


def test_going_offline_for_good_leaves_the_queue(alice: Player) -> None:
    presence.come_online([alice.id], "one")
    presence.come_online([alice.id], "two")
    queue(alice)
    presence.go_offline(alice.id, "one")
    assert seat_of(alice).place == "duel", "there is a stream left"
    presence.go_offline(alice.id, "two")
    assert seat_of(alice).place is None
    assert read_partition(keys.queue("duel")) == []
    assert_whole(raw_items())


def test_going_offline_changes_nothing_about_a_running_match(alice: Player) -> None:
    other = made_player("Bobby")
    presence.come_online([alice.id], "one")
    match_id = in_duel(alice, other)
    presence.go_offline(alice.id, "one")
    assert int(seat_of(alice).match_id) == match_id
    assert_whole(raw_items())


def test_going_offline_sets_the_last_time_online(alice: Player) -> None:
    presence.come_online([alice.id], "one")
    came: datetime = seat_of(alice).last_online
    presence.go_offline(alice.id, "one")
    assert seat_of(alice).last_online > came


def test_going_offline_on_a_container_without_a_stream_changes_nothing(alice: Player) -> None:
    presence.come_online([alice.id], "one")
    before = raw_items()
    presence.go_offline(alice.id, "two")
    assert raw_items() == before


def test_the_stream_of_a_deleted_user_can_still_be_closed(alice: Player) -> None:
    presence.come_online([alice.id], "one")
    work = UnitOfWork()
    work.delete(Seat.of(alice.id))
    work.commit()
    presence.go_offline(alice.id, "one")
    assert read_partition(keys.container("one")) == []


def test_renewing_a_lease_returns_the_other_leases_that_have_ended() -> None:
    assert presence.renew_lease("one") == []
    assert presence.renew_lease("two") == []
    end_lease("one")
    assert presence.renew_lease("two") == ["one"]
    assert presence.renew_lease("one") == [], "it is alive again"
    assert presence.renew_lease("two") == []


def test_a_containers_own_ended_lease_is_not_reported() -> None:
    presence.renew_lease("one")
    end_lease("one")
    assert presence.renew_lease("one") == []


def test_reaping_clears_every_user_of_a_dead_container_and_its_lease() -> None:
    players = [made_player(f"player-{number}") for number in range(3)]
    presence.renew_lease("dead")
    presence.renew_lease("alive")
    for player in players:
        presence.come_online([player.id], "dead")
    queue(players[0])
    end_lease("dead")
    presence.reap("dead")
    assert not any(seat_of(player).containers for player in players)
    assert seat_of(players[0]).place is None
    leases = read_item(keys.leases())
    assert isinstance(leases, Leases)
    assert leases.ends.keys() == {"alive"}
    assert not [item for item in read_partition(keys.container("dead")) if isinstance(item, StreamRow)]
    presence.reap("dead")
    assert_whole(raw_items())


def test_a_container_that_stops_gracefully_takes_its_users_offline_at_once(alice: Player) -> None:
    presence.renew_lease("one")
    presence.come_online([alice.id], "one")
    presence.release("one")
    assert not is_online(alice)
    leases = read_item(keys.leases())
    assert isinstance(leases, Leases)
    assert leases.ends == {}


@pytest.mark.parametrize("losses", [1, RERUNS])
def test_a_lease_that_loses_races_is_renewed_in_the_end(losses: int, monkeypatch: pytest.MonkeyPatch) -> None:
    presence.renew_lease("one")
    left = [losses]

    def read_before_a_rival(key: keys.Key) -> object:
        row = read_item(key)
        if left[0]:
            left[0] -= 1
            with pytest.MonkeyPatch.context() as quiet:
                quiet.setattr(presence, "read_item", read_item)
                presence.renew_lease("rival")
        return row

    monkeypatch.setattr(presence, "read_item", read_before_a_rival)
    presence.renew_lease("two")
    leases = read_item(keys.leases())
    assert isinstance(leases, Leases)
    assert leases.ends.keys() == {"one", "two", "rival"}


def test_health_tells_whether_a_container_serves_event_streams() -> None:
    def events() -> object:
        return call("GET", "/health/").body

    down = {"status": "ok", "table": "ok", "events": "down"}
    assert events() == down
    presence.renew_lease("one")
    assert events() == {**down, "events": "ok"}
    end_lease("one")
    assert events() == down
    presence.renew_lease("two")
    presence.release("two")
    assert events() == down
