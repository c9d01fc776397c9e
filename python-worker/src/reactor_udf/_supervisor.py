"""The supervisor: the small process that starts, signals and reaps the workers of one JVM.

It runs on the standard library alone, so that it can tell what the interpreter lacks. Its standard
input carries START, SPAWN, CANCEL, KILL and DUMP; its standard output STARTED, FAILED, EXITED,
STACK and LOG (`_control`). The end of the input stops everything: so nothing outlives a JVM,
however that ended.

The supervisor is the subreaper of its descendants. A worker's parent, by two forks of the
template or because it was spawned, is the supervisor: it alone waits for workers, and a template
that dies takes none with it. What the supervisor itself would leave is its own parent's to end
(`_subreaper`).
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import time
import traceback
from contextlib import suppress
from functools import partial

from reactor_udf import _process
from reactor_udf._cancels import Cancels
from reactor_udf._control import Decoder, Message
from reactor_udf._dumps import Dumps
from reactor_udf._interpreters import Interpreters, StartError
from reactor_udf._output import Output
from reactor_udf._reports import Reports
from reactor_udf._template_process import TemplateProcess
from reactor_udf._worker_record import WorkerRecord

_BACKLOG = 4096
_STOP_SECONDS = 4.0
_MESSAGE_LIMIT = 32768
_LIMITS = ("memoryLimit", "maxEvaluations", "maxResidentMemory")


def main() -> None:
    """Run until standard input ends.

    A signal to the terminal's process group is the JVM's to answer: it is ignored here. SIGTTIN and
    SIGTTOU are, which workers inherit, because they stop whoever uses the terminal from another
    group: ignored, they leave it an error.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for ignored in (*_process.TERMINAL_SIGNALS, signal.SIGTTIN, signal.SIGTTOU):
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
        self._decoder = decoder
        self._selector = selectors.DefaultSelector()
        self._reports = Reports(reports, self._selector)
        self._cancels = Cancels()
        self._dumps = Dumps(self._answer_dump)
        self._output = Output(partial(self._log, "stdout"), *os.pipe())
        self._errors = Output(partial(self._log, "stderr", level="WARN"), *os.pipe())
        self._workers: dict[int, WorkerRecord] = {}
        self._channels: list[TemplateProcess] = []
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
            while not (self._stopping or self._reports.broken):
                self._interpreters.top_up(len(self._workers))
                for key, _ in self._selector.select(self._timeout()):
                    # What came before in this turn may have closed it, and its number be another's.
                    if self._selector.get_map().get(key.fd) is key:
                        key.data()
                self._cancels.resend()
                self._dumps.look()
                self._interpreters.enforce()
        except StartError as failure:
            while self._errors.read():
                pass
            cause = str(failure)[:_MESSAGE_LIMIT]
            output = "\n".join(line for _, line in self._errors.recent)
            self._fail(
                f"{cause}\n{output[max(0, len(cause) + len(output) - _MESSAGE_LIMIT + 1) :]}"
            )
        except Exception:
            self._fail("The supervisor failed.\n" + traceback.format_exc())
        finally:
            self._stop()

    def _timeout(self) -> float | None:
        timeouts = (
            self._cancels.timeout(),
            self._dumps.timeout(),
            self._interpreters.timeout(),
        )
        return min((seconds for seconds in timeouts if seconds is not None), default=None)

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
            "busyWaitNanos": start.get("busyWaitNanos", 0),
            **{name: start.get(name, 0) for name in _LIMITS},
            "threads": start.get("threads")
            or max(1, len(os.sched_getaffinity(0)) // start["workers"]),
        }
        warn = partial(self._log, "supervisor", level="WARN")
        self._interpreters = Interpreters(start, self._launch, warn)

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
            if message["type"] == "SPAWN":
                self._interpreters.announced()
            pid = message.get("pid")
            worker = self._workers.get(pid) if isinstance(pid, int) else None
            if worker is None:
                continue
            if message["type"] == "CANCEL":
                self._cancels.begin(worker.pid, message["evaluation"])
            elif message["type"] == "KILL":
                _process.kill_group(worker.pid)
            elif message["type"] == "DUMP":
                self._dumps.begin(worker)

    def _log(self, source: str, line: str, *, pid: int | None = None, level: str = "INFO") -> bool:
        return self._reports.send_line(
            {"type": "LOG", "source": source, "line": line, "pid": pid, "level": level}
        )

    def _answer_dump(self, pid: int, stack: str) -> None:
        self._reports.send({"type": "STACK", "pid": pid, "stack": stack})

    def _fail(self, message: str) -> None:
        self._reports.send({"type": "FAILED", "message": message[-_MESSAGE_LIMIT:]})
        self._stopping = True

    # -- what templates and spares say
    # ----------------------------------------------------------------------------------------

    def _launch(self, mode: str) -> TemplateProcess:
        inherited = (self._listener.fileno(), self._cancels.descriptor)
        configuration = {**self._configuration, "mode": mode}
        template = TemplateProcess(configuration, inherited, self._output, self._errors)
        self._channels.append(template)
        self._selector.register(template.channel, selectors.EVENT_READ, self._read_channels)
        return template

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
            self._add_worker(message["pid"], message["descriptors"])
        elif message["type"] == "READY" and not self._started:
            self._started = True
            versions = {name: message[name] for name in ("python", "pyarrow")}
            mode = "fork" if template.forks else "spawn"
            self._reports.send(
                {"type": "STARTED", "address": self._address, "mode": mode, **versions}
            )
        self._interpreters.told(template, message)

    def _add_worker(self, pid: int, descriptors: list[int]) -> None:
        # Its pipe carries standard output and error, and what goes round Python's own streams is
        # mostly a complaint.
        forward = partial(self._log, "worker", pid=pid, level="WARN")
        worker = self._workers[pid] = WorkerRecord(pid, descriptors, forward)
        if worker.output:
            read = partial(self._read_output, worker.output)
            self._selector.register(worker.output.reader, selectors.EVENT_READ, read)

    def _read_output(self, output: Output) -> None:
        output.read()
        if output.ended:
            self._forget_output(output)

    def _forget_output(self, output: Output) -> None:
        with suppress(KeyError):  # It may have ended before.
            self._selector.unregister(output.reader)

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
            self._interpreters.ends(pid)
            _, status = os.waitpid(pid, 0)
            self._interpreters.reaped(pid, status, _ending(status))
            if pid in self._workers:
                self._cancels.forget(pid)
                self._worker_ended(self._workers.pop(pid), status)

    def _worker_ended(self, worker: WorkerRecord, status: int) -> None:
        self._dumps.end(worker.pid)
        if worker.output:
            self._forget_output(worker.output)
            worker.output.finish()
        words = {"stack": worker.stack(), "lines": worker.last_lines()}
        worker.close()
        self._reports.send({"type": "EXITED", "pid": worker.pid, **_exit_status(status), **words})

    def _stop(self) -> None:
        """End all descendants, also those that left their group, and remove the directory."""
        self._reports.finish()
        known = {*self._workers}
        if hasattr(self, "_interpreters"):
            known.update(self._interpreters.pids)
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
