# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pandas as pd

from reactor_udf import udf


@udf(returns="time: int32, id: int32, v1: double, v2: string", kind="cogrouped_map_pandas")
def asof_join(l, r):
    return pd.merge_asof(l, r, on="time", by="id")


@udf(returns="time: int32, id: int32, v1: double, v2: string", kind="cogrouped_map_pandas")
def asof_join_with_key(k, l, r):
    if k == (1,):
        return pd.merge_asof(l, r, on="time", by="id")
    else:
        return pd.DataFrame(columns=["time", "id", "v1", "v2"])


@udf(returns="time: int32, id: int32, v1: double, v2: string")
def merge_ordered(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    return pd.merge_ordered(left, right)
