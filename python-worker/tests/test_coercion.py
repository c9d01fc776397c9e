"""What a function gives becomes the promised type unchanged, or is an error: for any pair of types.

``DOCS_WRITE=1 pytest tests/test_coercion.py`` writes the table of docs/types.md.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
import re
import uuid
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import types
from type_samples import SAMPLES

from reactor_udf._conform import conform, conform_values
from reactor_udf._errors import Unconvertible
from reactor_udf._libraries.pandas import write_series

PAGE = Path(__file__).parents[2] / "docs" / "types.md"
TABLE = re.compile(r"(?<=<!-- casts -->\n).*(?=<!-- /casts -->)", re.DOTALL)
KINDS = list({str(s.kind): s.kind for s in SAMPLES if s.array is not None}.values())
TOKYO, BERLIN = dt.timezone(dt.timedelta(hours=9)), "Europe/Berlin"

VALUES: list[Any] = [
    *(True, 0, 1, -1, 300, 1 << 31, (1 << 53) + 1, (1 << 63) - 1, 1 << 63),
    *(1.0, 1.5, -0.0, 0.1, 1e300, math.inf, math.nan),
    *(Decimal(1), Decimal("1.25"), Decimal("1e30"), Decimal("NaN")),
    *("", "1", "x", b"", b"x", b"ab", bytearray(b"ab"), b"\xff"),
    *(dt.date(2020, 1, 2), dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 2, 3, 4, 5, 6)),
    *(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31), dt.datetime(2020, 1, 2, tzinfo=TOKYO)),
    *(dt.time(1, 2, 3), dt.time(1, 2, 3, 4), dt.timedelta(1), dt.timedelta(microseconds=1)),
    *([], [1], [1, None], [1.5], ["x"], [[1]], [dt.datetime(2020, 1, 2, 3)], [1 << 40, 1.0]),
    *({}, {"a": 1}, {"a": 1, "b": "x"}, {"a": 1.5, "b": "x"}, {"a": 1, "b": "x", "c": 0}),
    *([("k", 1)], [("k", 1.5)], [(1, [1.5])], (1, "x")),
    *({"t": dt.datetime(2020, 1, 1), "z": dt.datetime(2020, 1, 1, tzinfo=TOKYO)},),
    *({"t": dt.datetime(2020, 1, 1), "z": dt.datetime(2020, 1, 1)},),
    *(np.int8(5), np.uint64((1 << 64) - 1), np.float32(1.5), np.float64(1.0), np.bool_(True)),
    *(np.datetime64("2020-01-02T03:04:05.000000006"), np.timedelta64(1, "ns")),
    *(np.array([1, 2]), np.array([1.5]), np.array([1, None], object), np.array(["2020"], "M8[us]")),
    *(pd.Timestamp(1), pd.Timestamp("2020-01-01", tz=BERLIN), pd.Timedelta(1), pd.Timedelta("1D")),
    *(pd.Timestamp("2020-01-01").as_unit("s"), uuid.UUID(int=1), object(), 1j),
]
MISSING = [None, pd.NA, pd.NaT, math.nan]


@pytest.mark.parametrize("promised", KINDS, ids=str)
def test_no_cast_of_arrays_changes_a_value(promised: pa.DataType) -> None:
    for sample in SAMPLES:
        for array in _arrays(sample.array):
            result = _cast_or_named_error(array, promised)
            if result is not None:
                result.validate(full=True)
                assert result.type == promised
                _assert_same(array, result)


def _cast_or_named_error(array: pa.Array, promised: pa.DataType) -> pa.Array | None:
    try:
        return conform(array, pa.field("out", promised), "f")
    except Unconvertible as error:
        _assert_names(str(error), array.type, promised)
        return None


def _arrays(array: pa.Array | None) -> list[pa.Array]:
    """Single values, since one that can't be cast hides the others; and a slice and none."""
    if array is None:
        return []
    return [*(array[row : row + 1] for row in range(len(array))), array[1:], array[:0]]


