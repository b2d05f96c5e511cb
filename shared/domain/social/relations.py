"""How many relations a user may have.

Rules: docs/contract/relations.md#sending-a-request, docs/contract/relations.md#blocking.
"""

from __future__ import annotations

MAX_SENT = 20
"""Friend requests without an answer."""
MAX_BLOCKED = 50

MAX_FRIENDS = 1000
MAX_RECEIVED = 1000
"""Our own limits: one item of the table holds a user's relations, 70 KB at these limits and 400 KB at most."""
