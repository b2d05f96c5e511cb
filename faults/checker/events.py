"""Every committed change has its events, and every event is of a committed change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from faults.checker.facts import Entry, Facts
from faults.checker.findings import Finding
from faults.history import SERVICE
from tests.support.invariants.table import players_of

PROPERTY = "a change has its events"

Sent = dict[tuple[str, int], list[Entry]]
"""The events of a code about an id."""


def check(facts: Facts) -> Iterator[Finding]:
    """All of them."""
    sent: Sent = defaultdict(list)
    for entry in facts.entries:
        if isinstance(entry.data.get("id"), int):
            sent[entry.code, entry.data["id"]].append(entry)
    yield _messages(facts, sent)
    yield from _matches(facts, sent)
    yield _tournaments(facts)
    yield _friends(facts, sent)
    yield _lobbies(facts, sent)
    yield _announcements(facts)


def _messages(facts: Facts, sent: Sent) -> Finding:
    found = Finding(PROPERTY, "a message has one event, for its reader")
    readers = {
        (row["id"], author): reader
        for row in facts.table.kinds["conversation"]
        for author, reader in ((row["low"], row["high"]), (row["high"], row["low"]))
    }
    for row in facts.table.kinds["message"]:
        chat = int(row["pk"].split("#")[1])
        to = [entry.to for entry in sent["receive-message", row["id"]] if entry.data["chat_id"] == chat]
        if (reader := readers.get((chat, row["author"]))) is not None:
            found.check(to == [(reader,)], f"message {row['n']} of chat {chat} has the events for {to}")
    return found


def _matches(facts: Facts, sent: Sent) -> Iterator[Finding]:
    begun = Finding(PROPERTY, "a finished match has one game-start for each player")
    ended = Finding(PROPERTY, "a finished match has one match-finish")
    finished = {row["state"]["id"]: row["state"] for row in facts.table.kinds["played"]}
    for match_id, state in finished.items():
        told = Counter(user for entry in sent["game-start", match_id] for user in entry.to)
        begun.check(
            told == Counter(players_of(state)), f"match {match_id} of {players_of(state)} was told to {told}"
        )
        count = sum(SERVICE in entry.to for entry in sent["match-finish", match_id])
        ended.check(count == 1, f"match {match_id} has {count} match-finish")
    yield begun
    yield ended


def _tournaments(facts: Facts) -> Finding:
    found = Finding(
        PROPERTY, "a started tournament has one tournament-start, a finished one one tournament-finish"
    )
    sent = Counter((entry.code, entry.partition) for entry in facts.entries)
    for row in facts.table.kinds["tournament"]:
        state = row["state"]
        wanted = {
            "tournament-start": state["bracket"] is not None,
            "tournament-finish": state["finish_at"] is not None,
        }
        for code, is_wanted in wanted.items():
            count = sent[code, row["pk"]]
            found.check(count == is_wanted, f"the tournament {state['id']} has {count} {code}")
    return found


def _friends(facts: Facts, sent: Sent) -> Finding:
    """The row of two users is what the events about its id say."""
    found = Finding(PROPERTY, "a friend request has one event for each of its changes, and is what they say")
    rows = {row["id"]: row for row in facts.table.kinds["friendship"]}
    ids = {id_ for code, id_ in sent if code == "receive-friend-request"} | rows.keys()
    for id_ in ids:
        made = len(sent["receive-friend-request", id_])
        accepted = len(sent["accept-friend-request", id_])
        ended = sum(
            len(sent[code, id_])
            for code in ("reject-friend-request", "cancel-friend-request", "delete-friend")
        )
        is_there, is_accepted = id_ in rows, id_ in rows and rows[id_]["status"] == "friends"
        holds = made == 1 and accepted <= 1 and ended == (not is_there)
        found.check(
            holds and (not is_there or is_accepted == accepted),
            f"request {id_}: {made} made, {accepted} accepted, {ended} ended; there: {is_there}, {is_accepted}",
        )
    return found


def _lobbies(facts: Facts, sent: Sent) -> Finding:
    """How often users joined lobbies; an operation of an unknown outcome may have been a join."""
    found = Finding(PROPERTY, "a user's acknowledged joins of lobbies have one event each")
    joins: dict[int, Counter[str]] = defaultdict(Counter)
    for op in facts.operations:
        if op.name == "join_lobby":
            joins[op.caller][op.outcome] += 1
    for user_id, outcomes in joins.items():
        told, least = len(sent["lobby-join", user_id]), outcomes["acknowledged"]
        found.check(
            least <= told <= least + outcomes["unknown"],
            f"user {user_id} joined {dict(outcomes)}, and {told} lobby-join tell it",
        )
    return found


def _announcements(facts: Facts) -> Finding:
    found = Finding(PROPERTY, "an acknowledged announcement has one event, for all its receivers that exist")
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in facts.entries:
        entries[str(entry.data.get("content"))].append(entry)
    for op in facts.operations:
        if op.name == "push_event" and op.outcome == "acknowledged":
            wanted = {user_id for user_id in op.intent["users_id"] if user_id in facts.table.users}
            got = [set(entry.to) for entry in entries[op.intent["data"]["content"]]]
            found.check(
                len(got) == 1 and wanted <= got[0],
                f"the announcement {op.intent['data']} has {len(got)} events",
            )
    return found
