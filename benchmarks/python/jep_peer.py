"""What Jep calls, in the JVM's own process: batches cross by the Arrow C data interface, both ways."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

import functions


def prepare(workload: str, form: str, schema: int, given: int, result: int) -> Callable[[], None]:
    """Return what evaluates the batch at ``given`` into ``result``; all are addresses of C structs."""
    call, names = functions.evaluator(workload, form), functions.WORKLOADS[workload]
    import_batch, from_arrays = pa.RecordBatch._import_from_c, pa.RecordBatch.from_arrays
    known = pa.Schema._import_from_c(schema)

    def evaluate() -> None:
        batch = import_batch(given, known)
        from_arrays(call(batch.columns), names)._export_to_c(result)

    return evaluate
