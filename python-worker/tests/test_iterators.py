from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import Jvm, stage

from reactor_udf._frames import Error

SCHEMA = pa.schema([("x", pa.int64())])


def batches(*rows: list[int]) -> list[pa.RecordBatch]:
    return [pa.record_batch([pa.array(values, pa.int64())], schema=SCHEMA) for values in rows]


def test_state_goes_from_batch_to_batch(jvm: Jvm) -> None:
    outputs = jvm.run(SCHEMA, batches([0, 0], [0]), stage("arrow_udfs:running"))
    assert [output.to_pydict() for output in outputs] == [{"running": [0, 0]}, {"running": [2]}]


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 100])
def test_output_has_the_borders_of_the_input(jvm: Jvm, rows: int) -> None:
    given = [[1, 2, 3], [], [4], [5, 6, 7, 8], []]
    outputs = jvm.run(
        SCHEMA, batches(*given), stage("arrow_udfs:rebatch", constants={"rows": rows})
    )
    assert [output.column(0).to_pylist() for output in outputs] == given


def test_iterator_of_tuples(jvm: Jvm) -> None:
    outputs = jvm.run(SCHEMA, batches([1, 2]), stage("arrow_udfs:sums", on=["x", "x"]))
    assert outputs[0].to_pydict() == {"sums": [2, 4]}


@pytest.mark.parametrize("function", ["pairs", "read_all"])
def test_reading_ahead(jvm: Jvm, function: str) -> None:
    given = [[1], [2, 3], [4]]
    outputs = jvm.run(SCHEMA, batches(*given), stage(f"arrow_udfs:{function}"))
    assert [output.column(0).to_pylist() for output in outputs] == given


def test_stopping_at_the_end_of_the_only_batch_is_fine(jvm: Jvm) -> None:
    outputs = jvm.run(SCHEMA, batches([1, 2], []), stage("arrow_udfs:first_only"))
    assert [output.num_rows for output in outputs] == [2, 0]


@pytest.mark.parametrize(
    ("function", "message", "index"),
    [
        ("first_only", "stopped after 2 rows, but its input goes on", 1),
        ("too_many", "yielded 4 rows for the 2 rows that it read", 0),
        ("too_few", "yielded 1 rows for the 3 rows that it read", 1),
        ("not_an_iterator", "returned int, not the iterator", -1),
    ],
)
def test_wrong_lengths(jvm: Jvm, function: str, message: str, index: int) -> None:
    prepared = jvm.prepare(SCHEMA, stage(f"arrow_udfs:{function}"))
    _, end = jvm.run_to_end(prepared, batches([1, 2], [3]))
    assert isinstance(end, Error)
    assert (end.kind, end.function, end.batch) == ("usage", f"arrow_udfs:{function}", index)
    assert message in end.message


def test_no_batches(jvm: Jvm) -> None:
    assert jvm.run(SCHEMA, [], stage("arrow_udfs:running")) == []
    assert jvm.run(SCHEMA, batches([]), stage("arrow_udfs:running"))[0].num_rows == 0
