"""What processes print, line by line."""

from __future__ import annotations

import os
import time
from collections import deque
from typing import TYPE_CHECKING

from reactor_udf._last_lines import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from reactor_udf._last_lines import Line

LINE_LIMIT = 8192
"""Bytes; a longer line is forwarded in pieces."""

LINES_PER_SECOND = 1000
"""What is printed faster is counted, and the count is forwarded in its place."""

_READ_BYTES = 65536
_SECOND = 1_000_000_000


class Output:
    """A pipe that is a process's standard output or error, or both.

    `forward` is called with each line, at most `LINES_PER_SECOND` times a second, and returns
    whether it took it; `recent` are the last lines, taken or not. A `writer` is kept open where one
    pipe serves several processes.
    """

    def __init__(
        self, forward: Callable[[str], bool], reader: int, writer: int | None = None
    ) -> None:
        self.reader = reader
        self.writer = writer
        os.set_blocking(reader, False)
        self.recent: deque[Line] = deque()
        self.ended = False
        self._recent_bytes = 0
        self._forward = forward
        self._partial = b""
        self._second = 0
        self._forwarded = 0
        self._dropped = 0

    def read(self) -> bool:
        """Forward the lines of one read, so that many outputs have their turn; return whether there
        may be more.
        """
        try:
            data = os.read(self.reader, _READ_BYTES)
        except BlockingIOError:
            return False
        self.ended = not data
        lines = (self._partial + data).split(b"\n")
        self._partial = lines.pop()
        for line in lines:
            self._emit(line)
        while len(self._partial) >= LINE_LIMIT:
            self._emit(self._partial[:LINE_LIMIT])
            self._partial = self._partial[LINE_LIMIT:]
        return len(data) == _READ_BYTES

    def finish(self) -> None:
        """Forward what is left when the process ended: no more than a pipe holds, for what it
        started may still print.
        """
        for _ in range(16):
            if not self.read():
                break
        if self._partial:
            self._emit(self._partial)
            self._partial = b""
        self._tell_dropped()

    def _emit(self, line: bytes) -> None:
        for start in range(0, max(1, len(line)), LINE_LIMIT):
            self._take(line[start : start + LINE_LIMIT].decode("utf-8", "replace"))

    def _take(self, line: str) -> None:
        now = time.monotonic_ns()
        self.recent.append((now, line))
        self._recent_bytes += len(line) + 1
        while self._recent_bytes > LIMIT:
            self._recent_bytes -= len(self.recent.popleft()[1]) + 1
        if now - self._second >= _SECOND:
            self._tell_dropped()
            self._second = now
            self._forwarded = 0
        if self._forwarded < LINES_PER_SECOND and self._forward(line):
            self._forwarded += 1
        else:
            self._dropped += 1

    def _tell_dropped(self) -> None:
        if self._dropped and self._forward(f"dropped {self._dropped} lines"):
            self._dropped = 0
