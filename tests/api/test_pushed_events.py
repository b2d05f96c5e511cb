"""What the private API accepts as an event (docs/contract/private-api.md#sending-an-event)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.people import People, Person, bearer


@pytest.fixture(scope="module")
def person(people: People) -> Person:
    """Somebody who isn't connected."""
    return people.user()


def push(client: httpx.Client, people: People, **body: Any) -> httpx.Response:
    return client.post("/api/private/users/", headers=bearer(people.service), json=body)


@pytest.mark.parametrize("value", [{"a": 1}, ["x"], True, 1.5])
@pytest.mark.parametrize(
    ("code", "field", "name"), [("lobby-join", "kwargs", "username"), ("game-start", "data", "code")]
)
def test_what_stands_in_a_sentence_or_an_address_is_text_or_a_whole_number(
    client: httpx.Client, people: People, person: Person, code: str, field: str, name: str, value: Any
) -> None:
    answer = push(client, people, users_id=[person.id], event_code=code, **{field: {name: value}})
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize(
    "code",
    ["nothing", "ping", "resync", "token-expiring", "delete-user", "sessions-ended", "", "lobby-join\0"],
)
def test_an_unknown_event_or_one_of_the_streams_own_is_400(
    client: httpx.Client, people: People, person: Person, code: str
) -> None:
    answer = push(client, people, users_id=[person.id], event_code=code)
    assert (answer.status_code, list(answer.json())) == (400, ["event_code"])


def test_to_nobody_who_listens_it_is_404_and_to_somebody_201_with_what_was_sent(
    client: httpx.Client, people: People, person: Person
) -> None:
    event = {"event_code": "lobby-join", "data": None, "kwargs": {"username": person.id}}
    answer = push(client, people, users_id=[person.id, 0], **event)
    assert (answer.status_code, answer.json()["code"]) == (404, "nobody_connected")
    with people.listening(person):
        answer = push(client, people, users_id=[person.id, 0], **event)
    assert answer.status_code == 201
    assert answer.json() == {"users_id": [person.id, 0], **event}
