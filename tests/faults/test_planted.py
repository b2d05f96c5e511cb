"""Every planted bug breaks the property that it is planted for; without it the same story breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from faults.checker.all import check
from faults.checker.damage import DAMAGES
from faults.checker.facts import Facts
from faults.shim.planted import BUGS
from shared.store.base import connection
from tests.faults.conftest import Shim
from tests.support import chats, friends, matches, queues, tournaments
from tests.support.database import items_of, leading_to, raw_items
from tests.support.engine import Engine
from tests.support.invariants.whole_table import broken
from tests.support.players import made_player, open_streams

Story = Callable[[Callable[[], None]], object]


@pytest.fixture
def table_behind(shim: Shim, engine: Engine) -> Iterator[None]:
    """An empty table, which this process's store reaches by the shim."""
    account = shim.through(engine.account())
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        yield


def befriend(plant: Callable[[], None]) -> None:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    request = friends.ask(alice, bobby)
    plant()
    assert friends.accept(bobby, request).status == 201


def ask(plant: Callable[[], None]) -> None:
    plant()
    assert friends.ask(made_player("Alice"), made_player("Bobby"))


def talk(plant: Callable[[], None]) -> None:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    chat = chats.talk(alice, bobby)
    plant()
    for _ in range(2):
        chats.say(alice, chat, "Good game!")


def queue(plant: Callable[[], None]) -> None:
    alice = made_player("Alice")
    open_streams(alice)
    plant()
    assert queues.join_queue(alice) == 201


def duel(plant: Callable[[], None]) -> None:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    open_streams(alice, bobby)
    matches.in_duel(alice, bobby)
    plant()
    for _ in range(3):
        assert matches.score(alice).status == 200


def tournament(plant: Callable[[], None]) -> None:
    _, made = tournaments.gather(4, 4)
    started = tournaments.step("start", made["id"])
    tournaments.step("play-stage", made["id"], stage=started["stage"], token="token")
    plant()
    tournaments.win_stage(made["id"])


@pytest.mark.usefixtures("table_behind")
@pytest.mark.parametrize("story", [befriend, ask, talk, queue, duel, tournament])
def test_a_story_without_a_planted_bug_breaks_nothing(story: Story) -> None:
    story(lambda: None)

    assert not list(broken(raw_items()))


@pytest.mark.usefixtures("table_behind")
@pytest.mark.parametrize(
    ("bug", "story", "sentence"),
    [
        ("seat_forgotten", queue, "no seat names the ticket"),
        ("result_twice", duel, r"match \d+ is 2 times in the history"),
        ("friend_one_sided", befriend, "doesn't have it in friends"),
        ("message_gap", talk, r"counts 4 messages and has \[0, 2\]"),
        ("bracket_torn", tournament, "has another result than its match"),
    ],
)
def test_a_planted_bug_breaks_the_table(shim: Shim, bug: str, story: Story, sentence: str) -> None:
    story(lambda: shim.set(planted=bug))

    found = list(broken(raw_items()))
    assert any(re.search(sentence, each) for each in found), found
    assert shim.facts["planted"][bug]


@pytest.mark.usefixtures("table_behind")
def test_a_lost_change_is_acknowledged_and_nowhere(shim: Shim) -> None:
    ask(lambda: shim.set(planted="change_lost"))

    assert items_of("friendship") == []


@pytest.mark.usefixtures("table_behind")
def test_a_denied_change_is_made_again(shim: Shim) -> None:
    talk(lambda: shim.set(planted="change_made_twice"))

    assert len(items_of("message")) > 2


@pytest.mark.usefixtures("table_behind")
def test_a_change_without_its_events_is_committed(shim: Shim) -> None:
    ask(lambda: shim.set(planted="events_dropped"))

    assert items_of("friendship")
    assert items_of("outbox") == []


def test_every_property_has_a_bug_or_a_damage() -> None:
    properties = {finding.property for finding in check(Facts())}
    bugs = {bug.violates for bug in BUGS.values()}
    assert properties == bugs | {damage.violates for damage in DAMAGES.values()}
