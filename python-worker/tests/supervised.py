"""A supervisor under test, with the stand-in for the worker's code."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import reactor_udf
from reactor_udf._control import Decoder, Message, encode

MAIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from reactor_udf._subreaper import main; main()"
)
TAKE_TERMINAL = "import fcntl, termios; fcntl.ioctl({}, termios.TIOCSCTTY, 0); "
SECONDS = 20


def standin_package(directory: Path) -> Path:
    """Copy the package, with stand-ins for what evaluates, and return what to put on the path."""
    package = directory / "reactor_udf"
    package.mkdir()
    (package / "__init__.py").touch()
    for source in Path(next(iter(reactor_udf.__path__))).glob("_*.py"):
        if source.name != "__init__.py":
            shutil.copy(source, package)
    for name in ("worker", "interrupts"):
        shutil.copy(Path(__file__).with_name(f"standin_{name}.py"), package / f"_{name}.py")
    return directory


class Supervised:
    """Starts a supervisor, speaks to it, and remembers what it said."""

    def __init__(self, package: Path, terminal: int | None = None, /, **start: Any) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="udf"))
        main = MAIN if terminal is None else TAKE_TERMINAL.format(terminal) + MAIN
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", main, str(package)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"]},
            start_new_session=terminal is not None,
            pass_fds=() if terminal is None else (terminal,),
        )
        self.messages: list[Message] = []
        self._decoder = Decoder()
        self.send(
            **{
                "type": "START",
                "secret": "s3cret",
                "directory": str(self.directory),
                "listen": {"unix": str(self.directory)},
                "preload": [],
                "preloadIfInstalled": [],
                "socketBuffer": 4096,
                "workers": 1,
                **start,
            }
        )

    def __enter__(self) -> Supervised:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its input and wait for its end."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        if self.process.wait(SECONDS) != 0:
            shutil.rmtree(self.directory, ignore_errors=True)  # A killed supervisor could not.
        self.process.stdout.close()

    def send(self, **message: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(encode(message))
        self.process.stdin.flush()

    def expect(self, kind: str, **members: Any) -> Message:
        """Return the first message of this kind with these members, said already or to come."""
        assert self.process.stdout
        while True:
            for message in self.messages:
                if message["type"] == kind and members.items() <= message.items():
                    return message
            readable, _, _ = select.select([self.process.stdout], [], [], SECONDS)
            assert readable, f"no {kind} {members} among {self.messages}"
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, f"the supervisor ended; no {kind} {members} among {self.messages}"
            self.messages += self._decoder.feed(data)

    @property
    def pid(self) -> int:
        """The supervisor's own; `process` is the subreaper."""
        (pid,) = children_of(self.process.pid)
        return pid

    def take(self, kind: str, **members: Any) -> Message:
        """Return what `expect` does, and never again."""
        message = self.expect(kind, **members)
        self.messages.remove(message)
        return message

    def connect(self) -> Worker:
        return Worker(self.open())

    def open(self) -> socket.socket:
        """Announce and make a connection, whether or not a worker accepts it."""
        address = self.expect("STARTED")["address"]
        self.send(type="SPAWN")
        if "unix" in address:
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(address["unix"])
        else:
            connection = socket.create_connection((address["host"], address["port"]))
        return connection


class Worker:
    """A connection to a stand-in worker."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(SECONDS)
        with connection:
            self._stream = connection.makefile("rw", encoding="utf-8")
        self.pid = int(self.ask("pid"))

    def tell(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def answer(self) -> str:
        return self._stream.readline().strip()

    def ask(self, line: str) -> str:
        self.tell(line)
        return self.answer()

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Watched:
    """A process whose end can be waited for, though it is nobody's child here."""

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)

    def wait(self) -> None:
        ended, _, _ = select.select([self._descriptor], [], [], SECONDS)
        os.close(self._descriptor)
        assert ended


def children_of(pid: int) -> list[int]:
    """Return the pids of a process's children, the oldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants_of(pid: int) -> list[int]:
    """Return the pids of a process's children, of their children, and so on."""
    children = children_of(pid)
    return children + [below for child in children for below in descendants_of(child)]


def template_of(supervisor: int) -> int:
    """Return the pid of the template: the oldest child whose command line names it."""
    children = children_of(supervisor)
    for pid in children:
        if b"_template" in Path(f"/proc/{pid}/cmdline").read_bytes() and os.getpgid(pid) == pid:
            return pid
    raise AssertionError(f"no template among {children}")


def ahead_of(supervisor: int, *workers: int) -> int:
    """Wait for the worker that is forked ahead, and return its pid: the child that is neither the
    template nor one of the workers.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        ahead = set(children_of(supervisor)) - {template_of(supervisor), *workers}
        if ahead:
            return ahead.pop()
    raise AssertionError(f"no worker was forked ahead: {children_of(supervisor)}")
