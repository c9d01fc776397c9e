"""Functions that fail, print, hold on, or watch how they are ended."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pyarrow as pa

from reactor_udf import udf

events: list[str] = []
log = logging.getLogger("flights")


class Refused(ValueError):
    pass


@udf(returns="int64")
def fail_at(x: pa.Array, bad: int) -> pa.Array:
    if bad in x.to_pylist():
        raise Refused(f"{bad} is bad")
    return x


@udf(returns="int64")
def exits(x: pa.Array) -> pa.Array:
    sys.exit(3)


@udf(returns="int64")
def fail_late(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for index, array in enumerate(values):
        yield array
        if index == 1:
            raise KeyError("late")


@udf(returns="int64")
def swallow(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Try to go on, whatever happens to the input."""
    while True:
        try:
            yield next(values)
        except StopIteration:
            return
        except BaseException as error:  # what a careless function does
            events.append(type(error).__name__)
            if len(events) == 3:
                raise RuntimeError("gave up") from None


@udf(returns="int64")
def tidy(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    try:
        for array in values:
            yield array
    except BaseException as error:
        events.append(type(error).__name__)
        raise
    finally:
        events.append("closed")


@udf(returns="int64")
def fail_to_close(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    try:
        yield from values
    finally:
        raise RuntimeError("not now")


@udf(returns="int64")
def chatty(x: pa.Array) -> pa.Array:
    print("to stdout")
    print("to stderr", file=sys.stderr)
    log.info("logged %s", 1)
    log.debug("too low")
    logging.getLogger().setLevel(logging.ERROR)
    print("no end of line", end="")
    return x


@udf(returns="int64")
def long_line(x: pa.Array) -> pa.Array:
    print("x" * 20_000)
    return x


@udf(returns="int64")
def spin(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    """Say that it runs, which goes out before the second pull waits, and never end."""
    next(values)
    print("running")
    next(values)
    while True:
        pass
