"""ONNX Runtime, which has a thread pool of its own: once while this module is imported, and for each batch."""

import numpy as np
import onnxruntime
import pandas as pd
import pyarrow as pa
from onnx import TensorProto, helper

from reactor_udf import udf


def _session() -> onnxruntime.InferenceSession:
    """A model that multiplies a column by a matrix: enough for several threads."""
    columns = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 1])
    sums = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 64])
    ones = helper.make_tensor("ones", TensorProto.FLOAT, [1, 64], [1.0] * 64)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "ones"], ["y"])], "g", [columns], [sums], [ones]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


_SESSION = _session()
_SESSION.run(None, {"x": np.ones((1000, 1), np.float32)})


@udf(returns=pa.float64())
def score(x: pd.Series) -> pd.Series:
    (sums,) = _SESSION.run(None, {"x": x.to_numpy(np.float32).reshape(-1, 1)})
    return pd.Series(sums.sum(axis=1), dtype=float)
