"""The matched cancel signal: it interrupts user code of the evaluation that it names, and nothing
else.

The supervisor writes an evaluation's id into this worker's slot of a shared page, then signals. The
handler raises only if the id is the current evaluation's, user code is running, and the frame it
interrupted is not ours: an exception in the middle of our own reads and writes would leave half a
frame behind.

Ours is told from theirs twice over: ``in_user_code`` is set around every call of user code and
cleared while our code runs below it, and between the flag and the call the frame is still one of
this package.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from reactor_udf._errors import EvaluationCancelled

_SLOT: Final = struct.Struct("<q")
_PACKAGE: Final = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Interrupts:
    """Whether and when a signal may unwind user code; without a ``page`` it never does.

    The slot is found by the process id: make it in the worker, after the fork. It is zeroed then.
    """

    def __init__(self, page: mmap.mmap | None) -> None:
        offset = os.getpid() * _SLOT.size
        fits = page is not None and offset + _SLOT.size <= len(page)
        self._page = page if fits else None
        self._offset = offset
        self._evaluation = 0
        self.in_user_code = False
        self.interrupted = False
        if self._page is not None:
            _SLOT.pack_into(self._page, self._offset, 0)

    def install(self) -> None:
        """Handle ``SIGUSR1`` from now on; only the main thread can."""
        signal.signal(signal.SIGUSR1, self._on_signal)

    def begin(self, evaluation: int) -> None:
        """Let signals that name ``evaluation`` through."""
        self.interrupted = False
        self._evaluation = evaluation

    def end(self) -> None:
        """Let no signal through."""
        self._evaluation = 0
        self.in_user_code = False

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """Let no signal through while our code runs that user code called."""
        before, self.in_user_code = self.in_user_code, False
        try:
            yield
        finally:
            self.in_user_code = before

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        if not self._evaluation or self._page is None:
            return
        (named,) = _SLOT.unpack_from(self._page, self._offset)
        if named != self._evaluation or not self.in_user_code:
            return
        if frame is None or frame.f_code.co_filename.startswith(_PACKAGE):
            return
        self.interrupted = True
        raise EvaluationCancelled
