"""An app with a handful of endpoints that behave, and misbehave, as the tests of the edge need it."""

from __future__ import annotations

from shared.http import registry

PREFIX = "tests.infra.fakes."


def _add(methods: tuple[str, ...], path: str, name: str, int_params: frozenset[str] = frozenset()) -> None:
    registry.add(
        registry.Route(
            methods=methods,
            path=path,
            name=name,
            module=PREFIX + name,
            int_params=int_params,
            cpu_heavy=name == "slow_hash",
            auth=registry.Auth.NOBODY,
            status=200,
            summary="",
            description="",
            body=None,
            answer=None,
            query=None,
            errors=(),
            online=False,
        )
    )


_add(("GET", "POST"), "/echo/", "echo")
_add(("GET",), "/things/{thing_id}/", "get_thing", frozenset({"thing_id"}))
_add(("POST",), "/wait/", "wait_for_file")
_add(("POST",), "/raise/", "raise_error")
_add(("POST",), "/nonsense/", "answer_nonsense")
_add(("GET",), "/hash/", "slow_hash")
