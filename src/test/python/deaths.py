"""The fault kit: ways for a process to end. Batches before ``batch`` pass unharmed."""

import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator

import pyarrow as pa

from reactor_udf import udf


def _overflow_stack() -> None:
    """Recurse through C, which has no limit but the stack."""
    sys.setrecursionlimit(10**8)
    callback: Callable[[], None]

    @ctypes.CFUNCTYPE(None)
    def recurse() -> None:
        callback()

    callback = recurse
    callback()


def _exhaust_memory() -> None:
    """Take more than the process may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, hard))
    bytearray(1 << 34)


def _exit_from_thread() -> None:
    thread = threading.Thread(target=os._exit, args=(3,))
    thread.start()
    thread.join()


def _leave_grandchild() -> None:
    """Leave the connection to a process that left group and session, and die."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.pause()
        os._exit(0)
    os._exit(3)


WAYS: dict[str, Callable[[], object]] = {
    "os._exit": lambda: os._exit(3),
    "sys.exit": lambda: sys.exit(3),
    "exit from thread": _exit_from_thread,
    "segmentation fault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "stack overflow": _overflow_stack,
    "memory": _exhaust_memory,
    "grandchild": _leave_grandchild,
}


def die(how: str) -> None:
    """End by a name of ``WAYS`` or of a signal."""
    if how in WAYS:
        WAYS[how]()
    else:
        os.kill(os.getpid(), signal.Signals[how])


@udf(returns=pa.int64())
def in_batch(columns: Iterator[pa.Array], how: str, batch: int = 0) -> Iterator[pa.Array]:
    for index, x in enumerate(columns):
        if index == batch:
            die(how)
        yield x


@udf(returns=pa.int64())
def in_call(x: pa.Array, how: str) -> pa.Array:
    die(how)
    return x


@udf(returns=pa.int64())
def in_close(columns: Iterator[pa.Array], how: str) -> Iterator[pa.Array]:
    try:
        yield from columns
    finally:
        die(how)
