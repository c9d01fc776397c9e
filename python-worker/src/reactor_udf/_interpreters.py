"""The interpreters that the supervisor keeps ready for connections.

In FORK mode that is one, the template. In SPAWN mode it is a warm spare, and another one for each
connection that was announced and not yet served; a spare that serves one is a worker and no longer
ours. Where imports make a fork hazardous the mode changes from the first to the second.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from typing import TYPE_CHECKING

from reactor_udf import _process

if TYPE_CHECKING:
    from collections.abc import Callable

    from reactor_udf._control import Message
    from reactor_udf._template_process import TemplateProcess

    Launch = Callable[[str], TemplateProcess]

_RESTARTS = 5
_RESTARTS_WITHIN_SECONDS = 60.0
_PROBE_SECONDS = 5.0
_DUMP_SECONDS = 0.5
_RETRY_SECONDS = 1.0


class StartError(Exception):
    """There will be no workers; the message says why."""


class Interpreters:
    """Starts what is missing, and gives up what takes too long: the first import or fork that hangs
    is named.

    `launch` starts an interpreter for a mode; `log` takes a line that warns.
    """

    def __init__(self, start: Message, launch: Launch, log: Callable[[str], object]) -> None:
        self._mode: str = start.get("mode", "fork")
        self._limit: int = start["workers"] + 1
        self._launch = launch
        self._log = log
        self._seconds: float = start.get("startTimeoutMillis", 30000) / 1000
        self._first_deadline: float | None = time.monotonic() + self._seconds
        self._waiting: list[TemplateProcess] = []
        self._all: dict[int, TemplateProcess] = {}
        self._announced = 0
        self._retry_at = 0.0
        self._deaths: deque[float] = deque(maxlen=_RESTARTS)

    @property
    def pids(self) -> list[int]:
        return list(self._all)

    def top_up(self, workers: int) -> None:
        """Start what is missing beside so many workers."""
        wanted = 1
        if self._mode == "spawn":
            wanted = min(max(0, self._announced) + 1, self._limit - workers)
        while len(self._waiting) < wanted and time.monotonic() >= self._retry_at:
            try:
                process = self._launch(self._mode)
            except OSError as error:
                if self._first_deadline is not None:
                    raise StartError(f"{sys.executable} could not be started: {error}") from error
                self._log(f"An interpreter could not be started: {error}. Trying again.")
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                return
            process.deadline = self._first_deadline or time.monotonic() + self._seconds
            self._waiting.append(process)
            self._all[process.pid] = process

    def announced(self) -> None:
        """Note that a connection is about to be made."""
        if self._mode == "spawn":
            self._announced += 1

    def told(self, process: TemplateProcess, message: Message) -> None:
        """Take in what an interpreter reports of itself."""
        kind = message["type"]
        if kind == "IMPORTING":
            process.module = message["module"]
            process.probe_deadline = None
        elif kind == "PROBING":
            process.probe_deadline = time.monotonic() + min(_PROBE_SECONDS, self._seconds / 4)
        elif kind == "HAZARD":
            process.hazard = message["reason"]
        elif kind == "FAILED":
            process.failure = message["message"]
        elif kind == "READY":
            process.ready = True
            process.deadline = process.probe_deadline = None
            self._first_deadline = None
        elif kind == "FORKED" and not process.forks:
            self._waiting.remove(process)
            self._announced -= 1

    # -- what takes too long
    # ----------------------------------------------------------------------------------------------

    def timeout(self) -> float | None:
        """Return the seconds until `enforce` or `top_up` has something to do, or None."""
        now = time.monotonic()
        deadlines = [d for process in self._waiting for d in process.deadlines()]
        if self._retry_at > now:
            deadlines.append(self._retry_at)
        return max(0.0, min(deadlines) - now) if deadlines else None

    def enforce(self) -> None:
        """End what had its time; why is told when it has ended."""
        now = time.monotonic()
        for process in self._waiting:
            if process.probe_deadline is not None and now >= process.probe_deadline:
                process.hazard = f"after the preload of '{process.module}' a forked process hangs"
                process.deadline = process.probe_deadline = None
                _process.kill_group(process.pid)
            elif process.deadline is not None and now >= process.deadline:
                process.probe_deadline = None
                if process.late:
                    process.deadline = None
                    _process.kill_group(process.pid)
                else:
                    process.late = True
                    process.deadline = now + _DUMP_SECONDS
                    os.kill(process.pid, signal.SIGUSR2)

    # -- what ends
    # ----------------------------------------------------------------------------------------------

    def ends(self, pid: int) -> None:
        """End what an interpreter that did not get ready started; its pid is not yet free."""
        process = self._all.get(pid)
        if process is not None and not process.ready:
            _process.kill_group(pid)

    def reaped(self, pid: int, status: int, ending: str) -> None:
        """Take leave of an interpreter; `top_up` replaces it.

        Raises StartError if there is no point in that.
        """
        process = self._all.pop(pid, None)
        if process is None:
            return
        stack = process.reaped(status)
        if process not in self._waiting:
            return
        self._waiting.remove(process)
        if process.hazard is not None and process.forks:
            self._log(f"{process.hazard}; workers start cold (spawn).")
            self._mode = "spawn"
            return
        cause = self._cause(process, ending, stack)
        if self._first_deadline is not None:
            raise StartError(cause)
        now = time.monotonic()
        self._deaths.append(now)
        within = _RESTARTS_WITHIN_SECONDS + _RESTARTS * self._seconds
        if len(self._deaths) == _RESTARTS and now - self._deaths[0] < within:
            raise StartError(f"{_RESTARTS} times in {within:g} s. {cause}")
        self._log(f"{cause} Starting another.")

    def _cause(self, process: TemplateProcess, ending: str, stack: str) -> str:
        if process.failure is not None:
            return process.failure
        name = "The template" if process.forks else "A spare worker"
        if process.ready:
            return f"{name} ended with {ending}."
        what = f"importing '{process.module}'" if process.module else "starting the interpreter"
        if process.late:
            return f"{name} was not ready within {self._seconds:g} s: {what} did not end.\n{stack}"
        return (
            f"{name} ({sys.executable}) ended with {ending} before it was ready, {what}.\n{stack}"
        )
