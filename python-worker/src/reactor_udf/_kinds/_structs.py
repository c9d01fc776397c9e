"""Columns of structs, which a function of columns may take and give as data frames: one column for
each field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyarrow import types

from reactor_udf._errors import UsageError
from reactor_udf._libraries import FrameLibrary


def struct_reader(library: FrameLibrary, field: pa.Field, spec: str) -> Callable[[pa.Array], Any]:
    """Return what shows a column of structs; a null has null in each field."""
    if not types.is_struct(field.type):
        raise UsageError(
            f"{spec} takes the column {field.name!r} as a data frame, which shows structs, but its "
            f"type is {field.type}: hint it as a Series",
            spec,
        )
    nullable = [member.with_nullable(member.nullable or field.nullable) for member in field.type]
    read = library.frame_reader(nullable)
    return lambda array: read((len(array), array.flatten()))


def struct_writer(library: FrameLibrary, field: pa.Field, spec: str) -> Callable[[Any], pa.Array]:
    """Return what takes a data frame as the column of structs that ``field`` promises."""
    if not types.is_struct(field.type):
        raise UsageError(
            f"{spec} gives a data frame for its column, which is one of structs then, but "
            f"{field.type} is promised",
            spec,
        )
    members = list(field.type)

    def write(value: Any) -> pa.Array:
        _, columns = library.write_table(value, members, spec)
        return pa.StructArray.from_arrays(columns, fields=members)

    return write
