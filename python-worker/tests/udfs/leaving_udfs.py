"""Functions that run what a test gives them, to change the state of the process and to look."""

from __future__ import annotations

import ctypes
import decimal
import faulthandler
import gc
import locale
import logging
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from reactor_udf import udf

__all__ = [
    "ctypes",
    "decimal",
    "faulthandler",
    "gc",
    "locale",
    "logging",
    "np",
    "os",
    "random",
    "signal",
    "socket",
    "subprocess",
    "sys",
    "threading",
    "warnings",
]

threading.Thread(target=threading.Event().wait, daemon=True, name="of the module").start()


@udf(returns="string")
def run(x: pa.Array, code: str = "", look: str = "None") -> pa.Array:
    """Run code, and give what an expression is then."""
    exec(code)
    return pa.array([repr(eval(look))])


@udf(returns="int64")
def hoard(x: pa.Array) -> pa.Array:
    """Take memory in pieces of all sizes until there is none."""
    kept: list[object] = []
    size = 1 << 28
    while True:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            if size == 1:
                raise
            size //= 2


@udf(returns="int64")
def page_faults(x: pa.Array) -> pa.Array:
    """Count the pages that the arrays of 50 batches cost: eight of 800 kB each."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        [np.ones(100_000) for _ in range(8)]
    return pa.array([resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before])


@udf(returns="int64")
def read_one(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    yield from values
