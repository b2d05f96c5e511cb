"""A simple model of queue, lobbies, blocks, matches and presence, as the contract defines them.

Users are numbers. Every action returns the status that the API has to answer, and adds to `events`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

Event = tuple[str, tuple[int, ...]]
"""An event's code and recipients."""

SIZES = {"1v1": 1, "3v3": 3}


@dataclass(eq=False)
class Match:
    """A running match."""

    players: list[int]
    lobbies: list[Lobby] = field(default_factory=list)


@dataclass(eq=False)
class Lobby:
    """A lobby; `team` and `ready` are by user."""

    number: int
    mode: str
    type: str
    creator: int
    users: list[int] = field(default_factory=list)
    team: dict[int, str | None] = field(default_factory=dict)
    ready: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)
    match: Match | None = None

    def members(self, name: str) -> list[int]:
        return [user for user in self.users if self.team[user] == name]

    @property
    def is_ready(self) -> bool:
        if self.mode == "clash":
            return self.ready == set(self.users)
        return all(
            len(self.members(t)) == SIZES[self.type] and self.ready >= {*self.members(t)} for t in "ab"
        )

    def add(self, user: int) -> None:
        self.users.append(user)
        room = (name for name in "ab" if len(self.members(name)) < SIZES[self.type])
        self.team[user] = None
        self.team[user] = None if self.mode == "clash" else next(room, "spectator")


