"""What a worker leaves behind for the supervisor to read when it can't speak any more.

Its stacks, which `faulthandler` writes to a file in memory: when the process crashes, on `SIGTERM`,
and on `SIGUSR2`, all of which works while C code holds the interpreter. Its last lines
(`_last_lines`). And a pipe in place of its standard output and error, for what C code prints.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import faulthandler
import os
import signal
import socket
from typing import Final

from reactor_udf._control import Message, encode
from reactor_udf._last_lines import LastLines

DUMPS: Final = {signal.SIGUSR2: False, signal.SIGTERM: True}
"""The signals that write the stacks, and whether they then do what they did before."""

DESCRIPTORS: Final = 3
"""How many a worker sends: of the stacks, of the last lines, and the reading end of its pipe."""


class BlackBox:
    """The worker's side; one for each process, and only its main thread may make it."""

    def __init__(self) -> None:
        self._stack = os.memfd_create("reactor-udf-stack")
        self.lines = LastLines()
        self._output, writer = os.pipe()
        for standard in (1, 2):
            os.dup2(writer, standard)
        os.close(writer)
        self.arm()

    def arm(self, *, anew: bool = True) -> None:
        """Have stacks written, whatever user code made of `faulthandler` and these signals.

        Not ``anew``, handlers that native code put in the place of ours stay: a runtime that lives
        in this process may need its own.
        """
        if anew:
            # Where it is enabled already it would not look at the handlers again.
            faulthandler.disable()
        faulthandler.enable(self._stack, all_threads=True)
        for number, chain in DUMPS.items():
            # Not of `signal`, whose function makes an enumeration member.
            if _signal.getsignal(number) == signal.SIG_DFL:
                self._register(number, chain)
                continue
            # Ours is registered where none is; one of these that comes meanwhile has to wait.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [number])
            faulthandler.unregister(number)
            signal.signal(number, signal.SIG_DFL)
            self._register(number, chain)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _register(self, number: int, chain: bool) -> None:
        faulthandler.register(number, self._stack, all_threads=True, chain=chain)

    def send(self, channel: socket.socket, report: Message) -> None:
        """Send a report together with the descriptors; the supervisor reads the pipe from now."""
        descriptors = [self._stack, self.lines.descriptor, self._output]
        socket.send_fds(channel, [encode(report)], descriptors)
        # What is mapped and what others read need no descriptor here.
        os.close(self.lines.descriptor)
        os.close(self._output)
