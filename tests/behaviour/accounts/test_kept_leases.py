"""The leases that a process keeps: presence is as exact as if they were read each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shared.settings import settings
from shared.store import keys
from shared.store.accounts import leases
from shared.store.accounts.users import read_accounts, read_presence
from shared.store.base import utc_now
from shared.usecases.accounts import presence
from tests.support.calls import call
from tests.support.players import Player

pytestmark = pytest.mark.usefixtures("table")

LEASE = timedelta(seconds=settings().presence_lease_seconds)


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Time passes for what is kept, and then stands still; the table's leases are as they were."""

    def later(by: timedelta) -> None:
        now = utc_now() + by
        monkeypatch.setattr(leases, "utc_now", lambda: now)

    return later


def is_online(player: Player, now: datetime) -> bool:
    (account,) = read_accounts([player.id], now).values()
    assert read_presence([player.id], now) == {player.id: account.is_online}
    return account.is_online


def connected(player: Player, container: str = "one") -> None:
    presence.renew_lease(container)
    presence.come_online([player.id], container)


def test_a_second_request_reads_the_users_only(alice: Player, calls: list[str]) -> None:
    connected(alice)
    assert is_online(alice, utc_now())
    assert leases.lease_keys() == []
    del calls[:]
    assert call("GET", "/users/me/", alice.access).body["is_online"]
    assert calls == ["BatchGetItem"]


def test_after_a_third_of_a_lease_the_next_request_takes_the_leases_along(
    alice: Player, calls: list[str], passes: Callable[[timedelta], None]
) -> None:
    connected(alice)
    assert is_online(alice, utc_now())
    passes(LEASE / 3)
    assert leases.lease_keys() != []
    del calls[:]
    assert is_online(alice, utc_now())
    assert set(calls) == {"BatchGetItem"}


def test_a_user_on_a_container_that_has_just_started_is_online_at_once(alice: Player, bobby: Player) -> None:
    connected(alice)
    assert is_online(alice, utc_now())
    connected(bobby, "two")
    assert is_online(bobby, utc_now())
    assert call("POST", "/play/duel/", bobby.access).status == 201


def test_users_of_a_crashed_container_go_offline_as_its_lease_ends(alice: Player) -> None:
    connected(alice)
    now = utc_now()
    assert is_online(alice, now)
    assert is_online(alice, now + LEASE * 0.99)
    assert not is_online(alice, now + LEASE)


def test_users_of_a_container_that_stops_in_order_go_offline_at_once(alice: Player) -> None:
    connected(alice)
    assert is_online(alice, utc_now())
    presence.release("one")
    assert not is_online(alice, utc_now())


def test_a_lease_that_is_renewed_after_its_end_counts_again_within_a_second(
    alice: Player, passes: Callable[[timedelta], None]
) -> None:
    connected(alice)
    passes(timedelta())
    late = LEASE + timedelta(seconds=1)
    assert not is_online(alice, utc_now() + late)
    renewed = leases.Leases.at(keys.leases(), ends={"one": (utc_now() + late + LEASE).timestamp()})
    renewed.save()
    assert not is_online(alice, utc_now() + late), "the copy is too young to ask again"
    passes(timedelta(seconds=leases.ENDED_SECONDS + 0.1))
    assert is_online(alice, utc_now() + late)


def test_nobody_is_online_without_any_lease(alice: Player) -> None:
    presence.come_online([alice.id], "one")
    assert not is_online(alice, utc_now())
    presence.renew_lease("one")
    assert is_online(alice, utc_now())
