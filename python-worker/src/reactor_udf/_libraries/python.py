"""Python's own values: columns are lists, and null is None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from reactor_udf._conform import conform_values
from reactor_udf._libraries._library import Library
from reactor_udf._libraries._reading import python_reader


class PythonLibrary(Library):
    """Values as pyarrow's ``as_py`` gives them."""

    def column_reader(self, field: pa.Field) -> Callable[[pa.Array], Any]:
        return python_reader(field)

    def key(self, scalars: Sequence[pa.Scalar]) -> tuple[Any, ...]:
        return tuple(scalar.as_py() for scalar in scalars)

    def column_writer(self, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
        return lambda values: conform_values(values, field, spec)

    def write_values(self, values: Sequence[Any], field: pa.Field, spec: str) -> pa.Array:
        return conform_values(values, field, spec)


LIBRARY = PythonLibrary
