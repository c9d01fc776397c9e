"""Asynchronous functions, which tell and wait by latches as the others do."""

import asyncio

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from latches import tell, wait

from reactor_udf import udf

running = 0
most = 0
later_waits = asyncio.Event()


@udf(returns="double")
async def hours(delay: pd.Series) -> pd.Series:
    """Later batches are done first."""
    for _ in range(10 - len(delay) % 10):
        await asyncio.sleep(0)
    return delay / 60


@udf(returns="int64")
async def together(x: pa.Array, entered: str, latch: str) -> pa.Array:
    """Give how many calls there were at once, at most; wait until the test lets it go."""
    global running, most
    running += 1
    most = max(most, running)
    tell(entered)
    await asyncio.to_thread(wait, latch)
    running -= 1
    return pa.array([most] * len(x), pa.int64())


@udf(returns="int64")
async def unhurried(x: pa.Array) -> pa.Array:
    """Let others run for a while."""
    for _ in range(100):
        await asyncio.sleep(0)
    return x


@udf(returns="int64")
async def slowly(x: pa.Array, entered: str, latch: str) -> pa.Array:
    """Say that the call runs; wait, without holding up others, until the test lets it go."""
    tell(entered)
    await asyncio.to_thread(wait, latch)
    return pc.negate(x)


async def greeting(x: int) -> str:
    await asyncio.sleep(0)
    return f"flight {x}"


@udf(returns="int64")
async def refuse(x: pa.Array, value: int, cleaned: str) -> pa.Array:
    """Raise for the batch with a value, once a later call waits; tell that the latter is cancelled."""
    if value in x.to_pylist():
        await later_waits.wait()
        raise ValueError(f"not {value}, please")
    if x[0].as_py() < value:
        return x
    later_waits.set()
    try:
        await asyncio.Event().wait()
    finally:
        tell(cleaned)


@udf(returns="int64")
async def endless(x: pa.Array, entered: str, cleaned: str) -> pa.Array:
    """Wait until cancelled, and tell that it is."""
    tell(entered)
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        tell(cleaned)
