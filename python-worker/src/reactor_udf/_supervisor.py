"""The supervisor: the small process that starts, signals and reaps the workers of one JVM.

It runs on the standard library alone, so that it can tell what the interpreter lacks. Its standard
input carries START, CANCEL and KILL; its standard output STARTED, FAILED, EXITED and LOG
(`_control`). The end of the input stops everything: so nothing outlives a JVM, however that ended.

The supervisor is the subreaper of its descendants. A worker's parent, by two forks of the
template, is the supervisor: it alone waits for workers, and a template that dies takes none with
it.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import sys
import time
import traceback
from collections import deque
from functools import partial

from reactor_udf import _process
from reactor_udf._cancels import Cancels
from reactor_udf._control import Decoder, Message, encode
from reactor_udf._output import Output
from reactor_udf._template_process import TemplateProcess

_BACKLOG = 4096
_RESTARTS = 5
_RESTARTS_WITHIN_SECONDS = 60.0
_STOP_SECONDS = 4.0
_MESSAGE_LIMIT = 32768


def main() -> None:
    """Run until standard input ends.

    A signal to the terminal's process group is the JVM's to answer: it is ignored here.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    commands, reports = _take_standard_streams()
    decoder = Decoder()
    while not (messages := decoder.feed(data := os.read(commands, 65536))):
        if not data:
            return
    supervisor = Supervisor(commands, reports, decoder)
    supervisor.run(messages)


def _take_standard_streams() -> tuple[int, int]:
    """Move control away from 0 and 1, where a stray read or print would break it."""
    commands, reports = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return commands, reports


