"""End all sessions of a user: for an operator, when an account was stolen or is misused.

    TABLE_NAME=pong python -m infra.end_sessions <username>

works on the table that the standard AWS variables lead to (docs/operations.md, Ending a user's sessions).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from shared.store.accounts.users import read_credential, read_user
from shared.usecases.accounts.sessions import end_all
from shared.usecases.rerun import PATIENT_RERUNS, rerun


def main(arguments: Sequence[str] | None = None) -> int:
    """End them; 1 and a line on standard error if there is no such user."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.end_sessions", description="End all sessions of a user."
    )
    parser.add_argument("username", help="the user's name, in any case")
    username = parser.parse_args(arguments).username
    if not rerun(lambda: _end_all(username), PATIENT_RERUNS):
        print(f"there is no user {username!r}", file=sys.stderr)
        return 1
    print(f"all sessions of {username!r} have ended")
    return 0


def _end_all(username: str) -> bool:
    credential = read_credential(username)
    user = credential and read_user(credential.user_id)
    if not user:
        return False
    end_all(user, reason="operator")
    return True


if __name__ == "__main__":
    sys.exit(main())
