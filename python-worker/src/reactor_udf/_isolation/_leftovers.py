"""Threads and child processes that an evaluation started and that still run."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

from reactor_udf import _process


class Leftovers:
    """What runs beside the evaluation when it is made is not of it."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._children = set(_process.children()) if _has_children() else set()

    def find(self) -> list[str]:
        """Return what else there is now, named.

        Threads of native libraries do not count, which keep theirs for good, and neither does what
        Python makes up for those when they call it.
        """
        # The current thread is one of those that were there before.
        alone = threading.active_count() == 1
        found = [
            f"the thread {thread.name!r}"
            for thread in (() if alone else threading.enumerate())
            if thread not in self._threads and not isinstance(thread, threading._DummyThread)
        ]
        if _has_children():
            found += [
                f"the process {pid}{_name(pid)}"
                for pid in sorted(set(_process.children()) - self._children)
            ]
        return found


def _has_children() -> bool:
    """Return whether there is a child, running or not waited for: one cheap system call."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _name(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/comm") as comm:
        return f" ({comm.read().strip()})"
    return ""
