"""The template, or a spare, as the supervisor sees it: a child with a channel."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from reactor_udf._control import Message, encode
from reactor_udf._descriptors import Receiver
from reactor_udf._threads import environment

if TYPE_CHECKING:
    from reactor_udf._output import Output

# The secret is in none of these: command lines and environments can be read by others.
_MAIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from reactor_udf._template import main; main()"
)

_STACK_LIMIT = 32768


class TemplateProcess:
    """One run of the template, or of a spare.

    The channel carries the configuration one way and what the template reports the other way; its
    end tells either side that the other is gone.
    """

    def __init__(
        self, configuration: Message, inherited: tuple[int, ...], output: Output, errors: Output
    ) -> None:
        self.forks = configuration["mode"] == "fork"
        self.ready = False
        self.silent = False
        self.module: str | None = None
        self.failure: str | None = None
        self.hazard: str | None = None
        self.deadline: float | None = None
        self.probe_deadline: float | None = None
        self.late = False
        self.channel, theirs = socket.socketpair()
        self._stack = os.memfd_create("reactor-udf-stack")
        configuration = {**configuration, "stack": self._stack}
        try:
            with theirs:
                self._process = self._start(configuration, theirs, inherited, output, errors)
        except OSError:
            self.channel.close()
            os.close(self._stack)
            raise
        self._receiver = Receiver()
        # If it died at once, its exit status tells.
        with suppress(BrokenPipeError):
            self.channel.sendall(encode(configuration))
        self.channel.setblocking(False)

    def _start(
        self,
        configuration: Message,
        channel: socket.socket,
        inherited: tuple[int, ...],
        output: Output,
        errors: Output,
    ) -> subprocess.Popen[bytes]:
        main = ["-I", "-X", "utf8", "-c", _MAIN, sys.argv[1], str(channel.fileno())]
        return subprocess.Popen(
            [sys.executable, *main],
            stdin=subprocess.DEVNULL,
            stdout=output.writer,
            stderr=errors.writer,
            env={**os.environ, **self._threads(configuration["threads"])},
            pass_fds=(channel.fileno(), self._stack, *inherited),
        )

    def _threads(self, threads: int) -> dict[str, str]:
        if not self.forks:
            return environment(threads)
        # Threads do not survive a fork; libraries must start none while they are imported.
        return {**environment(1), "JE_ARROW_MALLOC_CONF": "background_thread:false"}

    @property
    def pid(self) -> int:
        return self._process.pid

    def deadlines(self) -> list[float]:
        """Return the times at which it will have taken too long for something."""
        return [time for time in (self.deadline, self.probe_deadline) if time is not None]

    def read(self) -> list[Message]:
        """Return what stands in the channel, which is `silent` after its end.

        The end comes when the template and the last of its workers to report themselves closed it.
        """
        messages: list[Message] = []
        while not self.silent:
            try:
                received, goes_on = self._receiver.receive(self.channel)
            except BlockingIOError:
                break
            except ConnectionResetError:
                received, goes_on = [], False
            self.silent = not goes_on
            messages += received
        return messages

    def reaped(self, status: int) -> str:
        """Note that its exit status was taken; return the stack that it left, or ''."""
        self._process.returncode = os.waitstatus_to_exitcode(status)
        with open(self._stack, "rb") as stack:
            stack.seek(0)
            return stack.read(_STACK_LIMIT).decode(errors="replace")
