"""docs/endpoints.md: what each endpoint costs. `python -m tests.arch.endpoints` measures and writes it anew."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tests.conftest  # noqa: F401 (sets the environment)
from shared.http.registry import ROUTES, Route
from shared.http.task import TASKS
from tests.arch.measuring import Calls, count_calls, import_milliseconds
from tests.arch.scenarios import SCENARIOS
from tests.support.engine import ROOT, Engine

FILE = ROOT / "docs" / "endpoints.md"

READ_BOUND = 2
WRITE_BOUND = 3
IMPORT_BOUND = 350.0

EXCEPTIONS: dict[tuple[str, str], tuple[int, str]] = {
    ("join_duel", "and pair"): (
        5,
        "joining (account, ticket, queue) and the match (accounts, match) are two changes",
    ),
    ("join_ranked", "and pair"): (5, "as before"),
    ("join_duel", "from a lobby"): (4, "as alone, and what the lobby becomes by it depends on who is in it"),
    ("get_lobby", "8 participants"): (
        3,
        "the seat names the lobby, the lobby its participants, and they are shown",
    ),
    ("update_lobby", "8 participants"): (4, "as when it is read, and the change"),
    ("update_lobby", "starting the match"): (4, "as before: the match is the same change"),
    ("join_lobby", "from another lobby"): (
        4,
        "both lobbies are read: the new one by what its code names, the old one by the seat",
    ),
    ("update_participant", "last ready, custom game"): (
        4,
        "the lobby names the players, who are shown to each other as the match starts",
    ),
    ("update_participant", "ready alone, clash"): (
        4,
        "getting ready is a change, and then the queue is looked at",
    ),
    ("update_participant", "last ready of three, clash"): (
        5,
        "as before, and the lobby names those who mustn't have blocked each other",
    ),
    ("update_participant", "last ready of three, clash, and pair"): (
        7,
        "as before, and the match (lobbies and accounts, match) is a second change, as in a duel",
    ),
    ("leave_lobby", "that waits"): (4, "by its creator: as follows"),
    ("leave_lobby", "as creator"): (
        4,
        "the lobby names the others, of whom the first registered one inherits it",
    ),
    ("block_user", "somebody in one's lobby"): (
        4,
        "the seats say whether the two are in one lobby, which changes then",
    ),
    ("block_user", "somebody in one's lobby that waits"): (4, "as before"),
    ("delete_me", "creator of a lobby of 8"): (
        5,
        "as otherwise, and leaving a lobby as its creator takes two reads",
    ),
    ("list_matches", "own"): (
        3,
        "names and states of the players are today's: after the page, one batch reads them",
    ),
    ("list_matches", "another's"): (
        4,
        "as before, and the other user tells whether they have blocked the asking one, and how many matches there are",
    ),
    ("list_matches", "another's, across two partitions"): (
        5,
        "as before; a list's partitions hold 64 entries, so a page of 20 lies in one or two",
    ),
    ("list_matches", "another's, the longest page"): (
        6,
        "as before; a page of 100 lies in two or three partitions",
    ),
    ("list_matches", "another's, the longest page, everyone differs"): (
        8,
        "as before; a batch reads 100 items, which is 49 players",
    ),
    ("send_friend_request", ""): (4, "the name leads to the user, and only then can the pair be read"),
    ("list_friends", "the longest page"): (
        5,
        "a batch reads 100 items, which is 33 friends",
    ),
    ("list_friends", "1,000 friends, those who are offline"): (
        13,
        "who is online stands in each friend's seat, and a batch reads 100 of them; 1,000 friends are the limit",
    ),
    ("get_tournament", ""): (3, "the tournament leads to its participants, whom one batch reads"),
    ("get_tournament", "16 playing"): (3, "as before, and the matches as they stand are in the same batch"),
    ("get_played_tournament", ""): (3, "the tournament leads to its participants, whom one batch reads"),
    ("get_played_tournament", "16 playing"): (3, "as before"),
    ("join_tournament", "the last place"): (
        4,
        "it starts the tournament: trophies seed all participants, and everyone is shown the bracket",
    ),
    ("leave_tournament", "during a match"): (
        5,
        "it loses the match: that is read by the seat, and everyone in the tournament is shown the bracket",
    ),
    ("score_point", "winning in a tournament"): (4, "everyone in the tournament is shown the bracket"),
    ("search_tournaments", ""): (
        4,
        "who has blocked the user stands with the user, and the creators' present names with them",
    ),
    ("search_tournaments", "500 tournaments"): (4, "as before, and whatever the number of tournaments"),
    ("download_data", "a friend, 192 matches, 192 messages"): (
        18,
        "it reads everything, so it grows with what there is: a query for every 64 matches, changes and messages",
    ),
    ("unblock_user", "somebody one talks to"): (
        4,
        "the pair leads to the conversation, which tells whether there are unread messages again",
    ),
    ("create_chat", ""): (4, "the name leads to the user, and only then can the pair be read"),
    ("create_chat", "a friend"): (4, "as before"),
    ("list_chats", ""): (3, "the list leads to the others and the last messages, which one batch reads"),
    ("list_chats", "500 conversations"): (3, "as before, and whatever the number of conversations"),
    ("list_chats", "500 conversations, the last page"): (3, "as before"),
    ("list_chats", "the longest page"): (6, "a batch reads 100 items, which is 33 conversations"),
    ("list_chats", "500 conversations, by name"): (
        8,
        "the others' present names stand with them, and a batch reads 100 of them",
    ),
    ("list_messages", ""): (3, "names and states of the authors are today's, and the page is read by number"),
    ("list_messages", "192 messages"): (3, "as before, and whatever the number of messages"),
    ("list_messages", "192 messages, the last page"): (3, "as before, however deep"),
    ("list_messages", "with unread ones"): (4, "as before, and what is read is marked"),
    ("list_messages", "the longest page"): (3, "as before: one batch reads 100 messages"),
    ("list_trophies", "across two partitions"): (
        3,
        "a list's partitions hold 64 entries, so a page of 20 lies in one or two",
    ),
    ("list_trophies", "the longest page"): (4, "a page of 100 lies in two or three partitions"),
}
"""Cases that may make more calls in sequence than the bounds, how many, and why that is right."""

HEAD = """# Endpoints

