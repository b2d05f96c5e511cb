"""Users of tests, by the API or written to the table, and their event streams."""

from __future__ import annotations

from dataclasses import dataclass

from shared.auth.tokens import new_token, read_token
from shared.store import keys
from shared.store.accounts import leases
from shared.store.accounts.leases import Leases
from shared.store.accounts.users import Credential
from shared.store.base import connection
from shared.store.unit_of_work import UnitOfWork
from shared.usecases.accounts import presence
from shared.usecases.accounts.registration import new_user
from shared.usecases.accounts.sessions import add_first, first_grant
from tests.support.calls import call

CONTAINER = "stream-server"
PASSWORD = "correct-horse-7"
FAR_AWAY = 4_000_000_000
"""The end of a lease that outlives every test, in Unix time."""


@dataclass(frozen=True, slots=True)
class Player:
    """A user and their access token."""

    id: int
    name: str
    access: str


def sign_up(name: str, password: str = PASSWORD) -> Player:
    """A registered user, by the API."""
    answer = call("POST", "/auth/register/", body={"username": name, "password": password})
    assert answer.status == 201, answer
    return Player(read_token(answer.body["access"], "access").user_id, name, answer.body["access"])


def made_player(name: str) -> Player:
    """A registered user without a password: signing up writes the same after the costly hash."""
    work = UnitOfWork()
    user = new_user(work, name, is_guest=False)
    add_first(user, "", work.now)
    work.put(Credential.at(keys.credential(name), user_id=user.id, password_hash="none"))
    work.commit()
    return Player(user.id, name, new_token("access", user.id, session=first_grant(user).session))


def new_guest() -> Player:
    """A guest, by the API."""
    access = call("POST", "/auth/guest/").body["access"]
    me = call("GET", "/users/me/", access).body
    return Player(me["id"], me["username"], access)


def guest_online() -> Player:
    """A guest with an open stream."""
    guest = new_guest()
    open_streams(guest)
    return guest


def open_streams(*players: Player, container: str = CONTAINER) -> None:
    """Connect users to the event stream, on a container whose lease doesn't end."""
    connection()
    Leases.at(keys.leases(), ends={container: FAR_AWAY}).save()
    leases.forget()  # a lease that another container had is gone, which the product never does
    for player in players:
        presence.come_online([player.id], container)


def go_offline(player: Player) -> None:
    """The user's stream closes."""
    presence.go_offline(player.id, CONTAINER)


def players_online(count: int, name: str = "player") -> list[Player]:
    """Registered users with open streams."""
    players = [made_player(f"{name}-{number}") for number in range(count)]
    open_streams(*players)
    return players
