"""Functions that see what the JVM passed on of its Reactor Context."""

import json

import pyarrow as pa

from reactor_udf import context, udf


@udf(returns=pa.string())
def visible(x: pa.Array) -> pa.Array:
    return pa.array([json.dumps(dict(context.get()), sort_keys=True)] * len(x))
