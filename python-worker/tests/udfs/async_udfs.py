"""Asynchronous functions, steered by what the test does."""

from __future__ import annotations

import asyncio
import threading

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import context, udf

events: dict[int, threading.Event] = {}
started: list[int] = []
ended: list[str] = []


def reset() -> None:
    started.clear()
    ended.clear()
    events.clear()


async def _until(number: int) -> None:
    """Wait for what the test says of a batch: from its thread, which is another one."""
    event = events.setdefault(number, threading.Event())
    while not event.is_set():
        await asyncio.sleep(0.001)


@udf(returns="int64")
async def plus_one(x: pd.Series) -> pd.Series:
    await asyncio.sleep(0)
    return x + 1


@udf(returns="int64")
async def steered(x: pa.Array) -> pa.Array:
    first = x[0].as_py()
    started.append(first)
    try:
        await _until(first)
    except asyncio.CancelledError:
        await asyncio.sleep(0)
        ended.append(f"cancelled {first}")
        raise
    if first < 0:
        raise ValueError(f"negative: {first}")
    return pc.multiply(x, 10)


async def row(x: int) -> int:
    started.append(x)
    await _until(x)
    return -x


@udf(returns="int64")
async def threaded(x: pa.Array) -> pa.Array:
    return await asyncio.to_thread(pc.negate, x)


@udf(returns="string")
async def tenant(x: pa.Array) -> pa.Array:
    await asyncio.sleep(0)
    return pa.array([context.get()["tenant"]] * len(x))


@udf(returns="int64")
async def too_short(x: pa.Array) -> pa.Array:
    return x[1:]


@udf(returns="int64")
async def leaving(x: pa.Array) -> pa.Array:
    raise SystemExit(3)


@udf(returns="int64")
async def spin(x: pa.Array) -> pa.Array:
    while True:
        pass
