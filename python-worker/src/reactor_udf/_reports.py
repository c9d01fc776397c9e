"""What the supervisor says to the JVM, without ever waiting for it.

A JVM that is busy, or whose logging is, must not hold up a cancel of another worker. So what it has
not read yet is kept: lines up to a bound, beyond which they are refused; all else is small and few.
"""

from __future__ import annotations

import os
import select
import selectors
from typing import TYPE_CHECKING

from reactor_udf._control import encode

if TYPE_CHECKING:
    from reactor_udf._control import Message

LINES_LIMIT = 1 << 20
"""Bytes that wait; with more no line is added."""

_LAST_SECONDS = 1.0


class Reports:
    """The writing end of the control stream; `broken` once the JVM is gone."""

    def __init__(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        os.set_blocking(descriptor, False)
        self.broken = False
        self._descriptor = descriptor
        self._selector = selector
        self._pending = bytearray()
        self._waits = False

    def send(self, message: Message) -> None:
        """Send now, or when the JVM reads again."""
        self._pending += encode(message)
        self._flush()

    def send_line(self, message: Message) -> bool:
        """Send as `send` does, if there is room; return whether there was."""
        if len(self._pending) > LINES_LIMIT:
            return False
        self.send(message)
        return True

    def finish(self) -> None:
        """Send what waits, to a JVM that still reads."""
        while self._pending and not self.broken:
            if not select.select([], [self._descriptor], [], _LAST_SECONDS)[1]:
                return
            self._flush()

    def _flush(self) -> None:
        try:
            while self._pending:
                del self._pending[: os.write(self._descriptor, self._pending)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.broken = True
            self._pending.clear()
        self._watch(bool(self._pending))

    def _watch(self, waits: bool) -> None:
        if waits == self._waits:
            return
        self._waits = waits
        if waits:
            self._selector.register(self._descriptor, selectors.EVENT_WRITE, self._flush)
        else:
            self._selector.unregister(self._descriptor)
