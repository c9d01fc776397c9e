"""The template: the process that imports libraries once and forks a worker for each connection.

It has no threads and calls nothing of the libraries it imports: a lock that is held or a thread
that is lost at the fork would hang the worker. User code never runs here. It ends when its channel
to the supervisor does.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import importlib.util
import mmap
import os
import platform
import selectors
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from typing import NoReturn

from reactor_udf import _process
from reactor_udf._control import Decoder, Message, encode


def main() -> None:
    """Import, report, and fork workers until the supervisor is gone."""
    channel = socket.socket(fileno=int(sys.argv[2]))
    channel.set_inheritable(False)
    decoder = Decoder()
    while not (messages := decoder.feed(data := channel.recv(65536))):
        if not data:
            return
    configuration = messages[0]
    # An import can take long, and the end of the channel is not seen meanwhile.
    _process.die_with_parent(configuration["supervisor"])
    try:
        _import_libraries(configuration)
        template = Template(channel, configuration)
    except BaseException as error:
        channel.sendall(encode({"type": "FAILED", "message": _explain(error)}))
        sys.exit(1)
    gc.collect()
    # What was imported stays shared with the workers: their collector does not touch it.
    gc.freeze()
    channel.sendall(
        encode(
            {"type": "READY", "python": platform.python_version(), "pyarrow": _pyarrow_version()}
        )
    )
    template.run()


class Template:
    """Accepts connections and turns each into a worker."""

    def __init__(self, channel: socket.socket, configuration: Message) -> None:
        from reactor_udf._interrupts import Interrupts  # noqa: PLC0415 - its failure is reported
        from reactor_udf._worker import serve  # noqa: PLC0415 - its failure is reported

        self._interrupts = Interrupts
        self._serve = serve
        self._channel = channel
        self._configuration = configuration
        self._secret: bytes = configuration["secret"].encode()
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

    def run(self) -> None:
        """Fork a worker for each connection; return when the supervisor is gone."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._channel:
                    return
                try:
                    connection, _ = self._listener.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue
                with connection:
                    self._fork(connection)

    def _fork(self, connection: socket.socket) -> None:
        """Fork twice: the worker's parent is then the supervisor, which outlives this process."""
        try:
            between = os.fork()
        except OSError as error:
            print(f"A worker could not be forked: {error}", file=sys.stderr, flush=True)
            return
        if between:
            os.waitpid(between, 0)
            return
        between = os.getpid()
        try:
            forked = os.fork()
        except OSError as error:
            os.write(2, f"A worker could not be forked: {error}\n".encode())
            os._exit(1)
        if forked:
            os._exit(0)
        self._work(connection, between)

    def _work(self, connection: socket.socket, between: int) -> NoReturn:
        status = 1
        try:
            os.setsid()
            while os.getppid() == between:
                time.sleep(0.0002)
            _process.die_with_parent(self._supervisor)
            self._channel.sendall(encode({"type": "FORKED", "pid": os.getpid()}))
            self._channel.close()
            self._listener.close()
            for ignored in (signal.SIGINT, signal.SIGHUP):
                signal.signal(ignored, signal.SIG_DFL)
            _restore(self._configuration["threads"])
            faulthandler.enable()
            interrupts = self._interrupts(self._cancels)
            interrupts.install()
            self._serve(
                connection,
                self._secret,
                interrupts,
                socket_buffer=self._configuration["socketBuffer"],
            )
            status = 0
        except SystemExit as leaving:
            status = (
                leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
            )
        except BaseException:
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                # The supervisor is gone, or user code closed the stream: there is nobody to tell.
                with suppress(OSError, ValueError):
                    stream.flush()
            os._exit(status)


def _restore(threads: int) -> None:
    """Give the worker what the template withheld or what a fork would make alike in all workers."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _import_libraries(configuration: Message) -> None:
    for name in configuration["preload"]:
        _import(name)
    for name in configuration["preloadIfInstalled"]:
        if importlib.util.find_spec(name) is None:
            continue
        try:
            _import(name)
        except Exception:
            print(
                f"{name} is installed and can't be imported:\n{traceback.format_exc()}",
                file=sys.stderr,
                flush=True,
            )


def _import(name: str) -> None:
    before = _process.thread_count()
    importlib.import_module(name)
    left = _process.thread_count() - before
    if left > 0:
        print(
            f"Importing {name} left {left} threads running; they do not exist in workers, "
            "which may hang. Import it in "
            "the module of your function instead of preloading it.",
            file=sys.stderr,
            flush=True,
        )


def _pyarrow_version() -> str | None:
    return getattr(sys.modules.get("pyarrow"), "__version__", None)


def _explain(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        return (
            f"The Python {platform.python_version()} at {sys.executable} has no package "
            f"'{package}'. Install it: '{sys.executable} -m pip install {package}', or let "
            f"PythonEnvironment.managed(…) make an environment that has it."
        )
    return f"The Python at {sys.executable} could not import what workers need.\n" + "".join(
        traceback.format_exception(error)
    )
