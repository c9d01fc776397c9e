"""The fault kit: functions that leave things behind, or say more than anybody wants to hear."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pyarrow as pa

from reactor_udf import udf

_LINE = "x" * 1023 + "\n"
_kept: list[object] = []


def _leak_memory(amount: int) -> None:
    _kept.append(bytearray(b"x" * amount))


def _leak_threads(amount: int) -> None:
    for _ in range(amount):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def _leak_descriptors(amount: int) -> None:
    for _ in range(amount):
        os.open(os.devnull, os.O_RDONLY)


def _leak_children(amount: int) -> None:
    command = ["sleep", "86400"]
    _kept.extend(subprocess.Popen(command, start_new_session=True) for _ in range(amount))


def _flood_stdout(amount: int) -> None:
    for _ in range(amount // len(_LINE)):
        sys.stdout.write(_LINE)


def _flood_stdout_without_lines(amount: int) -> None:
    for _ in range(amount // len(_LINE)):
        sys.stdout.write(_LINE[:-1])


def _flood_descriptor(descriptor: int) -> Callable[[int], None]:
    """Write as C code does, past what Python calls its streams."""

    def flood(amount: int) -> None:
        data = _LINE.encode() * 64
        while amount > 0:
            amount -= os.write(descriptor, data)

    return flood


def _flood_log(amount: int) -> None:
    logger = logging.getLogger("flood")
    for _ in range(amount // len(_LINE)):
        logger.warning(_LINE[:-1])


WAYS: dict[str, Callable[[int], None]] = {
    "memory": _leak_memory,
    "threads": _leak_threads,
    "descriptors": _leak_descriptors,
    "children": _leak_children,
    "stdout": _flood_stdout,
    "no lines": _flood_stdout_without_lines,
    "fd 1": _flood_descriptor(1),
    "fd 2": _flood_descriptor(2),
    "log": _flood_log,
}


@udf(returns=pa.int64())
def in_call(x: pa.Array, what: str, amount: int) -> pa.Array:
    WAYS[what](amount)
    return x


@udf(returns=pa.schema([("x", pa.int64())]))
def endless(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give the first batch for ever."""
    first = next(batches)
    while True:
        yield first
