"""Functions that see what the JVM says of their evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from reactor_udf import context, udf

seen: list[str] = []
at_import = dict(context.get())


@udf(returns="string")
def tenant(x: pa.Array) -> pa.Array:
    return pa.array([context.get().get("tenant", "nobody")] * len(x))


@udf(returns="string")
def tenant_to_the_end(values: Iterator[pa.Array]) -> Iterator[pa.Array]:
    try:
        for x in values:
            yield pa.array([context.get().get("tenant", "nobody")] * len(x))
    finally:
        seen.append(context.get().get("tenant", "nobody"))


@udf(returns="string")
def change(x: pa.Array) -> pa.Array:
    """Try to leave something behind for the next evaluation."""
    visible: Any = context.get()
    try:
        visible["tenant"] = "mallory"
    except TypeError:
        context.set({"tenant": "mallory"})
    return tenant(x)
