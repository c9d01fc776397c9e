"""Functions that do what a function should not do to its process, and some that merely may."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pyarrow as pa

from reactor_udf import udf


@udf(returns=pa.int64())
def child_process(x: pa.Array) -> pa.Array:
    """Start a process that goes on for ever, and tell its id."""
    child = subprocess.Popen(["sleep", "86400"])
    return pa.array([child.pid] * len(x), pa.int64())


@udf(returns=pa.int64())
def die_with_a_fork(x: pa.Array) -> pa.Array:
    """Leave the connection in the hands of a child, and die."""
    if os.fork() == 0:
        time.sleep(86400)
    os._exit(3)


@udf(returns=pa.int64())
def raise_long(x: pa.Array) -> pa.Array:
    raise ValueError("long " * 5_000_000)


@udf(returns=pa.int64())
def raise_surrogate(x: pa.Array) -> pa.Array:
    raise ValueError("half a character: \ud800")


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@udf(returns=pa.int64())
def raise_unspeakable(x: pa.Array) -> pa.Array:
    raise Unspeakable


@udf(returns=pa.int64())
def recurse(x: pa.Array) -> pa.Array:
    return recurse(x)


@udf(returns=pa.int64())
def write_to_streams(x: pa.Array, text: str) -> pa.Array:
    """Write to both streams, also past Python, and read the end of the input."""
    print(text, "printed")
    print(text, "complained", file=sys.stderr)
    os.write(1, f"{text} written\n".encode())
    assert sys.stdin.read() == ""
    return x


@udf(returns=pa.int64())
def no_iterator(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    return None  # type: ignore[return-value]


@udf(returns=pa.int64())
def a_list(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    return list(columns)  # type: ignore[return-value]


@udf(returns=pa.bool_())
def is_nan(x: pa.Array, value: float) -> pa.Array:
    return pa.array([math.isnan(value)] * len(x), pa.bool_())


@udf(returns=pa.bool_())
def odd_pairs(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Give bits at borders that are not those of bytes."""
    for x in columns:
        odd = pa.array([value.as_py() % 2 == 1 for value in x], pa.bool_())
        yield odd[:3]
        yield odd[3:]
