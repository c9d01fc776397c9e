"""The last lines of a worker: a bounded ring in shared memory, which outlives the process.

The worker writes each line that it logs or prints, with the time; the supervisor reads them when
the worker ended. The memory is an i64, the bytes written so far, and then the ring. Reading trusts
nothing: whoever wrote last may have died in the middle, or was user code.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import time
from typing import Final

LIMIT: Final = 32 << 10
"""Bytes of lines that are kept, the newest."""

_WRITTEN: Final = struct.Struct("<q")

Line = tuple[int, str]
"""When a line was seen, in nanoseconds of the monotonic clock, and the line."""


class LastLines:
    """The worker's side; any thread may add lines."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("reactor-udf-lines")
        os.ftruncate(self.descriptor, _WRITTEN.size + LIMIT)
        self._memory = mmap.mmap(self.descriptor, _WRITTEN.size + LIMIT)
        self._lock = threading.Lock()
        self._written = 0

    def add(self, line: str) -> None:
        """Keep a line, and forget the oldest ones in its place."""
        text = line.encode(errors="replace")[-LIMIT // 2 :].replace(b"\n", b"\r")
        record = b"%d %b\n" % (time.monotonic_ns(), text)
        with self._lock:
            start = self._written % LIMIT
            head = record[: LIMIT - start]
            at = _WRITTEN.size + start
            self._memory[at : at + len(head)] = head
            rest = record[len(head) :]
            self._memory[_WRITTEN.size : _WRITTEN.size + len(rest)] = rest
            self._written += len(record)
            _WRITTEN.pack_into(self._memory, 0, self._written)


def read_last_lines(descriptor: int) -> list[Line]:
    """Return the lines that are whole, oldest first."""
    # Not a map: memory that was cut short would end the supervisor, a read only ends early.
    memory = os.pread(descriptor, _WRITTEN.size + LIMIT, 0)
    if len(memory) < _WRITTEN.size + LIMIT:
        return []
    (written,) = _WRITTEN.unpack_from(memory)
    ring = memory[_WRITTEN.size :]
    if written <= LIMIT:
        records = ring[: max(0, written)].split(b"\n")
    else:
        start = written % LIMIT
        records = (ring[start:] + ring[:start]).split(b"\n")[1:]
    return [line for line in map(_parse, records) if line is not None]


def merge(logged: list[Line], printed: list[Line]) -> list[str]:
    """Return the lines of both in the order of their times, the newest that fit the limit."""
    lines = [line for _, line in sorted(logged + printed, key=lambda line: line[0])]
    size = 0
    for index in range(len(lines) - 1, -1, -1):
        size += len(lines[index].encode(errors="replace"))
        if size > LIMIT:
            return lines[index + 1 :]
    return lines


def _parse(record: bytes) -> Line | None:
    when, space, text = record.partition(b" ")
    if not space or not when.isdigit() or len(when) > 20:
        return None
    return int(when), text.decode(errors="replace").replace("\r", "\n")
