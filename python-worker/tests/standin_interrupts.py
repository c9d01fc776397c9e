"""Stands in for the module `_interrupts` in tests of processes."""

import mmap
import os
import signal
import struct


class Interrupts:
    """Knows one evaluation, and the slot of this process."""

    def __init__(self, page: mmap.mmap) -> None:
        self.evaluation = 0
        self._page = page
        self._offset = 8 * os.getpid()

    def install(self) -> None:
        """Handle the signal."""
        signal.signal(signal.SIGUSR1, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        (named,) = struct.unpack_from("=q", self._page, self._offset)
        if named == self.evaluation:
            struct.pack_into("=q", self._page, self._offset, 0)
            raise InterruptedError