def _assert_names(message: str, given: Any, promised: pa.DataType) -> None:
    assert "'out'" in message, message
    assert str(given) in message, message
    assert str(promised) in message, message


def _assert_same(given: pa.Array, result: pa.Array) -> None:
    # Of arrow.bool8 the numbers count.
    given, result = (getattr(array, "storage", array) for array in (given, result))
    if given.type == result.type:
        assert result.equals(given) or "nan" in str(given)
        return
    try:
        before, after = given.to_pylist(), result.to_pylist()
    except (OverflowError, ValueError):
        # What Python has no value for: the number is what counts.
        before, after = (array.cast(pa.int64()).to_pylist() for array in (given, result))
    assert all(itertools.starmap(_equal, zip(before, after, strict=True))), (before, after)


def _equal(given: Any, result: Any) -> bool:
    if isinstance(given, dict) and isinstance(result, list):
        given = list(given.items())
    if isinstance(given, (list, tuple, np.ndarray)) and isinstance(result, (list, tuple)):
        return len(given) == len(result) and all(map(_equal, given, result))
    if isinstance(given, dict) and isinstance(result, dict):
        return given.keys() == result.keys() and all(_equal(v, result[k]) for k, v in given.items())
    if isinstance(given, float) and isinstance(result, float):
        return _near(given, result)
    same_class = isinstance(given, bool) == isinstance(result, bool) or result is None
    return same_class and bool(_plain(given) == _plain(result))


def _near(given: float, result: float) -> bool:
    if math.isnan(given) or math.isnan(result):
        return math.isnan(given) and math.isnan(result)
    return given == result or math.isclose(given, result, rel_tol=1e-3)


