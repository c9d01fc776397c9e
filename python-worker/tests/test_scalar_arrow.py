from __future__ import annotations

import pyarrow as pa
from jvm import Jvm, stage

SCHEMA = pa.schema([("x", pa.int64()), ("z", pa.string()), ("y", pa.int64())])


def batch(*rows: tuple[int | None, str | None, int | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [dict(zip("xzy", row, strict=True)) for row in rows], schema=SCHEMA
    )


def test_scalar(jvm: Jvm) -> None:
    prepared = jvm.prepare(SCHEMA, stage("arrow_udfs:add"))
    assert prepared.reads == (0, 2)
    assert prepared.row_aligned
    outputs, _ = jvm.run_to_end(prepared, [batch((1, "a", 2), (None, "b", 3)), batch((5, "c", 6))])
    assert [output.to_pydict() for output in outputs] == [{"add": [3, None]}, {"add": [11]}]
