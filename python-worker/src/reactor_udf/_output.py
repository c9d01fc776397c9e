"""What the template and its workers print, line by line."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LINE_LIMIT = 8192
"""Bytes; a longer line is forwarded in pieces."""

_READ_BYTES = 65536


class Output:
    """A pipe that processes inherit as standard output or error.

    `forward` is called with each line. This process keeps the writing end too: one pipe serves
    every template that is started in its turn.
    """

    def __init__(self, forward: Callable[[str], None]) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.recent: deque[str] = deque(maxlen=60)
        self._forward = forward
        self._partial = b""

    def read(self) -> bool:
        """Forward the lines that stand in the pipe; return whether there may be more."""
        try:
            data = os.read(self.reader, _READ_BYTES)
        except BlockingIOError:
            return False
        lines = (self._partial + data).split(b"\n")
        self._partial = lines.pop()
        for line in lines:
            self._emit(line)
        while len(self._partial) >= LINE_LIMIT:
            self._emit(self._partial[:LINE_LIMIT])
            self._partial = self._partial[LINE_LIMIT:]
        return len(data) == _READ_BYTES

    def _emit(self, line: bytes) -> None:
        for start in range(0, max(1, len(line)), LINE_LIMIT):
            text = line[start : start + LINE_LIMIT].decode("utf-8", "replace")
            self.recent.append(text)
            self._forward(text)
