# Examples of PySpark's documentation, as examples.json lists them: the decorator alone is another.
import pyarrow as pa

from reactor_udf import udf


@udf(returns="x: int32, y: int32")
class MyUDTF:
    def eval(self, batch: pa.RecordBatch):
        x_array = batch.column("x")
        y_array = batch.column("y")
        result_table = pa.table({"x": x_array, "y": y_array})
        yield result_table


@udf(returns="x: int32, y: int32")
class MyUDTF2:
    def eval(self, x: pa.Array, y: pa.Array):
        result_table = pa.table({"x": x, "y": y})
        yield result_table


@udf(returns="c1: string")
class MyArrowPythonUDTF:
    def eval(self, batch: pa.RecordBatch):
        yield pa.table({"c1": batch.column("value")})
