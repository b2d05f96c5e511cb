"""Any sequence of actions of four users on each other: the product agrees with the model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.store.base import connection
from tests.behaviour.social.friends_model import Model
from tests.support import friends
from tests.support.calls import call
from tests.support.database import leading_to, raw_items
from tests.support.deletion import delete, run_cleanup
from tests.support.engine import Engine
from tests.support.events import sent_events
from tests.support.friends import listed
from tests.support.invariants.whole_table import assert_whole
from tests.support.players import Player, made_player

USERS = range(4)
ACTIONS = ("ask", "accept", "end_request", "remove", "block", "unblock", "delete")

steps = st.lists(
    st.tuples(
        # Deletions are rare, or no user would be left soon.
        st.sampled_from(ACTIONS[:6] * 3 + ACTIONS[6:]),
        st.sampled_from(USERS),
        st.sampled_from(USERS),
    ),
    min_size=8,
    max_size=30,
)

OTHER_USERS = {"friends": "friend", "blocked": "blocked", "friend_requests": "receiver"}
"""The field of an entry that shows the other user, by list."""


@dataclass
class Product:
    """The same actions, done by the API."""

    players: list[Player]
    pairs: dict[frozenset[int], int] = field(default_factory=dict)
    """The latest request or friendship of each pair, even after its end."""
    blocks: dict[tuple[int, int], int] = field(default_factory=dict)

    def do(self, action: str, me: int, other: int) -> int:
        mine, pair = self.players[me], frozenset((me, other))
        match action:
            case "ask":
                name = {"username": self.players[other].name}
                answer = call("POST", "/users/me/friend_requests/", mine.access, name)
                if answer.status == 201:
                    self.pairs[pair] = answer.body["id"]
            case "block":
                answer = friends.block(mine, self.players[other])
                if answer.status == 201:
                    self.blocks[me, other] = answer.body["id"]
            case "unblock":
                answer = friends.unblock(mine, self.blocks.get((me, other), 1))
            case "delete":
                delete(mine)
                run_cleanup()
                return 204
            case _:
                answer = getattr(friends, action)(mine, self.pairs.get(pair, 1))
        return answer.status

    def lists(self, me: int) -> dict[str, set[int]]:
        number = {player.id: n for n, player in enumerate(self.players)}
        shown = {}
        for path in ("friends", "friend_requests", "friend_requests/received", "blocked"):
            other = OTHER_USERS.get(path, "sender")
            shown[path] = {number[entry[other]["id"]] for entry in listed(self.players[me], path)}
        return shown


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_sequence_of_actions_gives_the_states_answers_and_events_of_the_model(
    engine: Engine, steps: list[tuple[str, int, int]]
) -> None:
    account = engine.account()
    with leading_to(account.environment):
        account.create_table(client=connection().client)
        product = Product([made_player(f"User-{n}") for n in USERS])
        model = Model(alive=set(USERS))
        for action, me, other in steps:
            if me in model.alive:
                assert product.do(action, me, other) == getattr(model, action)(me, other), action
            else:
                answer = call("GET", "/users/me/friends/", product.players[me].access)
                assert (answer.status, answer.body["code"]) == (401, "user_not_found")
        number = {player.id: n for n, player in enumerate(product.players)}
        # `delete-user` is in the account's own partition, which is erased.
        sent = Counter(
            (code, tuple(number[user] for user in to))
            for code, to, _ in sent_events()
            if code != "delete-user"
        )
        assert sent == Counter(model.events)
        for user in model.alive:
            assert product.lists(user) == model.lists(user)
        assert_whole(raw_items())