def _plain(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return pd.Timestamp(value)
    if isinstance(value, uuid.UUID):
        return value.bytes
    if isinstance(value, dict):
        return tuple(value.values())
    if isinstance(value, np.timedelta64):
        return pd.Timedelta(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value


@pytest.mark.parametrize("promised", KINDS, ids=str)
@pytest.mark.parametrize("from_pandas", [False, True])
def test_no_single_value_is_changed(promised: pa.DataType, from_pandas: bool) -> None:
    for value in VALUES:
        missing = from_pandas and _is_nan(value)
        try:
            result = conform_values(
                [None, value], pa.field("out", promised), "f", from_pandas=from_pandas
            )
        except Unconvertible as error:
            of_a_row = not types.is_union(promised) and not _is_ordered(promised)
            _assert_names(str(error), type(value).__name__ if of_a_row else "values", promised)
            _assert_names(str(error), "(row 1 of the batch)" if of_a_row else "", promised)
            continue
        result.validate(full=True)
        assert result.type == promised
        first, second = result.to_pylist()
        assert first is None
        assert second is None if missing else _equal_or_json(value, second), (value, second)


def _is_nan(value: Any) -> bool:
    return isinstance(value, (float, Decimal)) and math.isnan(value)


def _is_ordered(kind: pa.DataType) -> bool:
    return bool(types.is_dictionary(kind) and kind.ordered)


def _equal_or_json(given: Any, result: Any) -> bool:
    if isinstance(given, float) and isinstance(result, float) and given == 0:
        return math.copysign(1, given) == math.copysign(1, result)
    if isinstance(given, bool) or isinstance(result, bool):
        # arrow.bool8 stores numbers.
        return bool(given) == bool(result)
    return _equal(given, result)


@pytest.mark.parametrize("promised", KINDS, ids=str)
def test_what_is_missing_is_null_of_any_type(promised: pa.DataType) -> None:
    field = pa.field("out", promised)
    if types.is_union(promised):
        return
    if not _is_ordered(promised):
        result = conform_values(MISSING, field, "f", from_pandas=True)
        assert result.to_pylist() == [None] * len(MISSING)
        assert conform_values([None], field, "f").to_pylist() == [None]
    for series in (
        pd.Series([math.nan, math.nan]),
        pd.Series([None, pd.NaT, pd.NA], dtype=object),
        pd.Series([pd.NA], dtype="Int64"),
        pd.Series([pd.NaT]),
        pd.Series([None], dtype="string"),
    ):
        assert write_series(series, field, "f").to_pylist() == [None] * len(series)


SERIES: Sequence[pd.Series] = [
    *(
        pd.Series([value], dtype=dtype)
        for value in (0, 100)
        for dtype in ("int8", "UInt64", "int64[pyarrow]", "float32", "Float64")
    ),
    pd.Series([(1 << 53) + 1, None], dtype="Int64"),
    pd.Series([1.5, None]),
    pd.Series([1e300]),
    pd.Series([True, False]),
    pd.Series([True, None], dtype="boolean"),
    pd.Series(["x", None]),
    pd.Series(["x", None], dtype="string"),
    pd.Series(["x", None], dtype=object),
    pd.Series(["x", "y", None], dtype="category"),
    pd.Series([1, 2], dtype="category"),
    pd.Series(pd.Categorical(["x"], ["y", "x"], ordered=True)),
    pd.Series(pd.to_datetime(["2020-01-02", None])),
    pd.Series(pd.to_datetime(["2020-01-02T03:04:05.000000006"])),
    pd.Series(pd.to_datetime(["2020-01-02"])).dt.tz_localize(BERLIN),
    pd.Series(pd.to_timedelta(["1D", None])),
    pd.Series(pd.to_timedelta([1])),
    pd.Series(pd.period_range("2020", periods=1, freq="D")),
    pd.Series([1, "x"], dtype=object),
    pd.Series([1, 2.0, None], dtype=object),
    pd.Series([1, 2.5], dtype=object),
    pd.Series([(1 << 63) - 1, 1.0], dtype=object),
    pd.Series([[1, 2], None]),
    pd.Series([1j]),
]  # fmt: skip


@pytest.mark.parametrize("promised", KINDS, ids=str)
def test_no_series_is_changed(promised: pa.DataType) -> None:
    for series in SERIES:
        try:
            result = write_series(series, pa.field("out", promised), "f")
        except Unconvertible as error:
            _assert_names(str(error), series.dtype, promised)
            continue
        result.validate(full=True)
        assert result.type == promised
        values = result.to_pylist()
        for given, value in zip(series.tolist(), values, strict=True):
            missing = not isinstance(given, list) and pd.isna(given)
            assert value is None if missing else _equal_or_json(given, value), (given, value)


@pytest.mark.parametrize(
    ("values", "promised", "says"),
    [
        ([1, 2, 300], pa.int8(), "row 2"),
        ([1.0, 2.5], pa.int64(), "row 1"),
        ([0, 1e300], pa.float32(), "row 1"),
        ([1, "x"], pa.int64(), "a value is of type str.*row 1"),
        ([dt.datetime(2020, 1, 1)], pa.timestamp("us", BERLIN), "no zone: give them one.*row 0"),
        ([dt.datetime(2020, 1, 1, tzinfo=TOKYO)], pa.timestamp("us"), "have a zone: .*row 0"),
        ([dt.datetime(2020, 1, 1, 1)], pa.date32(), "a value has a time of day.*row 0"),
        ([[1], [2, 3]], pa.list_(pa.int64(), 1), "has not 1 values.*row 1"),
        ([{"a": 1}, {"b": 1}], pa.struct([("a", pa.int64())]), r"keys .* not \['a'\].*row 1"),
    ],
)
def test_errors_say_which_row_and_why(values: list[Any], promised: pa.DataType, says: str) -> None:
    with pytest.raises(Unconvertible, match=f"'out'.*{re.escape(str(promised))}.*{says}"):
        conform_values(values, pa.field("out", promised), "f")


def test_zones_of_series_are_neither_made_nor_dropped() -> None:
    naive = pd.Series(pd.to_datetime(["2020-01-02"]))
    zoned = naive.dt.tz_localize("UTC")
    with pytest.raises(Unconvertible, match=r"'out'.*give them one"):
        write_series(naive, pa.field("out", pa.timestamp("us", "UTC")), "f")
    with pytest.raises(Unconvertible, match=r"'out'.*take it away"):
        write_series(zoned, pa.field("out", pa.timestamp("us")), "f")
    other = write_series(zoned, pa.field("out", pa.timestamp("us", BERLIN)), "f")
    assert other.cast(pa.int64()).to_pylist() == [1577923200000000]


CHOSEN: dict[str, tuple[pa.Array, pa.Array]] = {
    "bool": (pa.array([True]), pa.array([False])),
    "int8": (pa.array([1], pa.int8()), pa.array([-128], pa.int8())),
    "int64": (pa.array([1]), pa.array([-(1 << 63), (1 << 63) - 1])),
    "uint64": (pa.array([1], pa.uint64()), pa.array([(1 << 64) - 1], pa.uint64())),
    "float32": (pa.array([1], pa.float32()), pa.array([1.5], pa.float32())),
    "float64": (pa.array([1.0]), pa.array([1e300])),
    "decimal128(10, 2)": (
        pa.array([Decimal(1)], pa.decimal128(10, 2)),
        pa.array([Decimal("99999999.99")], pa.decimal128(10, 2)),
    ),
    "string": (pa.array(["a"]), pa.array(["b"])),
    "large_string": (pa.array(["a"], pa.large_string()), pa.array(["b"], pa.large_string())),
    "binary": (pa.array([b"a"]), pa.array([b"\xff"])),
    "date32": (
        pa.array([dt.date(2020, 1, 1)]),
        pa.array([(1 << 31) - 1], pa.int32()).cast(pa.date32()),
    ),
    "timestamp[us]": (pa.array([dt.datetime(2020, 1, 1)]), pa.array([dt.datetime(1, 1, 1, 1)])),
    "timestamp[ns, UTC]": (
        pa.array([0], pa.timestamp("ns", "UTC")),
        pa.array([1], pa.timestamp("ns", "UTC")),
    ),
    "timestamp[s, Asia/Tokyo]": (
        pa.array([0], pa.timestamp("s", "Asia/Tokyo")),
        pa.array([253402300799], pa.timestamp("s", "Asia/Tokyo")),
    ),
    "time32[s]": (pa.array([1], pa.time32("s")), pa.array([2], pa.time32("s"))),
    "time64[us]": (pa.array([dt.time(1)]), pa.array([dt.time(1, 1, 1, 1)])),
    "duration[us]": (pa.array([dt.timedelta(0)]), pa.array([dt.timedelta(microseconds=1)])),
    "duration[s]": (pa.array([0], pa.duration("s")), pa.array([1 << 60], pa.duration("s"))),
}


def test_the_table_of_casts() -> None:
    lines = ["| given | becomes any | becomes, if each value fits |", "|---|---|---|"]
    for name, arrays in CHOSEN.items():
        made = {promised: _made(arrays, easy.type) for promised, (easy, _) in CHOSEN.items()}
        cells = [
            ", ".join(f"`{promised}`" for promised, cell in made.items() if cell == how)
            for how in ("always", "fits")
        ]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    table = "\n".join(lines) + "\n"
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("DOCS_WRITE"):
        PAGE.write_text(TABLE.sub(lambda _: table, page), encoding="utf-8")
        return
    found = TABLE.search(page)
    assert found is not None
    assert found[0] == table, "run this test with DOCS_WRITE=1, and look at what changed"


def _made(arrays: tuple[pa.Array, pa.Array], promised: pa.DataType) -> str:
    if arrays[0].type == promised:
        return "same"
    easy, hard = (_becomes(array, promised) for array in arrays)
    return "always" if easy and hard else "fits" if easy else "never"


def _becomes(array: pa.Array, promised: pa.DataType) -> bool:
    try:
        conform(array, pa.field("out", promised), "f")
    except Unconvertible:
        return False
    return True
