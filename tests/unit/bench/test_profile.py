"""The shares of a profile."""

from __future__ import annotations

from bench.profile import shares
from bench.report import profile_table


def test_a_stack_counts_for_its_innermost_part_and_waiting_threads_for_none() -> None:
    stacks = [
        'process 1:"python -m edge";run (shared/http/endpoint.py:3);send (botocore/client.py:7);read (ssl.py:9) 3',
        'process 1:"python -m edge";run (shared/http/endpoint.py:3) 1',
        'process 1:"python -m edge" 2',
        'process 1:"python -m edge";run (threading.py:1);_worker (concurrent/futures/thread.py:81) 50',
        'process 1:"python -m edge";run (threading.py:1);start (queue.py:2) 2',
    ]
    found = shares("\n".join(stacks))
    assert found == {
        "calls to DynamoDB": 0.375, "the server (Granian)": 0.25, "threads": 0.25, "the product's code": 0.125,
    }  # fmt: skip
    rows = [{"request": "GET /users/me/", "process": "worker", "shares": found}]
    assert "| GET /users/me/, worker |               38% |" in profile_table(rows)
