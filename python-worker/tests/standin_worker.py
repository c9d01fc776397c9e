"""Stands in for the module `_worker` in tests of processes: one line in, one line out."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def import_libraries() -> None:
    """There are none."""


def serve(
    connection: socket.socket,
    secret: bytes,
    interrupts: object,
    *,
    black_box: object = None,
    limits: object = None,
    socket_buffer: int = 1 << 20,
    busy_wait: int = 0,
) -> None:
    """Obey lines until the connection ends."""
    with connection.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            command, _, argument = line.strip().partition(" ")
            answer = _obey(interrupts, black_box, command, argument)
            stream.write(f"{answer}\n")
            stream.flush()


def _obey(interrupts: object, black_box: object, command: str, argument: str) -> object:
    commands: dict[str, Callable[[], object]] = {
        "pid": os.getpid,
        "parent": os.getppid,
        "descriptors": lambda: " ".join(os.listdir("/proc/self/fd")),
        "environment": lambda: os.environ.get(argument, "-"),
        "exit": lambda: sys.exit(int(argument)),
        "raise": lambda: _raise(argument),
        "print": lambda: _print(argument),
        "evaluate": lambda: _evaluate(interrupts, int(argument)),
        "random": _random,
        "log": lambda: black_box.lines.add(argument),  # type: ignore[attr-defined]
        "write": lambda: os.write(2, f"{argument}\n".encode()),
        "flood": lambda: _flood(int(argument)),
        "crash": lambda: _crash(signal.Signals[argument]),
        "hold": _hold_the_interpreter,
        "sleep": lambda: time.sleep(600),
        "handle": lambda: signal.signal(signal.SIGUSR2, signal.Handlers[argument]),
        "mask": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]),
        "close": lambda: os.closerange(1, 3),
        "terminal": _read_terminal,
        "child": lambda: _child(detached=argument == "detached"),
    }
    return commands[command]()


def _flood(lines: int) -> None:
    block = b"".join(b"%099d\n" % number for number in range(1000))
    for _ in range(lines // 1000):
        os.write(2, block)


def _crash(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def _read_terminal() -> str:
    with open("/dev/tty", "rb", buffering=0) as terminal:
        try:
            return f"read {terminal.read(1)!r}"
        except OSError as error:
            return errno.errorcode[error.errno or 0]


def _hold_the_interpreter() -> None:
    ctypes.PyDLL(None).pause()


def _random() -> float:
    import numpy as np

    return float(np.random.random())


def _raise(message: str) -> None:
    raise RuntimeError(message)


def _print(line: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        print(line, file=stream)


def _evaluate(interrupts: object, evaluation: int) -> str:
    interrupts.evaluation = evaluation  # type: ignore[attr-defined]
    try:
        while True:
            time.sleep(60)
    except InterruptedError:
        return "cancelled"


def _child(detached: bool) -> int:
    forked = os.fork()
    if forked == 0:
        if detached:
            os.setsid()
        time.sleep(600)
        os._exit(0)
    return forked
