"""Relations: the row of a pair or block agrees with the lists of both users."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.invariants.table import Table, relation_lines


def _pairs(table: Table) -> Iterator[str]:
    """A pair has one row, and the lists of both users have a line for it."""
    for row in table.kinds["friendship"]:
        low, high = (int(part) for part in row["pk"].split("#")[1:])
        sender, receiver, id_ = row["sender"], row["receiver"], row["id"]
        if low >= high or {low, high} != {sender, receiver}:
            yield f"{row['pk']} is about {sender} and {receiver}"
        named = {"friends": ("friends", "friends"), "request": ("sent", "received")}[row["status"]]
        for user_id, other, name in ((sender, receiver, named[0]), (receiver, sender, named[1])):
            if (id_, other) not in relation_lines(table.relations.get(user_id, {}), name):
                yield f"{row['pk']} is {row['status']} {id_}, but user {user_id} doesn't have it in {name}"
        counters = ("low_wins", "high_wins", "against", "together", "together_won")
        if row["status"] == "request" and ("friends_since" in row or any(row[name] for name in counters)):
            yield f"{row['pk']} is a request with attributes of a friendship"
        if row["low_wins"] + row["high_wins"] != row["against"] or row["together_won"] > row["together"]:
            yield f"the matches of {row['pk']} don't add up"


def _lists(table: Table) -> Iterator[str]:
    """Every line of a list has its row, and no list has more lines than allowed."""
    pairs = {(row["id"], row["sender"], row["receiver"]): row["status"] for row in table.kinds["friendship"]}
    blocks = {(row["id"], row["blocker"], row["blocked"]) for row in table.kinds["block"]}
    for user_id, row in table.relations.items():
        for id_, other in relation_lines(row, "friends"):
            if "friends" not in (pairs.get((id_, user_id, other)), pairs.get((id_, other, user_id))):
                yield f"user {user_id} has the friend {other}, but there is no friendship {id_}"
        requests = [(id_, user_id, other) for id_, other in relation_lines(row, "sent")]
        requests += [(id_, other, user_id) for id_, other in relation_lines(row, "received")]
        for request in requests:
            if pairs.get(request) != "request":
                yield f"user {user_id} has a request that doesn't exist: {request}"
        made = {(id_, user_id, other) for id_, other in relation_lines(row, "blocked")}
        if user_id in table.users and made - blocks:
            yield f"user {user_id} has blocks that don't exist: {made - blocks}"
        if len(row.get("sent") or ()) > 20 or len(made) > 50:
            yield f"user {user_id} has sent or blocked too many"


def _blocks(table: Table) -> Iterator[str]:
    """A block is in three places, is one-sided, and excludes friendships and requests of the two users."""
    pairs = {frozenset((row["sender"], row["receiver"])) for row in table.kinds["friendship"]}
    blocking = {(row["blocker"], row["blocked"]) for row in table.kinds["block"]}
    for row in table.kinds["block"]:
        blocker, blocked = row["blocker"], row["blocked"]
        if row["pk"] != f"USER#{blocked}#BLOCKERS" or int(row["sk"]) != blocker:
            yield f"the block of {blocked} by {blocker} is in {row['pk']} {row['sk']}"
        if (blocked, blocker) in blocking:
            yield f"users {blocker} and {blocked} block each other"
        if frozenset((blocker, blocked)) in pairs:
            yield f"user {blocker} blocks {blocked}, and they still have a friendship or a request"
        listed = relation_lines(table.relations.get(blocker, {}), "blocked")
        if blocker in table.users and (row["id"], blocked) not in listed:
            yield f"user {blocker} doesn't list the block of {blocked}"
    for user_id, user in table.users.items():
        if set(user.get("blocked") or ()) != {blocked for blocker, blocked in blocking if blocker == user_id}:
            yield f"user {user_id} has blocked {user.get('blocked')}, but the blocks are {blocking}"


def _new_requests(table: Table) -> Iterator[str]:
    """Only a received request can be new."""
    for user_id, row in table.inboxes.items():
        received = {id_ for id_, _ in relation_lines(table.relations.get(user_id, {}), "received")}
        if stale := set(row.get("friend_requests") or ()) - received:
            yield f"user {user_id} is notified of the requests {stale}, which don't exist"


RULES = (_pairs, _lists, _blocks, _new_requests)
