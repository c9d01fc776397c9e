"""Functions that show the values and dtypes that cross, and give some that are peculiar."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from reactor_udf import udf


@udf
def same(x: pd.Series) -> pd.Series:
    return x


@udf
def same_arrow(x: pa.Array) -> pa.Array:
    return x


@udf(returns=pa.schema([("x", pa.float64())]))
def same_map(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


@udf(returns=pa.string())
def dtype(x: pd.Series) -> pd.Series:
    return pd.Series([str(x.dtype)] * len(x))


@udf(returns=pa.bool_())
def is_missing(x: pd.Series) -> pd.Series:
    return x.isna()


@udf(returns=pa.bool_())
def is_null(x: pa.Array) -> pa.Array:
    return x.is_null(nan_is_null=False)


@udf(returns=pa.float64())
def missing_floats(x: pd.Series) -> pd.Series:
    return pd.Series([1.0, float("nan"), None, 4.0])


@udf(returns=pa.int64())
def missing_integers(x: pd.Series) -> pd.Series:
    return pd.Series([1.0, float("nan"), None, 4.0])


@udf(returns=pa.string())
def missing_strings(x: pd.Series) -> pd.Series:
    return pd.Series(["a", float("nan"), None, pd.NA], dtype=object)


@udf(returns=pa.bool_())
def missing_booleans(x: pd.Series) -> pd.Series:
    return pd.Series([True, pd.NA, None, False], dtype="boolean")


@udf(returns=pa.timestamp("us"))
def missing_times(x: pd.Series) -> pd.Series:
    return pd.Series([pd.Timestamp(2013, 1, 1), pd.NaT, None, pd.NaT])


@udf(returns=pa.string())
def word(carrier: pa.Array) -> pa.Array:
    assert isinstance(carrier, pa.DictionaryArray)
    return carrier.dictionary_decode()


@udf(returns=pa.string())
def word_pandas(carrier: pd.Series) -> pd.Series:
    assert isinstance(carrier.dtype, pd.CategoricalDtype)
    return carrier.astype(object)


@udf(returns=pa.dictionary(pa.int16(), pa.string()))
def same_encoded(carrier: pa.Array) -> pa.Array:
    return carrier


@udf
def same_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches
