"""Checks the second input of a function of two against the first: the same keys, in order."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._frames import StageRequest
from reactor_udf._kinds import Right
from reactor_udf._kinds._groups import can_be_ordered


def second_input(
    request: StageRequest, keys: Sequence[pa.Field], schema: pa.Schema | None
) -> Right | None:
    """Return what a function of two inputs reads of the second, all of its columns; None without
    one. ``keys`` are the columns that the first is grouped by.
    """
    spec = request.function
    if schema is None:
        if request.group_right_by is not None:
            raise UsageError(f"{spec} reads one input: leave groupRightBy(...) out", spec)
        return None
    if request.on is not None:
        raise UsageError(
            f"{spec} reads two inputs, and gets all columns of both: leave on(...) out", spec
        )
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise UsageError(f"the right input of {spec} has several columns {twice[0]!r}", spec)
    names = request.group_right_by or request.group_by or ()
    if len(names) != len(keys):
        raise UsageError(
            f"{spec} is grouped by {len(keys)} columns, but the right input by {len(names)}: "
            f"name as many in groupRightBy(...) as in groupBy(...)",
            spec,
        )
    for key, name in zip(keys, names, strict=True):
        _check_key(spec, key, name, schema)
    return Right(tuple(schema), tuple(schema.names.index(name) for name in names))


def _check_key(spec: str, key: pa.Field, name: str, schema: pa.Schema) -> None:
    if name not in schema.names:
        raise UsageError(
            f"{spec} is grouped by the column {name!r}, which the right input does not have: its "
            f"columns are {', '.join(schema.names)}; groupRightBy(...) says how the key is called "
            f"there",
            spec,
        )
    kind = schema.field(name).type
    if kind != key.type:
        raise UsageError(
            f"the key {key.name!r} of {spec} is {key.type} in the left input, but {name!r} is "
            f"{kind} in the right one: cast one of them",
            spec,
        )
    if not can_be_ordered(kind):
        raise UsageError(
            f"the inputs of {spec} can't be merged by {key.name!r}: {kind} has no order", spec
        )
