# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pyarrow as pa

from reactor_udf import udf


@udf(returns="left: int64, right: int64", kind="cogrouped_map_arrow")
def summarize(l, r):
    return pa.Table.from_pydict({"left": [l.num_rows], "right": [r.num_rows]})


@udf(returns="key: int64, left: int64, right: int64", kind="cogrouped_map_arrow")
def summarize_with_key(key, l, r):
    return pa.Table.from_pydict(
        {"key": [key[0].as_py()], "left": [l.num_rows], "right": [r.num_rows]}
    )
