"""The ports that programs of a stack get."""

from __future__ import annotations

import socket

import pytest

from infra.local.runner import ports
from infra.local.runner.ports import PORTS, free_port
from infra.local.settings import HOST


def test_each_call_draws_another_port() -> None:
    drawn = [free_port() for _ in range(50)]
    assert len(set(drawn)) == 50
    assert set(drawn) <= set(PORTS)


def test_a_port_that_something_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, port := free_port()))
        taken.listen()
        monkeypatch.setattr(ports, "_draws", iter(map(PORTS.index, (port, free_port()))))
        assert free_port() != port
