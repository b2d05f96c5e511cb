"""How many relations a user may have.

Rules: docs/contract/relations.md#sending-a-request, docs/contract/relations.md#blocking.
"""

from __future__ import annotations

MAX_SENT = 20
"""Friend requests that wait for an answer."""
MAX_BLOCKED = 50

MAX_FRIENDS = 1000
MAX_RECEIVED = 1000
"""These two are ours: a user's relations are one item of the table, which holds 400 KB; at the limits it has 70."""
