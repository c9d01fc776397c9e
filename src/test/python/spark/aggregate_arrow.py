# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
from typing import Iterator, Tuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from reactor_udf import udf


@udf(returns="double")
def mean_udf(v: pa.Array) -> float:
    return pa.compute.mean(v).as_py()


@udf(returns="struct<m1: double, m2: double>")
def min_max_udf(v: pa.Array) -> pa.Scalar:
    m1 = pa.compute.min(v)
    m2 = pa.compute.max(v)
    t = pa.struct([pa.field("m1", pa.float64()), pa.field("m2", pa.float64())])
    return pa.scalar(value={"m1": m1.as_py(), "m2": m2.as_py()}, type=t)


@udf(returns="double")
def weighted_mean_udf(v: pa.Array, w: pa.Array) -> float:
    import numpy as np

    return np.average(v.to_numpy(), weights=w)


@udf(returns="double")
def arrow_mean(it: Iterator[pa.Array]) -> float:
    sum_val = 0.0
    cnt = 0
    for v in it:
        assert isinstance(v, pa.Array)
        sum_val += pa.compute.sum(v).as_py()
        cnt += len(v)
    return sum_val / cnt


@udf(returns="double")
def arrow_weighted_mean(it: Iterator[Tuple[pa.Array, pa.Array]]) -> float:
    weighted_sum = 0.0
    weight = 0.0
    for v, w in it:
        assert isinstance(v, pa.Array)
        assert isinstance(w, pa.Array)
        weighted_sum += np.dot(v, w)
        weight += pa.compute.sum(w).as_py()
    return weighted_sum / weight
