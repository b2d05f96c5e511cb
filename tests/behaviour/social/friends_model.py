"""A simple model of friend requests, friendships and blocks, as the contract defines them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Event = tuple[str, tuple[int, ...]]
"""An event's code and recipients; users are numbers."""


@dataclass
class Model:
    """Each action returns the status that the API has to answer."""

    alive: set[int]
    requests: dict[frozenset[int], int] = field(default_factory=dict)
    """The sender of the request of each pair that has one."""
    friends: set[frozenset[int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    """Blocker and blocked user."""
    decorated: set[int] = field(default_factory=set)
    """Users with the picture for the first friend."""
    events: list[Event] = field(default_factory=list)

    def ask(self, me: int, other: int) -> int:
        if me == other:
            return 403
        if other not in self.alive or (other, me) in self.blocks:
            return 404
        if (me, other) in self.blocks:
            return 403
        if self._pair(me, other):
            return 409
        self.requests[frozenset((me, other))] = me
        self.events.append(("receive-friend-request", (other,)))
        return 201

    def accept(self, me: int, other: int) -> int:
        pair = frozenset((me, other))
        if pair not in self.requests:
            return 404
        if self.requests[pair] == me:
            return 403
        del self.requests[pair]
        self.friends.add(pair)
        self.events.append(("accept-friend-request", (other,)))
        self.events += [("profile-picture-unlocked", (user,)) for user in pair - self.decorated]
        self.decorated |= pair
        return 201

    def end_request(self, me: int, other: int) -> int:
        return self._end(me, other) if frozenset((me, other)) in self.requests else 404

    def remove(self, me: int, other: int) -> int:
        return self._end(me, other) if frozenset((me, other)) in self.friends else 404

    def block(self, me: int, other: int) -> int:
        if me == other:
            return 403
        if other not in self.alive or (other, me) in self.blocks:
            return 404
        if (me, other) in self.blocks:
            return 409
        self._end(me, other, blocking=True)
        self.blocks.add((me, other))
        return 201

    def unblock(self, me: int, other: int) -> int:
        if (me, other) not in self.blocks:
            return 404
        self.blocks.remove((me, other))
        return 204

    def delete(self, me: int, _other: int) -> int:
        for other in self.alive - {me}:
            self._end(me, other)
        self.alive.remove(me)
        self.blocks = {block for block in self.blocks if me not in block}
        return 204

    def _pair(self, me: int, other: int) -> bool:
        return frozenset((me, other)) in self.friends | self.requests.keys()

    def _end(self, me: int, other: int, *, blocking: bool = False) -> int:
        pair = frozenset((me, other))
        if pair in self.friends:
            self.friends.remove(pair)
            self.events.append(("delete-friend", (other,)))
        elif pair in self.requests:
            mine = self.requests.pop(pair) == me
            code = "cancel-friend-request" if mine else "reject-friend-request"
            self.events.append((code, (other, me) if mine and blocking else (other,)))
        return 204

    def lists(self, me: int) -> dict[str, set[int]]:
        """The other users in each of a user's lists."""
        return {
            "friends": set(self._others(me, self.friends)),
            "friend_requests": set(
                self._others(me, {p for p, sender in self.requests.items() if sender == me})
            ),
            "friend_requests/received": set(
                self._others(me, {p for p, sender in self.requests.items() if sender != me})
            ),
            "blocked": {blocked for blocker, blocked in self.blocks if blocker == me},
        }

    @staticmethod
    def _others(me: int, pairs: set[frozenset[int]]) -> Iterator[int]:
        for pair in pairs:
            if me in pair:
                yield from pair - {me}