@dataclass
class Model:
    """A ticket is a user or a lobby that waits, and the users that they had blocked when they joined."""

    users: int
    guests: set[int]
    online: set[int] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    duel: list[tuple[int, set[int]]] = field(default_factory=list)
    clash: list[tuple[Lobby, set[int]]] = field(default_factory=list)
    lobbies: list[Lobby] = field(default_factory=list)
    """Lobbies that haven't ended."""
    made: int = 0
    matches: list[Match] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def lobby_of(self, me: int) -> Lobby | None:
        return next((lobby for lobby in self.lobbies if me in lobby.users), None)

    def match_of(self, me: int) -> Match | None:
        return next((match for match in self.matches if me in match.players), None)

    def blocked_by(self, users: Iterable[int]) -> set[int]:
        return {blocked for blocker, blocked in self.blocks if blocker in users}

    # ── presence ──

    def connect(self, me: int) -> int:
        self.online.add(me)
        return 200

    def disconnect(self, me: int) -> int:
        if me in self.online:
            self.online.remove(me)
            self._leave_place(me)
        return 200

    # ── the queue for duels ──

    def queue(self, me: int) -> int:
        if me not in self.online:
            return 401
        if self.match_of(me):
            return 409
        if me not in [user for user, _ in self.duel]:
            self._leave_place(me)
            self.duel.append((me, self.blocked_by([me])))
        known: set[tuple[int, int]] = set()
        while me in [user for user, _ in self.duel]:
            pairs = self._pairs(known)
            if not pairs:
                break
            pair = next((pair for pair in pairs if me in pair), pairs[0])
            if self._apart(pair):
                known |= {(a, b) for a in pair for b in pair}
                continue
            self._start(Match(list(pair)), [])
        return 201

    def _pairs(self, known: set[tuple[int, int]]) -> list[tuple[int, int]]:
        waiting, pairs = list(self.duel), []
        while waiting:
            one, hint = waiting.pop(0)
            for ticket in waiting:
                other, their_hint = ticket
                if other not in hint and one not in their_hint and (one, other) not in known:
                    waiting.remove(ticket)
                    pairs.append((one, other))
                    break
        return pairs

    def unqueue(self, me: int) -> int:
        if me not in [user for user, _ in self.duel]:
            return 404
        self._leave_place(me)
        return 204

    # ── lobbies ──

    def create(self, me: int, mode: str, type_: str) -> int:
        if me in self.guests:
            return 403
        if me not in self.online:
            return 401
        if self.match_of(me):
            return 409
        self._leave_place(me)
        lobby = Lobby(self.made, mode, "3v3" if mode == "clash" else type_, me)
        lobby.add(me)
        self.made += 1
        self.lobbies.append(lobby)
        return 201

    def join(self, me: int, number: int) -> int:
        if me not in self.online:
            return 401
        lobby = next((lobby for lobby in self.lobbies if lobby.number == number), None)
        if lobby is None:
            return 404
        if me in lobby.users:
            return 201
        if self.match_of(me):
            return 409
        if (me, lobby.creator) in self.blocks:
            return 403
        if me in lobby.banned or (lobby.creator, me) in self.blocks:
            return 404
        if len(lobby.users) == (3 if lobby.mode == "clash" else 8):
            return 403
        self._leave_place(me)
        self._stop_waiting(lobby)
        self._tell("lobby-join", lobby.users)
        lobby.add(me)
        return 201

    def leave(self, me: int) -> int:
        if not self.lobby_of(me):
            return 403
        self._leave_place(me)
        return 204

    def ban(self, me: int, other: int) -> int:
        lobby = self.lobby_of(me)
        if me in self.guests or lobby is None or lobby.creator != me or me == other:
            return 403
        if other not in lobby.users:
            return 404
        self._remove(lobby, other)
        lobby.banned.add(other)
        return 204

    def _remove(self, lobby: Lobby, other: int) -> None:
        self._tell("lobby-banned", [other])
        self._without(lobby, other)

    def ready(self, me: int, yes: bool) -> int:
        lobby = self.lobby_of(me)
        if lobby is None or lobby.match or (yes and lobby.team[me] == "spectator"):
            return 403
        if (me in lobby.ready) == yes:
            return 200
        blocked = lobby.mode == "clash" and self._apart(lobby.users)
        if yes and blocked and lobby.ready | {me} == set(lobby.users):
            return 403
        self._stop_waiting(lobby)
        lobby.ready ^= {me}
        self._tell("lobby-update-participant", [user for user in lobby.users if user != me])
        self._settle(lobby)
        return 200

    def switch(self, me: int, team: str) -> int:
        lobby = self.lobby_of(me)
        if lobby is None:
            return 403
        if lobby.mode == "clash":
            return 400
        if lobby.match:
            return 403
        if lobby.team[me] == team:
            return 200
        if team != "spectator" and len(lobby.members(team)) == SIZES[lobby.type]:
            return 403
        lobby.team[me] = team
        if team == "spectator":
            lobby.ready.discard(me)
        self._tell("lobby-update-participant", [user for user in lobby.users if user != me])
        self._settle(lobby)
        return 200

    def resize(self, me: int, type_: str) -> int:
        lobby = self.lobby_of(me)
        if lobby is None:
            return 404
        if lobby.mode == "clash":
            return 405
        if lobby.creator != me or lobby.match:
            return 403
        if lobby.type == type_:
            return 200
        lobby.type = type_
        self._tell("lobby-update", [user for user in lobby.users if user != me])
        for user in [*lobby.members("a")[SIZES[type_] :], *lobby.members("b")[SIZES[type_] :]]:
            lobby.team[user] = "spectator"
            lobby.ready.discard(user)
            self._tell("lobby-update-participant", lobby.users)
        self._settle(lobby)
        return 200

    def _settle(self, lobby: Lobby) -> None:
        """Let a lobby that is ready play, or wait in the queue."""
        if not lobby.is_ready:
            return
        if lobby.mode == "custom_game":
            self._start(Match([*lobby.members("a"), *lobby.members("b")]), [lobby])
            return
        self.clash.append((lobby, self.blocked_by(lobby.users)))
        known: set[tuple[int, int]] = set()
        while lobby in [waiting for waiting, _ in self.clash]:
            found = self._clashes(known)
            if not found:
                return
            together = next((lobbies for lobbies in found if lobby in lobbies), found[0])
            players = [user for each in together for user in each.users]
            if self._apart(players):
                known |= {block for block in self.blocks if block[0] in players}
                continue
            self._start(Match(players), list(together))

    def _clashes(self, known: set[tuple[int, int]]) -> list[Sequence[Lobby]]:
        found: list[Sequence[Lobby]] = []
        waiting = list(self.clash)
        while waiting:
            possible = (
                group for group in _in_order(waiting) if group[0] == waiting[0] and _is_match(group, known)
            )
            group = next(possible, None)
            if group:
                found.append([lobby for lobby, _ in group])
            waiting = [ticket for ticket in waiting if ticket not in (group or waiting[:1])]
        return found

    # ── blocks ──

    def block(self, me: int, other: int) -> int:
        if me in self.guests or me == other:
            return 403
        if other in self.guests or (other, me) in self.blocks:
            return 404
        if (me, other) in self.blocks:
            return 409
        self.blocks.add((me, other))
        lobby = self.lobby_of(me)
        if lobby is None or other not in lobby.users:
            return 201
        if lobby.creator == me:
            self._remove(lobby, other)
        elif lobby.creator == other:
            self._leave_place(me)
        elif lobby in [waiting for waiting, _ in self.clash]:
            self._rest(lobby)
        return 201

    def unblock(self, me: int, other: int) -> int:
        if me in self.guests:
            return 403
        if (me, other) not in self.blocks:
            return 404
        self.blocks.remove((me, other))
        return 204

    # ── matches ──

    def finish(self, me: int) -> int:
        match = self.match_of(me)
        if match is None:
            return 404
        self.matches.remove(match)
        for lobby in match.lobbies:
            lobby.match = None
        return 200

    def _start(self, match: Match, lobbies: list[Lobby]) -> None:
        match.lobbies = lobbies
        self.matches.append(match)
        self.duel = [ticket for ticket in self.duel if ticket[0] not in match.players]
        for lobby in lobbies:
            self._stop_waiting(lobby)
            lobby.match, lobby.ready = match, set()
            self._tell("game-start", [user for user in match.players if user in lobby.users])
            self._tell("lobby-spectate-game", lobby.members("spectator"))
        if not lobbies:
            self._tell("game-start", match.players)

    def _apart(self, users: Sequence[int]) -> bool:
        return any((a, b) in self.blocks for a in users for b in users)

    # ── leaving ──

    def _leave_place(self, me: int) -> None:
        self.duel = [ticket for ticket in self.duel if ticket[0] != me]
        lobby = self.lobby_of(me)
        if lobby is None:
            return
        heirs = [user for user in lobby.users if user != me and user not in self.guests]
        if lobby.creator == me and not heirs:
            self._stop_waiting(lobby)
            self._tell("lobby-destroy", [user for user in lobby.users if user != me])
            self.lobbies.remove(lobby)
            return
        new_creators = {heirs[0]} if lobby.creator == me else set()
        if new_creators:
            lobby.creator = heirs[0]
        self._without(lobby, me, new_creators)

    def _without(self, lobby: Lobby, user: int, changed: Iterable[int] = ()) -> None:
        """Each member in `changed` gets one event about the new role and readiness."""
        self._stop_waiting(lobby)
        lobby.users.remove(user)
        del lobby.team[user]
        lobby.ready.discard(user)
        self._tell("lobby-leave", lobby.users)
        resting = set(lobby.ready) if lobby.mode == "clash" else set()
        for _ in resting | set(changed):
            self._tell("lobby-update-participant", lobby.users)
        lobby.ready -= resting

    def _rest(self, lobby: Lobby) -> None:
        self._stop_waiting(lobby)
        for _ in lobby.ready:
            self._tell("lobby-update-participant", lobby.users)
        lobby.ready.clear()

    def _stop_waiting(self, lobby: Lobby) -> None:
        self.clash = [ticket for ticket in self.clash if ticket[0] != lobby]

    def _tell(self, event: str, users: Iterable[int]) -> None:
        if to := tuple(users):
            self.events.append((event, to))


Ticket = tuple[Lobby, set[int]]


def _in_order(waiting: Sequence[Ticket]) -> list[Sequence[Ticket]]:
    """All groups of waiting lobbies; groups with longer waiting lobbies come first."""
    groups = [group for count in range(1, 7) for group in combinations(waiting, count)]
    return sorted(groups, key=lambda group: [waiting.index(ticket) for ticket in group])


def _is_match(group: Sequence[Ticket], known: set[tuple[int, int]]) -> bool:
    sizes = [len(lobby.users) for lobby, _ in group]
    players = {user for lobby, _ in group for user in lobby.users}
    if sum(sizes) != 6 or sizes == [2, 2, 2]:
        return False
    return not any(hint & players for _, hint in group) and not any(
        (a, b) in known for a in players for b in players
    )
