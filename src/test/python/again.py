"""Functions that fail the first time, each in its way, and then don't."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from reactor_udf import udf


def fail() -> None:
    raise ValueError("the first time")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(86400)


def give_text() -> pa.Array:
    return pa.array(["text"])


WAYS: dict[str, Callable[[], Any]] = {way.__name__: way for way in (fail, die, hang, give_text)}


@udf(returns=pa.int64())
def once(x: pa.Array, how: str, mark: str) -> pa.Array:
    try:
        os.open(mark, os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return x
    return WAYS[how]()


@udf(returns=pa.int64())
def always(x: pa.Array, how: str) -> pa.Array:
    return WAYS[how]()
