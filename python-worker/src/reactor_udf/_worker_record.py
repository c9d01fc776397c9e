"""A worker as the supervisor sees it: what it prints, and its black box."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from reactor_udf._last_lines import LIMIT, merge, read_last_lines
from reactor_udf._output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

_REASON = 4096
"""Bytes kept of the beginning of long stacks: there stands what the crash was."""

_CUT = b"\n...\n"


class WorkerRecord:
    """Owns the descriptors that a worker sent; without any of them there is nothing to tell."""

    def __init__(self, pid: int, descriptors: list[int], forward: Callable[[str], bool]) -> None:
        self.pid = pid
        self.output: Output | None = None
        self._stack = self._lines = -1
        if descriptors:
            self._stack, self._lines, reader = descriptors
            self.output = Output(forward, reader)

    @property
    def has_stack(self) -> bool:
        """Return whether something was written since it was cleared."""
        return self._stack >= 0 and os.fstat(self._stack).st_size > 0

    def clear_stack(self) -> None:
        """Forget what was written: the worker, which shares the offset, writes from the start."""
        if self._stack >= 0:
            os.lseek(self._stack, 0, os.SEEK_SET)
            os.ftruncate(self._stack, 0)

    def stack(self) -> str:
        """Return what `faulthandler` wrote; of too much, the beginning and the end."""
        if self._stack < 0:
            return ""
        size = os.fstat(self._stack).st_size
        if size <= LIMIT:
            written = os.pread(self._stack, LIMIT, 0)
        else:
            end = LIMIT - _REASON - len(_CUT)
            written = os.pread(self._stack, _REASON, 0) + _CUT
            written += os.pread(self._stack, end, size - end)
        # A gap stands where the worker wrote at its old offset after it was cleared.
        return written.replace(b"\0", b"").decode(errors="replace")

    def last_lines(self) -> list[str]:
        """Return what it logged and printed last."""
        logged = read_last_lines(self._lines) if self._lines >= 0 else []
        return merge(logged, list(self.output.recent) if self.output else [])

    def close(self) -> None:
        """Close the descriptors."""
        descriptors = [self._stack, self._lines]
        if self.output:
            descriptors.append(self.output.reader)
        for descriptor in descriptors:
            with suppress(OSError):
                os.close(descriptor)
