"""Batches of groups, and the rows of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from jvm import Jvm, output_schema

from reactor_udf._frames import Complete, Error, Payload, Prepared, RequestN, StageRequest

KX = pa.schema([("k", pa.int64()), ("x", pa.int64())])


def kx(*batches: Sequence[tuple[int | None, int | None]]) -> list[pa.RecordBatch]:
    """Batches of rows of ``k`` and ``x``."""
    return [pa.RecordBatch.from_pylist([{"k": k, "x": x} for k, x in b], KX) for b in batches]


def rows(outputs: Sequence[pa.RecordBatch]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for output in outputs for row in output.to_pylist()]


def next_batch(jvm: Jvm, prepared: Prepared) -> pa.RecordBatch:
    """The next batch, whatever is granted before it."""
    while isinstance(frame := jvm.receive(), RequestN):
        pass
    assert isinstance(frame, Payload), frame
    return pa.ipc.read_record_batch(frame.message, output_schema(prepared))


def outcome(
    jvm: Jvm, batches: Sequence[pa.RecordBatch], *stages: StageRequest
) -> tuple[list[tuple[Any, ...]], str | None]:
    """The rows that came, and the message of the error that ended the evaluation."""
    outputs, end = jvm.run_to_end(jvm.prepare(batches[0].schema, *stages), batches)
    assert isinstance(end, (Complete, Error))
    return rows(outputs), end.message if isinstance(end, Error) else None
