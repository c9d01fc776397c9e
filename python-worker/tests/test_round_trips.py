"""Random columns of every type through a worker and back: nulls, slices, empty batches, anything
within anything. Every type is drawn 20 times at least.
"""

from __future__ import annotations

import re
from collections import Counter

import pyarrow as pa
import pytest
from arrays import RefusedError, column, evaluate, exact, promise, through, with_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jvm import Jvm, stage
from pyarrow import types
from random_arrays import ANY, TYPES, arrays, ids

ENOUGH = 20
SETTINGS = settings(
    max_examples=ENOUGH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_every_type_id_is_among_the_random_ones() -> None:
    named = {name.removeprefix("Type_") for name in vars(pa.lib) if name.startswith("Type_")}
    assert named - {"INTERVAL_MONTHS", "INTERVAL_DAY_TIME"} == TYPES.keys() - {"EXTENSION"}


@pytest.mark.parametrize("name", TYPES)
def test_arrow_keeps_every_bit(jvm: Jvm, name: str) -> None:
    drawn: Counter[int] = Counter()

    @SETTINGS
    @given(st.data())
    def check(data: st.DataObject) -> None:
        kinds = [data.draw(TYPES[name]), *data.draw(st.lists(ANY, max_size=2))]
        drawn.update(kind_id for kind in kinds for kind_id in ids(kind))
        schema = pa.schema([(f"c{index}", kind) for index, kind in enumerate(kinds)])
        batches = [_batch(data, schema) for _ in range(data.draw(st.integers(1, 3)))]
        results = evaluate(jvm, batches, stage("type_udfs:batches", returns=promise(schema)))
        assert len(results) == len(batches)
        for batch, result in zip(batches, results, strict=True):
            assert result.num_rows == batch.num_rows
            for before, after in zip(batch.columns, result.columns, strict=True):
                assert exact(before, after), (before, after)

    check()
    wanted = 31 if name == "EXTENSION" else getattr(pa.lib, f"Type_{name}")
    assert drawn[wanted] >= ENOUGH


@pytest.mark.parametrize("library", ["numpy", "nullable", "pyarrow", "polars"])
@pytest.mark.parametrize("name", TYPES)
def test_a_series_comes_back_or_is_an_error_that_names_the_column(
    jvm: Jvm, name: str, library: str
) -> None:
    @settings(SETTINGS, max_examples=5)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        field = pa.field("value", data.draw(TYPES[name]))
        array = data.draw(_sliced(field.type))
        request = with_schema(stage(f"type_udfs:{library}"), field.with_name("out"))
        try:
            (result,) = through(jvm, [column(field, array)], request)
        except RefusedError as error:
            refused = error.message
        else:
            assert _same(array, result, library), (array, result)
            return
        assert library != "pyarrow"
        assert re.search(r"column 'value'|for 'out'", refused)

    check()


def _same(array: pa.Array, result: pa.Array, library: str) -> bool:
    result.validate(full=True)
    if library in ("numpy", "nullable"):
        array = _without_nan(array)
    return exact(array, result) or _shown(array) == _shown(result)


def _without_nan(array: pa.Array) -> pa.Array:
    """NaN is null, to pandas' own dtypes."""
    return array if not types.is_floating(array.type) else pa.array(array.to_pandas(), array.type)


def _shown(array: pa.Array) -> str:
    """The values as text, in which those of dictionaries and NaNs are equal."""
    return str(array.to_pylist()).replace("nan", "None")


def _batch(data: st.DataObject, schema: pa.Schema) -> pa.RecordBatch:
    rows, start = data.draw(st.sampled_from([0, 1, 5])), data.draw(st.integers(0, 3))
    columns = [data.draw(arrays(field.type, start + rows))[start:] for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


@st.composite
def _sliced(draw: st.DrawFn, kind: pa.DataType) -> pa.Array:
    rows, start = draw(st.integers(1, 5)), draw(st.integers(0, 3))
    array: pa.Array = draw(arrays(kind, start + rows))[start:]
    return array
