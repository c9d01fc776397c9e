"""Functions that take as long, or fail as often, as the operator under test needs."""

import hashlib
import os
from collections.abc import Iterator

import pyarrow as pa
from latches import tell, wait

from reactor_udf import udf

calls = 0


@udf(returns=pa.int64())
def spin(x: pa.Array, entered: str) -> pa.Array:
    """Compute for ever, in Python."""
    tell(entered)
    while True:
        pass


@udf(returns=pa.int64())
def grind(x: pa.Array, entered: str) -> pa.Array:
    """Compute for ever, in C, which no signal handler of Python's interrupts."""
    tell(entered)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
    return x


@udf(returns=pa.int64())
def stubborn(x: pa.Array, entered: str) -> pa.Array:
    """Compute for ever and catch what can be caught."""
    tell(entered)
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


@udf(returns=pa.int64())
def hold(x: pa.Array, entered: str, latch: str) -> pa.Array:
    tell(entered)
    wait(latch)
    return x


@udf(returns=pa.int64())
def process_of_iterator(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for x in columns:
        yield pa.array([os.getpid()] * len(x), pa.int64())


@udf(returns=pa.int64())
def fail_twice(x: pa.Array) -> pa.Array:
    global calls
    calls += 1
    if calls <= 2:
        raise OSError(f"call {calls} of this worker")
    return x
