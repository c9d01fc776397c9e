"""Functions that do not come back, each in its way."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
from latches import tell

from reactor_udf import udf


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(86400)


def swallow() -> None:
    """Catch whatever is raised, and go on."""
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def deadlock(library: Any) -> None:
    """Lock a mutex twice, in C: no signal ends that wait."""
    mutex = ctypes.create_string_buffer(64)
    library.pthread_mutex_lock(mutex)
    library.pthread_mutex_lock(mutex)


def hold_interpreter() -> None:
    deadlock(ctypes.PyDLL(None))


def mask_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    deadlock(ctypes.CDLL(None))


def ignore_signals() -> None:
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    loop()


def wait_for_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def wait_for_child() -> None:
    subprocess.run(["sleep", "86400"], check=False)


def stop() -> None:
    """Stand still, as a debugger or a shell's job control makes a process do."""
    os.kill(os.getpid(), signal.SIGSTOP)


WAYS: dict[str, Callable[[], None]] = {
    way.__name__: way
    for way in (
        loop,
        sleep,
        swallow,
        hold_interpreter,
        mask_signals,
        ignore_signals,
        wait_for_lock,
        wait_for_child,
        stop,
    )
}


@udf(returns=pa.int64())
def hang(x: pa.Array, how: str, entered: str = "") -> pa.Array:
    if entered:
        tell(entered)
    WAYS[how]()
    return x


@udf(returns=pa.int64())
def hang_in_third(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for index, x in enumerate(columns):
        if index == 2:
            sleep()
        yield x


@udf(returns=pa.int64())
def hang_at_the_end(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from columns
    sleep()


@udf(returns=pa.int64())
def hang_in_setup(columns: Iterator[pa.Array], how: str) -> Iterator[pa.Array]:
    WAYS[how]()
    yield from columns


@udf(returns=pa.int64())
def hang_when_closed(columns: Iterator[pa.Array], how: str) -> Iterator[pa.Array]:
    try:
        yield from columns
    finally:
        WAYS[how]()


@udf(returns=pa.schema([("x", pa.int64())]))
def read_without_end(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Take every batch, give none of them."""
    for _ in batches:
        pass
    yield from ()


@udf(returns=pa.int64())
def process(x: pa.Array) -> pa.Array:
    return pa.array([os.getpid()] * len(x), pa.int64())
