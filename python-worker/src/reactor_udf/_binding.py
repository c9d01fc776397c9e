"""Binds a function's parameters to columns and constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

import pyarrow as pa

from reactor_udf._errors import UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds._groups import can_be_key
from reactor_udf._signature import Signature


def column_names(
    signature: Signature, on: Sequence[str] | None, visible: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns that the function reads, in the order in which it takes them.

    ``visible`` are the columns that there are. Without ``on`` a function of columns takes those
    that its parameters are named like, and may do without one that has a default; of an iterator of
    columns the only one, of batches all.
    """
    names = tuple(visible) if on is None else tuple(on)
    if on is None and signature.kind.by_columns:
        names = _implied(signature, visible)
    if not names:
        raise UsageError(
            f"{signature.spec} is given no column: name some by on(...)", signature.spec
        )
    for name in names:
        if name not in visible:
            raise UsageError(
                f"{signature.spec} reads the column {name!r}, which is not there: "
                f"the columns are {', '.join(visible)}; on(...) says which ones it reads",
                signature.spec,
            )
        if visible.count(name) > 1:
            raise UsageError(
                f"{signature.spec} reads the column {name!r}, but there are several of that name",
                signature.spec,
            )
    _check_count(signature, names)
    return names


def key_names(
    signature: Signature, group_by: Sequence[str] | None, visible: Sequence[pa.Field]
) -> tuple[str, ...]:
    """Return the columns whose values tell groups apart."""
    names = [field.name for field in visible]
    for name in group_by or ():
        if names.count(name) != 1:
            raise UsageError(
                f"{signature.spec} is grouped by the column {name!r}, of which there "
                f"{'are several' if name in names else 'is none'}: "
                f"the columns are {', '.join(names)}",
                signature.spec,
            )
        kind = visible[names.index(name)].type
        if not can_be_key(kind):
            raise UsageError(
                f"{signature.spec} is grouped by the column {name!r}, whose type {kind} can't be a "
                f"key: group by columns of single values",
                signature.spec,
            )
    return tuple(group_by or ())


def positional(
    function: Callable[..., Any], signature: Signature, count: int
) -> Callable[..., Any]:
    """Return ``function``, to be called with ``count`` columns by position, behind the key if it
    takes one.
    """
    names = signature.keywords_for(count)
    if names is None:
        return function
    first = 1 if signature.takes_key else 0

    def by_name(*arguments: Any) -> Any:
        return function(*arguments[:first], **dict(zip(names, arguments[first:], strict=True)))

    return by_name


def _implied(signature: Signature, visible: Sequence[str]) -> tuple[str, ...]:
    if signature.kind.iterates:
        if len(visible) == 1:
            return tuple(visible)
        raise UsageError(
            f"{signature.spec} takes an iterator, whose columns have no names: "
            f"say which ones by on(...); the columns are {', '.join(visible)}",
            signature.spec,
        )
    for parameter in signature.columns:
        if parameter.kind is Parameter.VAR_POSITIONAL:
            raise UsageError(
                f"{signature.spec} takes any number of columns: say which ones by on(...)",
                signature.spec,
            )
    # A value with a default is a constant; a column with one is read up to the last that is there.
    values = signature.kind.takes is Form.VALUE
    meant = [
        parameter.default is Parameter.empty or (not values and parameter.name in visible)
        for parameter in signature.columns
    ]
    count = len(meant) - meant[::-1].index(True) if True in meant else 0
    return tuple(parameter.name for parameter in signature.columns[:count])


def _check_count(signature: Signature, names: Sequence[str]) -> None:
    count = len(names)
    if not signature.kind.by_columns:
        return
    if signature.kind.iterates:
        least = most = signature.arity if signature.arity is not None else count
    else:
        any_number = any(p.kind is Parameter.VAR_POSITIONAL for p in signature.columns)
        single = [p for p in signature.columns if p.kind is not Parameter.VAR_POSITIONAL]
        least = sum(p.default is Parameter.empty for p in single)
        most = count if any_number else len(single)
    if not least <= count <= most:
        takes = str(least) if least == most else f"{least} to {most}"
        raise UsageError(
            f"{signature.spec} takes {takes} columns, but is given {count}: {', '.join(names)}",
            signature.spec,
        )
