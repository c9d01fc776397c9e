"""The table of docs/types.md: made here, of what a worker does with a sample of every type.

``DOCS_WRITE=1 pytest tests/test_type_table.py`` writes it anew.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from arrays import RefusedError, column, exact, same_values, through, with_schema
from jvm import Jvm, stage
from type_samples import SAMPLES, Sample

from reactor_udf._errors import UsageError
from reactor_udf._libraries import library
from reactor_udf._udf import Declaration

PAGE = Path(__file__).parents[2] / "docs" / "types.md"
TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- /table -->)", re.DOTALL)
LIBRARIES = ("arrow", "numpy", "nullable", "pyarrow", "polars")
HEADER = (
    "| Arrow type | in Java | Arrow | `numpy` | `nullable` | `pyarrow` | polars | Python |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


def test_every_type_id_has_a_sample() -> None:
    ids = {number for name, number in vars(pa.lib).items() if name.startswith("Type_")}
    assert ids - {sample.kind.id for sample in SAMPLES} == set()


def test_the_table_is_what_a_worker_does(jvm: Jvm) -> None:
    rows = [_row(jvm, sample) for sample in SAMPLES]
    table = HEADER + "".join(f"| {' | '.join(row)} |\n" for row in rows)
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("DOCS_WRITE"):
        PAGE.write_text(TABLE.sub(lambda _: table, page), encoding="utf-8")
        return
    found = TABLE.search(page)
    assert found is not None
    assert found[0] == table, "run this test with DOCS_WRITE=1, and look at what changed"


def _row(jvm: Jvm, sample: Sample) -> list[str]:
    shown = [_through(jvm, name, sample) for name in LIBRARIES]
    return [f"`{sample.name}`", sample.minor, *shown, _python(sample)]


def _through(jvm: Jvm, name: str, sample: Sample) -> str:
    request = with_schema(stage(f"type_udfs:{name}"), sample.field.with_name("out"))
    if sample.array is None:
        assert "the column 'value'" in jvm.refused(pa.schema([sample.field]), request)
        return "refused"
    # Whole, a slice, and empty.
    given = [sample.array, sample.array[1:], sample.array[:0]]
    try:
        results = through(jvm, [column(sample.field, array) for array in given], request)
    except RefusedError as error:
        return _no(error.message, "refused" if error.early else "error")
    # The last that the function saw are the whole and the slice.
    return _cell(name, import_module("type_udfs").seen[-2], given, results)


def _python(sample: Sample) -> str:
    python = library("python", Declaration())
    if sample.array is None:
        return "refused"
    given = [sample.array, sample.array[1:], sample.array[:0]]
    try:
        read = python.column_reader(sample.field)
        shown = [read(array) for array in given]
        write = python.column_writer(sample.field, "python")
        results = [write(values) for values in shown]
    except UsageError as error:
        return _no(str(error), "error")
    return _cell("python", shown[0], given, results)


def _no(message: str, how: str) -> str:
    assert re.search(r"column 'value'|for 'out'|for 'value'", message), message
    return how


def _cell(name: str, seen: Any, given: list[pa.Array], results: list[pa.Array]) -> str:
    pairs = list(zip(given, results, strict=True))
    what = _seen(name, seen)
    if all(exact(*pair) for pair in pairs):
        return what
    if all(same_values(*pair) for pair in pairs):
        return f"{what}, the dictionary another"
    numbers = [(a.to_pylist(), b.to_pylist()) for a, b in pairs]
    assert all(repr(a).replace("nan", "None") == repr(b) for a, b in numbers), (what, numbers)
    return f"{what}, NaN becomes null"


def _seen(name: str, seen: Any) -> str:
    if name in ("arrow", "pyarrow"):
        return "exact"
    dtype = str(getattr(seen, "dtype", "object"))
    if dtype != "object":
        return f"`{dtype}`"
    value = next((value for value in seen if value is not None), None)
    return f"`{type(value).__name__}`"


def test_arrow_and_pyarrow_dtypes_hold_everything_that_pyarrow_has() -> None:
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    rows = found[0].splitlines()[2:]
    assert len(rows) == len(SAMPLES)
    for row, sample in zip(rows, SAMPLES, strict=True):
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        held = "refused" if sample.array is None else "exact"
        assert (cells[2], cells[5]) == (held, held)


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [("numpy", "Int64"), ("nullable", "Int64"), ("pyarrow", "int64[pyarrow]")],
)
def test_a_dtype_stays_when_a_later_batch_is_the_first_with_nulls(
    jvm: Jvm, dtypes: str, expected: str
) -> None:
    field = pa.field("value", pa.int64())
    batches = [
        column(field, pa.array(values, pa.int64())) for values in ([1], [None, 1 << 62], [2])
    ]
    results = through(
        jvm, batches, with_schema(stage(f"type_udfs:{dtypes}"), field.with_name("out"))
    )
    seen = import_module("type_udfs").seen[-3:]
    assert [str(series.dtype) for series in seen] == [expected] * 3
    assert [result.to_pylist() for result in results] == [[1], [None, 1 << 62], [2]]


@pytest.mark.parametrize("name", LIBRARIES)
def test_zones_never_shift(jvm: Jvm, name: str) -> None:
    """The instants and the zone stay, and so does the hour that a clock shows twice."""
    for zone in ("UTC", "America/New_York", "Asia/Kathmandu", "Europe/Berlin", None):
        kind = pa.timestamp("us", zone)
        # 2021-11-07 in New York, 2021-10-31 in Berlin: both of the hours that go by twice.
        seconds = [1636263000, 1636266600, 1636270200, 1635638400, 1635642000, -1, None]
        array = pa.array([s and s * 1_000_000 for s in seconds], kind)
        field = pa.field("value", kind)
        request = with_schema(stage(f"type_udfs:{name}"), field.with_name("out"))
        (result,) = through(jvm, [column(field, array)], request)
        assert result.type == kind
        assert result.cast(pa.int64()).equals(array.cast(pa.int64()))


def test_a_zoned_value_shows_the_time_of_its_zone(jvm: Jvm) -> None:
    field = pa.field("value", pa.timestamp("us", "Asia/Tokyo"))
    batch = column(field, pa.array([0], field.type))
    through(jvm, [batch], with_schema(stage("type_udfs:numpy"), field.with_name("out")))
    seen = import_module("type_udfs").seen[-1]
    assert seen[0] == pd.Timestamp("1970-01-01T09:00", tz="Asia/Tokyo")
    assert seen[0].utcoffset() == dt.timedelta(hours=9)
