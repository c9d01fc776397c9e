"""What a function looks like by its type hints, by which kinds know their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reactor_udf._callee import Callee
from reactor_udf._hints import Form, Hint, classify, common, is_iterator, is_value

_NONE: Final = type(None)
_COLUMN: Final = frozenset({Form.COLUMN})


@dataclass(frozen=True)
class Shape:
    """The forms in which a function takes its data, from ``count`` parameters, and gives its
    result.

    ``tuples``: what it iterates over are tuples. ``method``: what is called of a class.
    """

    library: str
    takes: frozenset[Form]
    gives: frozenset[Form]
    count: int = 1
    iterates: bool = False
    tuples: bool = False
    yields: bool = False
    asynchronous: bool = False
    method: str = "__call__"


@dataclass(frozen=True)
class Unclear:
    """The hints make no shape, and why."""

    reason: str


def data_hints(callee: Callee) -> Mapping[str, Hint]:
    """Return what the parameters that are hinted as data take."""
    hints = {name: classify(callee.hints.get(name)) for name in callee.parameters}
    return {name: hint for name, hint in hints.items() if hint is not None}


def shape_of(callee: Callee) -> Shape | Unclear:
    """Return the shape; a function without a hint of data is one of single values."""
    given = list(data_hints(callee).values()) or [Hint("python", frozenset({Form.VALUE}))]
    annotation = callee.hints.get("return")
    result = classify(annotation, result=True)
    reason = _why_no_argument(callee, given) or _why_no_result(callee, given[0], result)
    if reason is not None:
        return Unclear(reason)
    first = given[0]
    takes = common([hint.forms for hint in given])
    gives = frozenset({Form.VALUE}) if result is None else result.forms
    return Shape(
        first.library,
        takes | common([takes, gives]) & _COLUMN,
        gives | common([takes, gives]) & _COLUMN,
        len(given),
        first.iterator,
        first.arity is not None,
        is_iterator(annotation),
        callee.asynchronous,
        callee.method,
    )


def _why_no_argument(callee: Callee, given: Sequence[Hint]) -> str | None:
    if given[0].library == "python":
        for name in callee.parameters:
            if not is_value(callee.hints.get(name)):
                return f"{name} is hinted as nothing that a function is given"
    if len({hint.library for hint in given}) > 1:
        return "it takes the data of several libraries"
    if any(hint.iterator for hint in given) and len(given) > 1:
        return "it takes an iterator and other data"
    return None if common([hint.forms for hint in given]) else "it takes columns and batches"


def _why_no_result(callee: Callee, first: Hint, result: Hint | None) -> str | None:
    if callee.method != "__call__":
        # What a table function gives are rows, whether it is hinted so or not.
        return None
    if "return" not in callee.hints:
        return None if first.library == "python" else "its result has no hint"
    annotation = callee.hints["return"]
    if result is None:
        known = is_iterator(annotation) or (annotation is not _NONE and is_value(annotation))
        return None if known else "its result is hinted as nothing that a function gives"
    if result.arity is not None:
        return "it gives tuples of data"
    if Form.VALUE not in result.forms and result.library != first.library:
        return f"it takes data of {first.library} and gives that of {result.library}"
    return None
