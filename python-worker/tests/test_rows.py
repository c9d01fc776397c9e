"""K5: plain functions, called with the values of each row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from jvm import Jvm, output_schema, stage

from reactor_udf._frames import Error, Payload, RowErrors

X = pa.schema([("x", pa.int64())])
XY = pa.schema([("x", pa.int64()), ("y", pa.int64())])


def results(jvm: Jvm, function: str, *columns: list[Any], **members: Any) -> list[Any]:
    schema = pa.schema([(name, pa.int64()) for name, _ in zip("xy", columns, strict=False)])
    batch = pa.RecordBatch.from_arrays([pa.array(c, pa.int64()) for c in columns], schema=schema)
    (output,) = jvm.run(schema, [batch], stage(f"value_udfs:{function}", **members))
    return list(output.column(0).to_pylist())


def test_values_are_those_of_python_and_null_is_none(jvm: Jvm) -> None:
    assert results(jvm, "spelled", [1, None], [None, 2]) == ["1 None", "None 2"]


def test_values_of_arrow(jvm: Jvm) -> None:
    assert results(jvm, "kind_of", [1, None]) == ["Int64Scalar", "Int64Scalar"]
    assert results(jvm, "twice", [1, None, (1 << 62) - 1]) == [2, None, (1 << 63) - 2]


def test_kinds(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("value_udfs:plus_one"), stage("value_udfs:kind_of"))
    assert [report.kind for report in prepared.stages] == ["rows_python", "rows_arrow"]


def test_parameter_with_a_default_is_a_column_if_it_is_named(jvm: Jvm) -> None:
    assert results(jvm, "plus", [1], [2]) == [101]
    assert results(jvm, "plus", [1], [2], on=["x", "y"]) == [3]
    assert results(jvm, "plus", [1], constants={"y": 5}) == [6]


def test_any_number_of_columns(jvm: Jvm) -> None:
    assert results(jvm, "total", [1, 2], [3, 4], on=["x", "y", "x"]) == [5, 8]


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("plus_one", pa.int64()),
        ("reciprocal", pa.float64()),
        ("kind_of", pa.string()),
    ],
)
def test_the_hint_of_the_result_is_its_type(jvm: Jvm, function: str, kind: pa.DataType) -> None:
    prepared = jvm.prepare(X, stage(f"value_udfs:{function}"))
    assert output_schema(prepared) == pa.schema([(function, kind)])


def test_what_java_says_goes_before_the_hint(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("value_udfs:plus_one", returns="int32"))
    assert output_schema(prepared) == pa.schema([("plus_one", pa.int32())])


def test_dates(jvm: Jvm) -> None:
    day = pa.schema([("day", pa.date32())])
    batch = pa.record_batch([pa.array([dt.date(1999, 12, 31), None])], schema=day)
    (years,) = jvm.run(day, [batch], stage("value_udfs:year"))
    assert years.column(0).to_pylist() == [1999, None]
    (days,) = jvm.run(day, [batch.slice(0, 1)], stage("value_udfs:tomorrow"))
    assert days.column(0).to_pylist() == [dt.date(2000, 1, 1)]


def test_function_without_hints_is_one_if_java_says_so(jvm: Jvm) -> None:
    schema = pa.schema([("s", pa.string())])
    batch = pa.record_batch([pa.array(["a", "b"])], schema=schema)
    said = stage("value_udfs:shout", kind="rows", returns="string")
    assert jvm.run(schema, [batch], said)[0].column(0).to_pylist() == ["A", "B"]
    assert "these hints would do" in jvm.refused(
        schema, stage("value_udfs:shout", returns="string")
    )


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("of_numpy", "x: numpy.ndarray"),
        ("of_an_iterator", "x: collections.abc.Iterator[int]"),
        ("of_unknown", "x: Unknown (NameError"),
    ],
)
def test_hints_that_are_of_no_value(jvm: Jvm, function: str, words: str) -> None:
    refusal = jvm.refused(X, stage(f"value_udfs:{function}"))
    assert words in refusal
    assert "these hints would do" in refusal


def test_builtin(jvm: Jvm) -> None:
    said = stage("builtins:abs", kind="rows", on=["x"], returns="int64")
    (output,) = jvm.run(X, [pa.record_batch([pa.array([-1, 2])], schema=X)], said)
    assert output.column(0).to_pylist() == [1, 2]


def test_nothing_says_what_is_returned(jvm: Jvm) -> None:
    schema = pa.schema([("s", pa.string())])
    said = stage("value_udfs:shout", kind="rows")
    assert "nothing says what value_udfs:shout returns" in jvm.refused(schema, said)


def fails(jvm: Jvm, function: str, *values: int) -> Error:
    prepared = jvm.prepare(X, stage(f"value_udfs:{function}"))
    _, end = jvm.run_to_end(prepared, [pa.record_batch([pa.array(values)], schema=X)])
    assert isinstance(end, Error)
    return end


def test_failures(jvm: Jvm) -> None:
    raised = fails(jvm, "reciprocal", 1, 0)
    assert (raised.kind, raised.type, raised.batch) == ("python", "ZeroDivisionError", 0)
    assert "(row 1 of the batch)" in fails(jvm, "text_of_odd", 2, 3).message
    assert fails(jvm, "stops", 1, 2, 3).type == "StopIteration"


def test_errors_of_rows_need_no_declaration(jvm: Jvm) -> None:
    reports = row_errors(jvm, "reciprocal", 1, 0, 4, 0)
    assert reports == ([1.0, None, 0.25, None], {1: "ZeroDivisionError", 3: "ZeroDivisionError"})


def test_a_row_whose_value_is_of_another_type(jvm: Jvm) -> None:
    assert row_errors(jvm, "text_of_odd", 2, 3, 4) == ([2, None, 4], {1: None})


def test_a_row_that_raises_what_ends_an_iterator(jvm: Jvm) -> None:
    assert row_errors(jvm, "stops", 1, 2, 3) == ([1, None, 3], {1: "StopIteration"})


def test_an_exit_is_not_of_a_row(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("value_udfs:leaves"), row_errors="report")
    _, end = jvm.run_to_end(prepared, [pa.record_batch([pa.array([1])], schema=X)])
    assert isinstance(end, Error)
    assert end.type == "SystemExit"


def row_errors(jvm: Jvm, function: str, *values: int) -> tuple[list[Any], dict[int, str | None]]:
    prepared = jvm.prepare(X, stage(f"value_udfs:{function}"), row_errors="report")
    jvm.set_up(prepared)
    jvm.send_batches(pa.record_batch([pa.array(values)], schema=X))
    jvm.complete()
    failed = {report.row: report.type for report in jvm.expect(RowErrors).rows}
    payload = jvm.expect(Payload)
    output = pa.ipc.read_record_batch(payload.message, output_schema(prepared))
    return list(output.column(0).to_pylist()), failed
