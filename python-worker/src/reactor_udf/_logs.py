"""What user code prints and logs, as LOG frames.

Lines are queued and go out with the next write, or before the worker waits for input. The queue is
bounded: what does not fit is counted, and the count is told in its place.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from reactor_udf._frames import Log
from reactor_udf._interrupts import Interrupts
from reactor_udf._last_lines import LastLines

MAX_LINE_BYTES: Final = 8 << 10
MAX_LINES: Final = 1000

_STDOUT: Final = "stdout"
_STDERR: Final = "stderr"


class LogQueue:
    """Lines that wait to be sent; any thread adds, the worker's thread takes.

    ``lines`` are those that wait. ``last_lines`` keeps the newest, those that are dropped too.
    """

    def __init__(self, last_lines: LastLines | None = None) -> None:
        self.lines: deque[tuple[str, str, str]] = deque()
        self._dropped = 0
        self._last_lines = last_lines

    def add(self, logger: str, level: str, line: str) -> None:
        """Queue one line, cut to ``MAX_LINE_BYTES``; count it as dropped when the queue is full."""
        if self._last_lines is not None:
            printed = logger in (_STDOUT, _STDERR)
            self._last_lines.add(line if printed else f"{level} {logger}: {line}")
        if len(self.lines) >= MAX_LINES:
            self._dropped += 1
            return
        encoded = line.encode(errors="backslashreplace")
        if len(encoded) > MAX_LINE_BYTES:
            line = encoded[:MAX_LINE_BYTES].decode(errors="ignore") + " …"
        self.lines.append((logger, level, line))

    def take(self, evaluation: int) -> list[Log]:
        """Return all lines as frames of ``evaluation``."""
        lines = self.lines
        frames = [Log(evaluation, *lines.popleft()) for _ in range(len(lines))]
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            frames.append(Log(evaluation, _STDERR, "WARN", f"dropped {dropped} lines"))
        return frames


class _LineStream(io.TextIOBase):
    """A text stream whose complete lines become log lines."""

    def __init__(
        self, name: str, descriptor: int, level: str, queue: LogQueue, interrupts: Interrupts
    ) -> None:
        self._name = name
        self._descriptor = descriptor
        self._level = level
        self._queue = queue
        self._interrupts = interrupts
        self._lock = threading.Lock()
        self._partial = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def fileno(self) -> int:
        """Return where processes that are given this stream, and ``faulthandler``, write to."""
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._interrupts.held_off(), self._lock:
            *lines, self._partial = (self._partial + text).split("\n")
            for line in lines:
                self._queue.add(self._name, self._level, line)
            # Enough to be seen as too long when its end comes.
            self._partial = self._partial[: MAX_LINE_BYTES + 1]
        return len(text)

    def end_line(self) -> None:
        """Turn what was written without a line's end into a line."""
        if self._partial:
            self.write("\n")


class _Handler(logging.Handler):
    """Passes log records to the queue."""

    def __init__(self, queue: LogQueue, interrupts: Interrupts) -> None:
        super().__init__()
        self._queue = queue
        self._interrupts = interrupts

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record)
        except Exception:
            self.handleError(record)
            return
        with self._interrupts.held_off():
            self._queue.add(record.name, _level(record.levelno), message)


class Logs:
    """The redirection of ``sys.stdout``, ``sys.stderr`` and ``logging`` to a queue."""

    def __init__(self, interrupts: Interrupts, last_lines: LastLines | None = None) -> None:
        self.queue = LogQueue(last_lines)
        self._streams = (
            _LineStream(_STDOUT, 1, "INFO", self.queue, interrupts),
            _LineStream(_STDERR, 2, "WARN", self.queue, interrupts),
        )
        self._handler = _Handler(self.queue, interrupts)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Redirect for as long as the context lasts; the root logger passes INFO and above."""
        saved = sys.stdout, sys.stderr
        root = logging.getLogger()
        level = root.level
        sys.stdout, sys.stderr = self._streams
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        try:
            yield
        finally:
            root.setLevel(level)
            root.removeHandler(self._handler)
            sys.stdout, sys.stderr = saved

    def end_lines(self) -> None:
        """End what an evaluation printed last."""
        out, err = self._streams
        out.end_line()
        err.end_line()

    def restore(self) -> None:
        """Undo what it did to the streams and the levels."""
        sys.stdout, sys.stderr = self._streams
        root = logging.root
        if root.level != logging.INFO:
            root.setLevel(logging.INFO)
        if root.manager.disable:
            logging.disable(logging.NOTSET)
        if self._handler not in root.handlers:
            root.addHandler(self._handler)


def _level(number: int) -> str:
    """Return the SLF4J level that a Python level stands for."""
    for level, name in ((40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG")):
        if number >= level:
            return name
    return "TRACE"
