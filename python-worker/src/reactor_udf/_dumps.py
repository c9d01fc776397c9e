"""Stacks of workers that are asked for while they run.

A worker's handler writes without the interpreter, so also while C code holds it; nothing tells when
it is done but the state of its signals, which is looked at until then. A worker that blocks the
signal, ignores it or is stopped has no stack to give.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from reactor_udf import _process

if TYPE_CHECKING:
    from collections.abc import Callable

    from reactor_udf._worker_record import WorkerRecord

GIVE_UP_SECONDS = 0.4
_LOOK_SECONDS = 0.005
_SIGNAL = signal.SIGUSR2


class Dumps:
    """The dumps under way; each is answered once, as is a worker that is asked again meanwhile."""

    def __init__(self, answer: Callable[[int, str], None]) -> None:
        self._answer = answer
        self._active: dict[int, _Dump] = {}

    def timeout(self) -> float | None:
        """Return the seconds until `look` has something to do, or None while it has not."""
        return _LOOK_SECONDS if self._active else None

    def begin(self, worker: WorkerRecord) -> None:
        """Ask a worker, a living child, for its stacks."""
        if worker.pid in self._active:
            return
        worker.clear_stack()
        blocking = _process.threads_blocking(worker.pid, _SIGNAL)
        self._active[worker.pid] = _Dump(worker, blocking, time.monotonic() + GIVE_UP_SECONDS)
        # What does not catch it would die of it.
        if _process.handles(worker.pid, _SIGNAL):
            os.kill(worker.pid, _SIGNAL)
        else:
            self.end(worker.pid)

    def look(self) -> None:
        """Answer with the stacks that are complete, and with what there is when the time is up."""
        now = time.monotonic()
        for pid, dump in list(self._active.items()):
            if now >= dump.end or dump.is_complete():
                self.end(pid)

    def end(self, pid: int) -> None:
        """Answer for a worker, if it was asked, with what there is."""
        dump = self._active.pop(pid, None)
        if dump is not None:
            stack = dump.worker.stack()
            # Before the answer, on which the worker may be made to crash: that stack is to stay.
            dump.worker.clear_stack()
            self._answer(pid, stack)


class _Dump:
    __slots__ = ("_blocking", "end", "worker")

    def __init__(self, worker: WorkerRecord, blocking: set[str], end: float) -> None:
        self.worker = worker
        self.end = end
        self._blocking = blocking

    def is_complete(self) -> bool:
        # It begins with a write: what is empty did not begin.
        if not self.worker.has_stack:
            return False
        with suppress(FileNotFoundError, ProcessLookupError):
            return _process.is_done_with(self.worker.pid, _SIGNAL, self._blocking)
        return True
