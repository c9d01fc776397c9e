"""The batches that contenders in Python are given; the JVM makes the same ones."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from child import Scenario

#: How many columns the batches of the workload ``wide`` have; two are read.
WIDE_COLUMNS = 100

_INTEGERS = ["x"]
_COLUMNS_READ = {"strings": ["s"], "wide": ["c0", "c1"]}


def columns_read(workload: str) -> list[str]:
    """Return the columns that a workload's functions read."""
    return _COLUMNS_READ.get(workload, _INTEGERS)


def batches(scenario: Scenario) -> list[pa.RecordBatch]:
    """Return the columns that are read, row i made of i, in batches of the scenario's size."""
    starts = range(0, scenario.rows, scenario.batch_rows)
    return [
        _batch(scenario.function, start, min(start + scenario.batch_rows, scenario.rows))
        for start in starts
    ]


def _batch(workload: str, start: int, end: int) -> pa.RecordBatch:
    rows = pa.array(range(start, end), pa.int64())
    names = columns_read(workload)
    if workload == "strings":
        texts = [None if row % 10 == 0 else f"row {row}" for row in range(start, end)]
        return pa.record_batch([pa.array(texts, pa.string())], names)
    return pa.record_batch([pc.add(rows, offset) for offset in range(len(names))], names)