class Supervisor:
    """One event loop over what the JVM commands, the template reports and children print."""

    def __init__(self, commands: int, reports: int, decoder: Decoder) -> None:
        self._commands = commands
        self._reports = reports
        self._decoder = decoder
        self._selector = selectors.DefaultSelector()
        self._cancels = Cancels()
        self._output = Output(partial(self._log, "stdout"))
        self._errors = Output(partial(self._log, "stderr"))
        self._workers: set[int] = set()
        self._channels: list[TemplateProcess] = []
        self._template_deaths: deque[float] = deque(maxlen=_RESTARTS)
        self._started = False
        self._stopping = False
        self._directory: str | None = None

    def run(self, messages: list[Message]) -> None:
        """Handle what came first, START, and then all that comes, and leave nothing behind."""
        try:
            _process.become_subreaper()
            self._watch_signals()
            self._selector.register(self._commands, selectors.EVENT_READ, self._read_commands)
            for pipe in (self._output, self._errors):
                self._selector.register(pipe.reader, selectors.EVENT_READ, pipe.read)
            self._start(messages[0])
            self._obey(messages[1:])
            while not self._stopping:
                for key, _ in self._selector.select(self._cancels.timeout()):
                    key.data()
                self._cancels.resend()
        except Exception:
            self._fail("The supervisor failed.\n" + traceback.format_exc())
        finally:
            self._stop()

    def _watch_signals(self) -> None:
        self._wakeups, wakeup = socket.socketpair()
        self._wakeup = wakeup
        for end in (self._wakeups, wakeup):
            end.setblocking(False)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_stopping", True))
        self._selector.register(self._wakeups, selectors.EVENT_READ, self._read_wakeups)

    # -- what the JVM says
    # ---------------------------------------------------------------------------------------------

    def _start(self, start: Message) -> None:
        self._directory = start["directory"]
        listen: dict[str, str] = start["listen"]
        if "unix" in listen:
            self._listener = socket.socket(socket.AF_UNIX)
            path = os.path.join(listen["unix"], "socket")
            self._listener.bind(path)
            self._address: Message = {"unix": path}
        else:
            self._listener = socket.socket(socket.AF_INET)
            self._listener.bind((listen["tcp"], 0))
            host, port = self._listener.getsockname()
            self._address = {"host": host, "port": port}
        self._listener.listen(_BACKLOG)
        self._listener.setblocking(False)
        self._configuration = {
            "type": "CONFIGURE",
            "supervisor": os.getpid(),
            "listener": self._listener.fileno(),
            "family": int(self._listener.family),
            "cancels": self._cancels.descriptor,
            "cancelsLength": self._cancels.length,
            "secret": start["secret"],
            "preload": start["preload"],
            "preloadIfInstalled": start["preloadIfInstalled"],
            "socketBuffer": start["socketBuffer"],
            "threads": max(1, len(os.sched_getaffinity(0)) // start["workers"]),
        }
        self._start_template()

    def _read_commands(self) -> None:
        data = os.read(self._commands, 65536)
        if data:
            self._obey(self._decoder.feed(data))
        else:
            self._stopping = True

    def _obey(self, messages: list[Message]) -> None:
        # A worker reports itself before it answers the JVM: it is known before the JVM can name it.
        self._read_channels()
        for message in messages:
            pid = message.get("pid")
            if pid not in self._workers:
                continue
            if message["type"] == "CANCEL":
                self._cancels.begin(pid, message["evaluation"])
            elif message["type"] == "KILL":
                _process.kill_group(pid)

    def _send(self, message: Message) -> None:
        frame = encode(message)
        try:
            while frame:
                frame = frame[os.write(self._reports, frame) :]
        except BrokenPipeError:
            self._stopping = True

    def _log(self, source: str, line: str) -> None:
        self._send({"type": "LOG", "source": source, "line": line})

    def _fail(self, message: str) -> None:
        self._send({"type": "FAILED", "message": message[-_MESSAGE_LIMIT:]})
        self._stopping = True

    # -- what the template says
    # ----------------------------------------------------------------------------------------

    def _start_template(self) -> None:
        inherited = (self._listener.fileno(), self._cancels.descriptor)
        self._template = TemplateProcess(self._configuration, inherited, self._output, self._errors)
        self._channels.append(self._template)
        self._selector.register(self._template.channel, selectors.EVENT_READ, self._read_channels)

    def _read_channels(self) -> None:
        """Read every channel to its end: a worker may report itself after its template died."""
        for template in list(self._channels):
            for message in template.read():
                self._told(template, message)
            if template.silent:
                self._selector.unregister(template.channel)
                self._channels.remove(template)
                template.channel.close()

    def _told(self, template: TemplateProcess, message: Message) -> None:
        if message["type"] == "FORKED":
            self._workers.add(message["pid"])
        elif message["type"] == "FAILED":
            template.failure = message["message"]
        elif message["type"] == "READY":
            template.ready = True
            if not self._started:
                self._started = True
                versions = {name: message[name] for name in ("python", "pyarrow")}
                self._send({"type": "STARTED", "address": self._address, **versions})

    def _template_ended(self, status: int) -> None:
        template = self._template
        template.reaped(status)
        now = time.monotonic()
        self._template_deaths.append(now)
        often = (
            len(self._template_deaths) == _RESTARTS
            and now - self._template_deaths[0] < _RESTARTS_WITHIN_SECONDS
        )
        if template.ready and not often:
            self._log("supervisor", f"The template ended with {_ending(status)}; starting another.")
            self._start_template()
            return
        while self._errors.read():
            pass
        when = f"{_RESTARTS} times in a minute" if template.ready else "before it was ready"
        self._fail(
            template.failure
            or f"{sys.executable} ended with {_ending(status)} {when}.\n"
            + "\n".join(self._errors.recent)
        )

    # -- children that end
    # ---------------------------------------------------------------------------------------------

    def _read_wakeups(self) -> None:
        try:
            while self._wakeups.recv(4096):
                pass
        except BlockingIOError:
            pass
        self._reap()

    def _reap(self) -> None:
        while not self._stopping:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            # Now that it ended, what it reported stands in the channel.
            self._read_channels()
            pid = ended.si_pid
            if pid in self._workers:
                # Before its pid is free: what it started and left in its group ends with it.
                _process.kill_group(pid)
            _, status = os.waitpid(pid, 0)
            if pid == self._template.pid:
                self._template_ended(status)
            elif pid in self._workers:
                self._workers.remove(pid)
                self._cancels.forget(pid)
                self._send({"type": "EXITED", "pid": pid, **_exit_status(status)})

    def _stop(self) -> None:
        """End all descendants, also those that left their group, and remove the directory."""
        known = {*self._workers}
        if hasattr(self, "_template"):
            known.add(self._template.pid)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            for pid in known.union(_process.children()):
                _process.kill_group(pid)
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid:
                known.discard(pid)
            else:
                time.sleep(0.002)
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)


def _exit_status(status: int) -> Message:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return {"exitCode": code}
    return {"signal": -code, "signalName": _signal_name(-code)}


def _ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else f"signal {-code} ({_signal_name(-code)})"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"  # A real-time signal.
