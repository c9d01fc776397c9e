"""The template: the process that imports libraries once and forks a worker for each connection.

It has no threads and calls nothing of the libraries it imports: a lock that is held or a thread
that is lost at the fork would hang the worker. User code never runs here. It ends when its channel
to the supervisor does.

In SPAWN mode the same code is a spare: it imports, accepts one connection, and is its worker.
"""

from __future__ import annotations

import faulthandler
import gc
import mmap
import os
import platform
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from reactor_udf import _process
from reactor_udf._control import Decoder, Message, encode
from reactor_udf._imports import HazardousImportError, Imports
from reactor_udf._limits import MemoryLimitError, require_room, suit_allocators
from reactor_udf._threads import Setter, loaded_setters
from reactor_udf._threads import environment as thread_variables


def main() -> None:
    """Import, report, and fork workers until the supervisor is gone."""
    _lead_group()
    channel = socket.socket(fileno=int(sys.argv[2]))
    channel.set_inheritable(False)
    decoder = Decoder()
    while not (messages := decoder.feed(data := channel.recv(65536))):
        if not data:
            return
    configuration = messages[0]
    # An import can take long, and the end of the channel is not seen meanwhile.
    _process.die_with_parent(configuration["supervisor"])
    suit_allocators(configuration["memoryLimit"])
    forks = configuration["mode"] == "fork"
    imports = Imports(channel, probing=forks)
    try:
        with _stack_on_request(configuration["stack"]):
            imports.run(configuration["preload"], configuration["preloadIfInstalled"])
            imports.started("reactor_udf")
            template = Template(channel, configuration)
    except HazardousImportError as hazard:
        channel.sendall(encode({"type": "HAZARD", "reason": str(hazard)}))
        sys.exit(1)
    except BaseException as error:
        message = _explain(error, imports.module)
        channel.sendall(encode({"type": "FAILED", "message": message}))
        sys.exit(1)
    if forks:
        template.prepare_forking()
    channel.sendall(
        encode(
            {"type": "READY", "python": platform.python_version(), "pyarrow": _pyarrow_version()}
        )
    )
    template.run()


@contextmanager
def _stack_on_request(descriptor: int) -> Iterator[None]:
    """Write where an import hangs or crashes; on SIGUSR2 end then, which says that all is written.

    `faulthandler` does it also while C code holds the interpreter's lock.
    """
    faulthandler.enable(file=descriptor)
    faulthandler.register(signal.SIGUSR2, file=descriptor, chain=True)
    try:
        yield
    finally:
        faulthandler.unregister(signal.SIGUSR2)
        faulthandler.disable()
        os.close(descriptor)


class Template:
    """Accepts connections and hands each to a worker that it forked ahead, or turns into the worker
    of one.
    """

    def __init__(self, channel: socket.socket, configuration: Message) -> None:
        # A failure to import them is reported.
        from reactor_udf._worker import import_libraries  # noqa: PLC0415
        from reactor_udf._worker_process import run  # noqa: PLC0415

        import_libraries()
        require_room(configuration["memoryLimit"])
        self._run = run
        self._channel = channel
        self._configuration = configuration
        self._supervisor: int = configuration["supervisor"]
        self._listener = socket.socket(configuration["family"], fileno=configuration["listener"])
        self._listener.set_inheritable(False)
        self._cancels = mmap.mmap(configuration["cancels"], configuration["cancelsLength"])
        os.close(configuration["cancels"])
        self._selector = (
            selectors.PollSelector()
        )  # No descriptor of its own that a worker would inherit.
        self._selector.register(channel, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._forks: bool = configuration["mode"] == "fork"
        self._thread_setters: list[Setter] = []
        self._ahead: socket.socket | None = None

    def prepare_forking(self) -> None:
        """Leave what was imported shared with the workers: their collector does not touch it."""
        if self._configuration["threads"] > 1:
            self._thread_setters = loaded_setters()
        gc.collect()
        gc.freeze()
        self._ahead = self._fork_ahead()

    def run(self) -> None:
        """Serve connections; return when the supervisor is gone."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._channel:
                    return
                try:
                    connection, _ = self._listener.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue
                with connection:
                    if self._forks:
                        self._fork(connection)
                    else:
                        self._work(connection)
                # The connection is closed here: what is forked now has none of a worker's.
                self._ahead = self._fork_ahead()

    def _fork(self, connection: socket.socket) -> None:
        """Hand the connection to a worker."""
        if not self._hand_over(connection):  # It was killed, or there is none.
            self._ahead = self._fork_ahead()
            self._hand_over(connection)

    def _hand_over(self, connection: socket.socket) -> bool:
        """Hand the connection to the worker that was forked ahead; return whether it took it."""
        if self._ahead is None:
            return False
        try:
            with self._ahead as channel:
                socket.send_fds(channel, [b"\0"], [connection.fileno()])
        except OSError:
            return False
        return True

    def _fork_ahead(self) -> socket.socket | None:
        """Fork the next worker, by a process that ends at once: so its parent is the supervisor,
        which outlives this process. Return the channel to the worker.
        """
        ours, theirs = socket.socketpair()
        try:
            between = os.fork()
        except OSError as error:
            print(f"A worker could not be forked: {error}", file=sys.stderr, flush=True)
            ours.close()
            theirs.close()
            return None
        if between == 0:
            ours.close()
            self._between(theirs)
        theirs.close()
        os.waitpid(between, 0)
        return ours

    def _between(self, channel: socket.socket) -> NoReturn:
        between = os.getpid()
        try:
            if os.fork():
                os._exit(0)
        except OSError as error:
            os.write(2, f"A worker could not be forked: {error}\n".encode())
            os._exit(1)
        try:
            self._leave(between)
            self._work(_receive(channel))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _work(self, connection: socket.socket) -> NoReturn:
        self._listener.close()
        self._run(connection, self._channel, self._configuration, self._cancels)

    def _leave(self, between: int) -> None:
        """Become the supervisor's child, without what the template withheld or a fork makes alike
        in all workers.
        """
        _lead_group()
        threads = self._configuration["threads"]
        os.environ.update(thread_variables(threads))
        for set_threads in self._thread_setters:
            set_threads(threads)
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        # Last: what is between takes as long to end.
        while os.getppid() == between:
            time.sleep(0.0002)
        _process.die_with_parent(self._supervisor)


def _receive(channel: socket.socket) -> socket.socket:
    """Wait for the connection that the template hands over; exit if the template ended."""
    with channel:
        descriptors = socket.recv_fds(channel, 1, 1)[1]
    if not descriptors:
        os._exit(0)
    connection = socket.socket(fileno=descriptors[0])
    connection.set_inheritable(False)
    return connection


def _lead_group() -> None:
    """Lead a process group of the JVM's session.

    Not a session of one's own: the kernel schedules sessions as groups (`sched_autogroup`), and
    hands a processor on between two groups only when the time slice of one is over.
    """
    os.setpgid(0, 0)


def _pyarrow_version() -> str | None:
    return getattr(sys.modules.get("pyarrow"), "__version__", None)


def _explain(error: BaseException, module: str) -> str:
    if isinstance(error, MemoryLimitError):
        return str(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        return (
            f"The Python {platform.python_version()} at {sys.executable} has no package "
            f"'{package}', which importing '{module}' needs. Install it: "
            f"'{sys.executable} -m pip install {package}', or let "
            f"PythonEnvironment.managed(…) make an environment that has it."
        )
    return f"The Python at {sys.executable} could not import '{module}'.\n" + "".join(
        traceback.format_exception(error)
    )
