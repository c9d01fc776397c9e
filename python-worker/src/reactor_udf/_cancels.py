"""Cancels that come from outside a worker: a page that names the evaluation, and a signal.

The page is a ``memfd`` that the supervisor shares with all workers. The slot of a worker is the
i64 at 8 x its pid and holds the id of the evaluation to be cancelled, or 0. A worker that gets the
signal raises only if the id is that of its evaluation, and puts the slot back to 0. The memory is
sparse: only slots that were used cost a page.
"""

from __future__ import annotations

import mmap
import os
import signal
import time

RESEND_SECONDS = 0.025
GIVE_UP_SECONDS = 2.0

_SLOT_BYTES = 8


class Cancels:
    """The page, and the cancels under way: each is signalled again until the worker reacts or ends.

    A signal can fall into code of ours, where the worker must not raise; the next one falls
    elsewhere. After two seconds this gives up: a C call that long is not interrupted, and the JVM
    kills the worker.
    """

    def __init__(self) -> None:
        with open("/proc/sys/kernel/pid_max") as pid_max:
            self.length = _SLOT_BYTES * (int(pid_max.read()) + 1)
        self.descriptor = os.memfd_create("reactor-udf-cancels")
        os.ftruncate(self.descriptor, self.length)
        # Indexed by pid. One store of 8 aligned bytes: a worker never reads half an id.
        self._slots = memoryview(mmap.mmap(self.descriptor, self.length)).cast("q")
        self._active: dict[int, _Cancel] = {}

    def timeout(self) -> float | None:
        """Return the seconds until `resend` has something to do, or None while it has not."""
        if not self._active:
            return None
        return max(0.0, min(cancel.next for cancel in self._active.values()) - time.monotonic())

    def begin(self, pid: int, evaluation: int) -> None:
        """Name the evaluation in the slot of a worker, a living child, and signal it."""
        now = time.monotonic()
        self._slots[pid] = evaluation
        self._active[pid] = _Cancel(evaluation, now, now + GIVE_UP_SECONDS)
        self.resend()

    def resend(self) -> None:
        """Signal the workers whose turn it is, and leave those that reacted or had their time."""
        now = time.monotonic()
        for pid, cancel in list(self._active.items()):
            if self._slots[pid] != cancel.evaluation or now >= cancel.end:
                del self._active[pid]
            elif now >= cancel.next:
                cancel.next = now + RESEND_SECONDS
                # Not a pidfd: the supervisor is the parent, so the pid is the worker's until it
                # reaps it.
                os.kill(pid, signal.SIGUSR1)

    def forget(self, pid: int) -> None:
        """Free the slot of a worker that ended; its pid may come again."""
        self._active.pop(pid, None)
        self._slots[pid] = 0


class _Cancel:
    __slots__ = ("end", "evaluation", "next")

    def __init__(self, evaluation: int, start: float, end: float) -> None:
        self.evaluation = evaluation
        self.next = start
        self.end = end
