"""Any sequence in which honest clients of one session refresh: requests race, are repeated, and lose their answers.

Honest clients share the newest token that one of them has. They use it only when no request with an older one is under
way any more: it was answered, or given up for longer than a request can take.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

Token = TypeVar("Token")


class Refused(Exception):
    """The server takes a refresh token no more."""


class HonestClient(RuleBasedStateMachine, Generic[Token]):
    """A subclass implements `refresh`."""

    def __init__(self, first: Token) -> None:
        super().__init__()
        self.held = first
        self.under_way: list[tuple[Token, bool]] = []
        """Token and `rotate` of requests that haven't reached the server."""
        self.refused = False

    def refresh(self, token: Token, *, rotate: bool) -> Token:
        """The token that the server answers with; Refused."""
        raise NotImplementedError

    @precondition(lambda self: all(token == self.held for token, _ in self.under_way))
    @rule(rotate=st.booleans(), copies=st.integers(1, 3))
    def send(self, copies: int, *, rotate: bool) -> None:
        """A client sends a refresh; a proxy, an impatient client or a second tab repeats it."""
        self.under_way += [(self.held, rotate)] * copies

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), lost=st.booleans())
    def arrive(self, data: st.DataObject, *, lost: bool) -> None:
        """One of the requests reaches the server; its answer may be lost."""
        token, rotate = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        try:
            answer = self.refresh(token, rotate=rotate)
        except Refused:
            self.refused = True
            return
        if rotate and not lost:
            self.held = answer

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def get_lost(self, data: st.DataObject) -> None:
        """One of the requests never reaches the server."""
        self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))

    @invariant()
    def no_client_is_logged_out(self) -> None:
        """No request of an honest client is refused."""
        assert not self.refused
