"""The same functions, declared row-wise: their batches may be sent together."""

import functions
from reactor_udf import udf

light_pandas = udf(row_wise=True)(functions.light_pandas)
light_arrow = udf(row_wise=True)(functions.light_arrow)
cpu_pandas = udf(row_wise=True)(functions.cpu_pandas)
cpu_arrow = udf(row_wise=True)(functions.cpu_arrow)
add_one_pandas = udf(row_wise=True)(functions.add_one_pandas)
add_one_arrow = udf(row_wise=True)(functions.add_one_arrow)
times_two_pandas = udf(row_wise=True)(functions.times_two_pandas)
times_two_arrow = udf(row_wise=True)(functions.times_two_arrow)
minus_one_pandas = udf(row_wise=True)(functions.minus_one_pandas)
minus_one_arrow = udf(row_wise=True)(functions.minus_one_arrow)
strings_pandas = udf(row_wise=True)(functions.strings_pandas)
strings_arrow = udf(row_wise=True)(functions.strings_arrow)
wide_pandas = udf(row_wise=True)(functions.wide_pandas)
wide_arrow = udf(row_wise=True)(functions.wide_arrow)
