"""Messages of ours name columns, types and rows, never the values of rows."""

from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import Jvm, stage

from reactor_udf._frames import Error

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1, 2, 3]], schema=X)
SECRET = "4111-secret"


@pytest.mark.parametrize(
    ("values", "promised", "expected"),
    [
        (f"pd.Series([1, {SECRET!r}, 3], dtype=object)", "int64", "type str (row 1 of the batch)"),
        (f"pd.Series([True, True, {SECRET!r}], dtype=object)", "bool", "type str (row 2 of"),
        (f"pd.Series([{SECRET!r}] * 3, dtype=object)", "date32", "(row 0 of the batch)"),
        (
            f"pd.Series(['a', {{{SECRET!r}: 1}}, 'b'], dtype=object)",
            "string",
            "(row 1 of the batch)",
        ),
        (f"pd.Series([{SECRET!r}] * 3, dtype='category')", "int64", "Series of dtype"),
        ("pd.Series([1, 2, 411111])", "int8", "(row 2 of the batch)"),
        ("pd.Series([1.0, 4111.25, 2.0])", "int64", "(row 1 of the batch)"),
        ("pa.array([1, 2, 411111])", "int8", "(row 2 of the batch)"),
        ("pa.array([1.0, 4111.25, 2.0])", "int64", "(row 1 of the batch)"),
        ("pa.array([4111, 4112, 4113])", "string", "gave int64 for"),
    ],
)
def test_a_result_that_does_not_fit(jvm: Jvm, values: str, promised: str, expected: str) -> None:
    function = "as_series" if values.startswith("pd") else "as_array"
    prepared = jvm.prepare(
        X,
        stage(f"values_udfs:{function}", constants={"values": values}, returns=promised),
    )
    _, error = jvm.run_to_end(prepared, [BATCH])
    assert isinstance(error, Error)
    assert error.kind == "usage"
    assert expected in error.message
    assert promised in error.message
    assert "4111" not in error.message
