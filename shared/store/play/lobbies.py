"""Lobbies: one item each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pynamodb.attributes import UnicodeAttribute

from shared.domain.play.lobby import Lobby
from shared.domain.play.rooms import Blocks
from shared.store import keys
from shared.store.attributes import DocumentAttribute, IntegerAttribute
from shared.store.base import Action, Versioned, read_item


class LobbyRow(Versioned, discriminator="lobby"):
    """A lobby while it lives.

    A participant's seat names the lobby and the lobby names the participant: one transaction writes both. A write of
    `state` checks the `rev` that was read.
    """

    state = DocumentAttribute(Lobby)
    """The lobby without its match."""
    ticket = UnicodeAttribute(null=True)
    """Of a clash lobby that waits for others, the sort key of its ticket."""
    match_id = IntegerAttribute(null=True)
    """The match that the lobby plays. The end of the match removes it without a check of `rev`."""
    match_code = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, lobby_id: int) -> LobbyRow:
        """The row of a lobby, not read."""
        return cls.at(keys.lobby(lobby_id))

    @classmethod
    def holding(cls, lobby: Lobby) -> LobbyRow:
        """The row that stores a new lobby."""
        return cls.at(keys.lobby(lobby.id), state=lobby)

    @property
    def lobby(self) -> Lobby:
        """The lobby with its match."""
        return replace(self.state, match_id=self.match_id, match_code=self.match_code)

    def become(self, lobby: Lobby, ticket: str | None = None) -> Sequence[Action]:
        """Stores a new state of the lobby; `ticket` is the one with which it waits in the queue."""
        wait = LobbyRow.ticket.remove() if ticket is None else LobbyRow.ticket.set(ticket)
        state = replace(lobby, match_id=None, match_code=None)
        return (LobbyRow.rev.add(1), LobbyRow.state.set(state), wait)

    def block(self, blocks: Blocks) -> Sequence[Action]:
        """Stores whom the members block now."""
        return self.become(replace(self.state, blocks=blocks), self.ticket)

    def play(self, lobby: Lobby, match_id: int, match_code: str) -> Sequence[Action]:
        """Stores that the lobby, in this state, plays a match; its participants are no longer ready."""
        return (
            *self.become(lobby.at_rest()),
            LobbyRow.match_id.set(match_id),
            LobbyRow.match_code.set(match_code),
        )

    def end_match(self) -> Sequence[Action]:
        """Frees the lobby after a match."""
        return (LobbyRow.rev.add(1), LobbyRow.match_id.remove(), LobbyRow.match_code.remove())


def read_lobby(lobby_id: int) -> LobbyRow | None:
    """The lobby, or None. One GetItem."""
    row = read_item(keys.lobby(lobby_id))
    return row if isinstance(row, LobbyRow) else None
