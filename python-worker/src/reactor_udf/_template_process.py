"""The template as the supervisor sees it: a child with a channel."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from reactor_udf._control import Decoder, Message, encode

if TYPE_CHECKING:
    from reactor_udf._output import Output

# The secret is in none of these: command lines and environments can be read by others.
_MAIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from reactor_udf._template import main; main()"
)

# Threads do not survive a fork; libraries must start none while they are imported.
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


class TemplateProcess:
    """One run of the template.

    The channel carries the configuration one way and what the template reports the other way; its
    end tells either side that the other is gone.
    """

    def __init__(
        self, configuration: Message, inherited: tuple[int, ...], output: Output, errors: Output
    ) -> None:
        self.ready = False
        self.silent = False
        self.failure: str | None = None
        self.channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-X",
                    "utf8",
                    "-c",
                    _MAIN,
                    sys.argv[1],
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output.writer,
                stderr=errors.writer,
                env={**os.environ, **_ONE_THREAD},
                pass_fds=(theirs.fileno(), *inherited),
                start_new_session=True,
            )
        self._decoder = Decoder()
        # If it died at once, its exit status tells.
        with suppress(BrokenPipeError):
            self.channel.sendall(encode(configuration))
        self.channel.setblocking(False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def read(self) -> list[Message]:
        """Return what stands in the channel, which is `silent` after its end.

        The end comes when the template and the last of its workers to report themselves closed it.
        """
        messages: list[Message] = []
        while not self.silent:
            try:
                data = self.channel.recv(65536)
            except BlockingIOError:
                break
            except ConnectionResetError:
                data = b""
            self.silent = not data
            messages += self._decoder.feed(data)
        return messages

    def reaped(self, status: int) -> None:
        """Note that its exit status was taken."""
        self._process.returncode = os.waitstatus_to_exitcode(status)
