# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator, Tuple

import pyarrow as pa
import pyarrow.compute as pc

from reactor_udf import udf


@udf(returns="id: int64, v: double", kind="grouped_map_arrow")
def normalize(table):
    v = table.column("v")
    norm = pc.divide(pc.subtract(v, pc.mean(v)), pc.stddev(v, ddof=1))
    return table.set_column(1, "v", norm)


@udf(returns="v: double")
def sum_of_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    total = 0
    for batch in batches:
        total += pc.sum(batch.column("v")).as_py()
    yield pa.RecordBatch.from_pydict({"v": [total]})


@udf(returns="id: int64, v: double", kind="grouped_map_arrow")
def mean_func(key, table):
    mean = pc.mean(table.column("v"))
    return pa.Table.from_pydict({"id": [key[0].as_py()], "v": [mean.as_py()]})


@udf(returns="id: int64, ceil(v / 2): int64, v: double", kind="grouped_map_arrow")
def sum_func(key, table):
    sum = pc.sum(table.column("v"))
    return pa.Table.from_pydict(
        {"id": [key[0].as_py()], "ceil(v / 2)": [key[1].as_py()], "v": [sum.as_py()]}
    )


@udf(returns="id: int64, v: double")
def sum_with_key(
    key: Tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    total = 0
    for batch in batches:
        total += pc.sum(batch.column("v")).as_py()
    yield pa.RecordBatch.from_pydict({"id": [key[0].as_py()], "v": [total]})
