"""Calls a function from data frames to data frames with the whole of an Arrow file, without a worker: what pandas gives."""

import importlib
import json
import sys

import pandas as pd
import pyarrow as pa

function, given, result, constants = sys.argv[1:]
module, name = function.split(":")
frame = pa.ipc.open_file(given).read_all().to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
frames = getattr(importlib.import_module(module), name)(iter([frame]), **json.loads(constants))
table = pa.Table.from_pandas(pd.concat(frames), preserve_index=False)
with pa.OSFile(result, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
    writer.write_table(table)