What each endpoint costs, measured on the embedded engine by `make endpoints`, which writes this file; a test
(`tests/arch/test_calls.py`) fails when the calls are others than these, or more than allowed: in sequence at most
{read} for a GET that only reads and {write} for everything else, whatever the data's size, and an import below
{bound:.0f} ms. *In sequence* are calls of which each waits for the one before. *Import* is the CPU time, median of
five, that a fresh interpreter takes to import the endpoint's module, and with it everything that it needs, with
nothing installed but `requirements.txt`; load from elsewhere is counted out by a yardstick that runs beside it.
None of the modules imports boto3. *Units* are the capacity that the calls take, read and write, as DynamoDB bills it:
`make costs` computes from them.

| endpoint | case | in sequence | in total | calls | read units | write units | import (ms) |
| --- | --- | ---: | ---: | --- | ---: | ---: | ---: |
"""


def bound(route: Route, case: str, calls: Calls) -> int:
    """How many calls in sequence a case may make: those of a write, unless it is a GET that only reads."""
    if (route.name, case) in EXCEPTIONS:
        return EXCEPTIONS[route.name, case][0]
    return WRITE_BOUND if calls.writes or route.methods != ("GET",) else READ_BOUND


def line(route: Route, case: str, calls: Calls, milliseconds: str) -> str:
    """One line of the table."""
    title = f"`{', '.join(route.methods)} {route.path}`"
    names = ", ".join(calls.names) or "none"
    units = f"{calls.read_units:.0f} | {calls.write_units:.0f}"
    return f"| {title} | {case} | {calls.in_sequence} | {len(calls.names)} | {names} | {units} | {milliseconds} |"


def without_measures(text: str) -> str:
    """A line without its last columns: no two measurements agree on the import, and units jump with an item's size."""
    return re.sub(r"\| [^|]* \| [^|]* \| [^|]* \|$", "|", text)


def _lines(engine: Engine) -> Iterator[str]:
    for route in sorted(ROUTES, key=lambda route: (route.path, route.methods)):
        milliseconds = f"{import_milliseconds(route.module):.0f}"
        for case, prepare in SCENARIOS[route.name].items():
            yield line(route, case, count_calls(engine, prepare), milliseconds)


def main() -> None:
    """Measure everything and write the file."""
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "engine.log") as engine:
        table = "\n".join(_lines(engine))
    text = HEAD.format(read=READ_BOUND, write=WRITE_BOUND, bound=IMPORT_BOUND) + table
    text += "\n\n## More calls than usual\n\n"
    for (name, case), (allowed, reason) in EXCEPTIONS.items():
        text += f"- `{name}`{f', {case}' if case else ''}: {allowed} in sequence. {reason[0].upper()}{reason[1:]}.\n"
    text += "\n## Tasks\n\nFunctions that no route leads to, and the import of their modules (ms):\n\n"
    for name, module in sorted(TASKS.items()):
        text += f"- `{name}`: {import_milliseconds(module):.0f}\n"
    FILE.write_text(text)


if __name__ == "__main__":
    main()
