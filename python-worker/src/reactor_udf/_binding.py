"""Binds a function's parameters to columns and constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter
from typing import Any

from reactor_udf._errors import UsageError
from reactor_udf._signature import Signature


def column_names(
    signature: Signature, on: Sequence[str] | None, visible: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns that the function reads, in the order in which it takes them.

    ``visible`` are the columns that there are. Without ``on`` a scalar function takes those that
    its parameters are named like, an iterator function the only one, a map function all.
    """
    names = tuple(visible) if on is None else tuple(on)
    if on is None and signature.row_aligned:
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


def positional(
    function: Callable[..., Any], signature: Signature, count: int, constants: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return ``function`` with its constants bound, to be called with ``count`` columns by
    position.
    """
    bound = partial(function, **constants) if constants else function
    names = signature.keywords_for(count)
    if names is None:
        return bound

    def by_name(*columns: Any) -> Any:
        return bound(**dict(zip(names, columns, strict=True)))

    return by_name


def _implied(signature: Signature, visible: Sequence[str]) -> tuple[str, ...]:
    if signature.iterator:
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
    return tuple(parameter.name for parameter in signature.columns)


def _check_count(signature: Signature, names: Sequence[str]) -> None:
    count = len(names)
    if signature.iterator:
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
