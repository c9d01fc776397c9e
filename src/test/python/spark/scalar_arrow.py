# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pyarrow as pa
import pyarrow.compute

from reactor_udf import udf


@udf(returns="int32")
def slen(v: pa.Array) -> pa.Array:
    return pa.compute.utf8_length(v)


@udf(returns="string")
def to_upper(s: pa.Array) -> pa.Array:
    return pa.compute.ascii_upper(s)


@udf(returns="struct<first: string, last: string>")
def split_expand(v: pa.Array) -> pa.Array:
    b = pa.compute.ascii_split_whitespace(v)
    s0 = pa.array([t[0] for t in b])
    s1 = pa.array([t[1] for t in b])
    return pa.StructArray.from_arrays([s0, s1], names=["first", "last"])


@udf(returns="int32")
def calc(a: pa.Array, b: pa.Array) -> pa.Array:
    return pa.compute.add(a, pa.compute.multiply(b, 10))
