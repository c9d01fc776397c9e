"""Stands in for the module `_worker` in tests of processes: one line in, one line out."""

import os
import socket
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def serve(
    connection: socket.socket, secret: bytes, interrupts: object, *, socket_buffer: int = 1 << 20
) -> None:
    """Obey lines until the connection ends."""
    with connection.makefile("rw", encoding="utf-8") as stream:
        for line in stream:
            command, _, argument = line.strip().partition(" ")
            answer = _obey(interrupts, command, argument)
            stream.write(f"{answer}\n")
            stream.flush()


def _obey(interrupts: object, command: str, argument: str) -> object:
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
        "child": lambda: _child(detached=argument == "detached"),
    }
    return commands[command]()


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
