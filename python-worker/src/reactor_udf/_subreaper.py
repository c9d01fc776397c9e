"""The subreaper: the process the JVM starts. It forks the supervisor and, once that ended, ends and
reaps whatever is left.

A JVM reaps only processes that it started. If it is process 1 of a container, the orphans of a
supervisor that was killed would go to it and stay zombies; they come here instead. This process
holds nothing of the control stream, so that the stream ends when the supervisor does, and has
nothing to do that could fail.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from reactor_udf import _process

_TERMINATE_SECONDS = 5.0
_SWEEP_SECONDS = 4.0
_ENDINGS = (signal.SIGCHLD, signal.SIGTERM)


def main() -> None:
    """Be the supervisor in a child; in this process wait for it, and exit with its status."""
    for ignored in _process.TERMINAL_SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, _ENDINGS)
    _process.become_subreaper()
    subreaper = os.getpid()
    supervisor = os.fork()
    if supervisor == 0:
        # Not SIGKILL: a supervisor that loses this process can still end all others.
        _process.die_with_parent(subreaper, signal.SIGTERM)
        from reactor_udf import _supervisor  # noqa: PLC0415 - this process stays without it

        _supervisor.main()
        return
    _release_standard_streams()
    status = _wait_for(supervisor)
    _sweep()
    code = os.waitstatus_to_exitcode(status)
    # As a shell and Java give the status of a process that a signal ended.
    os._exit(code if code >= 0 else 128 - code)


def _release_standard_streams() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)
    os.close(null)


def _wait_for(supervisor: int) -> int:
    """Return the status of the supervisor; a SIGTERM is passed on, and enforced if need be."""
    end: float | None = None
    while True:
        if end is None:
            received: int | None = signal.sigwait(_ENDINGS)
        else:
            told = signal.sigtimedwait(_ENDINGS, max(0.0, end - time.monotonic()))
            received = told.si_signo if told else None
        if received == signal.SIGTERM and end is None:
            end = time.monotonic() + _TERMINATE_SECONDS
            os.kill(supervisor, signal.SIGTERM)
        elif received is None:
            end = None
            os.kill(supervisor, signal.SIGKILL)
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == supervisor:
                return ended[1]


def _sweep() -> None:
    """Kill and reap until there is no child left, the children of those killed included."""
    end = time.monotonic() + _SWEEP_SECONDS
    while time.monotonic() < end:
        for pid in _process.children():
            with suppress(PermissionError):  # A program with the rights of another user.
                os.kill(pid, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                signal.sigtimedwait([signal.SIGCHLD], 0.01)
        except ChildProcessError:
            return
