"""Users of a running stack, made over HTTPS through the real edge."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "correct-horse-7"


@dataclass(frozen=True, slots=True)
class Person:
    """A user or guest, with tokens."""

    id: int
    name: str
    access: str
    refresh: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of this person's requests."""
        return bearer(self.access)


@dataclass(frozen=True, slots=True)
class People:
    """Makes users, guests, and relations between them."""

    client: httpx.Client
    service: str
    """A service token."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def user(self) -> Person:
        """A new registered user."""
        body = {"username": f"person-{next(self._numbers)}", "password": PASSWORD}
        return self._person(self.client.post("/api/auth/register/", json=body))

    def guest(self) -> Person:
        """A new guest."""
        return self._person(self.client.post("/api/auth/guest/"))

    def deleted(self) -> Person:
        """A user whose account is deleted."""
        person = self.user()
        answer = self.client.request(
            "DELETE", "/api/users/me/", headers=person.headers, json={"password": PASSWORD}
        )
        assert answer.status_code == 204, answer.text
        return person

    def match(self, a: Person, b: Person) -> dict[str, Any]:
        """A running duel."""
        body = {"game_mode": "duel", "teams": {"a": [{"id": a.id}], "b": [{"id": b.id}]}}
        answer = self.client.post("/api/private/match/create/", headers=bearer(self.service), json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def finished_match(self, winner: Person, looser: Person) -> None:
        """Play a duel to its end."""
        match = self.match(winner, looser)
        answer = self.client.patch(
            f"/api/private/match/finish/{match['id']}/",
            headers=bearer(self.service),
            json={"user_id": looser.id, "finish_reason": "player-disconnect"},
        )
        assert answer.status_code == 200, answer.text

    def request(self, sender: Person, receiver: Person) -> int:
        """The id of a friend request."""
        return self._made("/api/users/me/friend_requests/", sender, {"username": receiver.name})

    def friendship(self, sender: Person, receiver: Person) -> int:
        """The id of a friendship."""
        request = self.request(sender, receiver)
        return self._made(f"/api/users/me/friend_requests/{request}/", receiver, None)

    def accept_chats(self, person: Person) -> None:
        """Let everyone start a conversation with a user."""
        body = {"accept_chat_from": "everyone"}
        answer = self.client.patch("/api/users/me/", headers=person.headers, json=body)
        assert answer.status_code == 200, answer.text

    def chat(self, one: Person, other: Person) -> int:
        """The id of a conversation of two."""
        self.accept_chats(other)
        return self._made("/api/chat/", one, {"username": other.name})

    def block(self, blocker: Person, blocked: Person) -> int:
        """The id of a block."""
        return self._made("/api/users/me/blocked/", blocker, {"user_id": blocked.id})

    def _made(self, path: str, sender: Person, body: Any) -> int:
        answer = self.client.post(path, headers=sender.headers, json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    @contextmanager
    def listening(self, person: Person) -> Iterator[None]:
        """Keep a person connected to the event stream."""
        with self.client.stream("GET", "/sse/users/", headers=person.headers) as stream:
            assert stream.status_code == 200
            next(stream.iter_bytes())  # online from the first byte on
            yield

    def _person(self, answer: httpx.Response) -> Person:
        assert answer.status_code == 201, answer.text
        tokens = answer.json()
        me = self.client.get("/api/users/me/", headers=bearer(tokens["access"])).json()
        return Person(me["id"], me["username"], tokens["access"], tokens["refresh"])


def bearer(token: str) -> dict[str, str]:
    """The header with a token."""
    return {"Authorization": f"Bearer {token}"}
