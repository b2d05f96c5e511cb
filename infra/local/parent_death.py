"""Processes that end when their parent does, however it ends.

As a program, run by its path, it ties itself to its parent and then becomes the command:

    python -I -S infra/local/parent_death.py <parent's pid> <signal> <command> …
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(with_signal: int, parent: int) -> None:
    """Have the kernel send this process a signal when its parent (strictly: the thread that started it) ends.

    prctl(2), PR_SET_PDEATHSIG; kept over exec, not over fork. Raises OSError where the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        # The parent ended before this call.
        os.kill(os.getpid(), with_signal)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[2]), int(sys.argv[1]))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - that is the point
