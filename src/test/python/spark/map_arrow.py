# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pyarrow as pa
import pyarrow.compute

from reactor_udf import udf


@udf(returns="id: int64, age: int64", kind="map_arrow")
def filter_func(iterator):
    for batch in iterator:
        yield batch.filter(pa.compute.field("id") == 1)
