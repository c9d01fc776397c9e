"""What the type hints of a function say, in the few shapes that a UDF's hints have."""

from __future__ import annotations

import collections.abc
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import pyarrow as pa

_ITERATORS: Final = (
    collections.abc.Iterator,
    collections.abc.Iterable,
    collections.abc.Generator,
)


class Data(Enum):
    """What a hint says is passed."""

    SERIES = "pandas.Series"
    FRAME = "pandas.DataFrame"
    ARRAY = "pyarrow.Array"
    BATCH = "pyarrow.RecordBatch"


@dataclass(frozen=True)
class Hint:
    """``data``, by itself, in an iterator, or in an iterator of tuples of it.

    ``arity`` is None without a tuple, and -1 for a tuple of any length.
    """

    data: Data
    iterator: bool = False
    arity: int | None = None


@dataclass(frozen=True)
class Unresolved:
    """An annotation that can't be evaluated."""

    text: str
    reason: str


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the evaluated annotations; one that can't be evaluated is ``Unresolved``."""
    try:
        return typing.get_type_hints(function)
    except Exception:
        return {
            name: _evaluate(function, annotation)
            for name, annotation in getattr(function, "__annotations__", {}).items()
        }


def classify(hint: Any, *, result: bool = False) -> Hint | None:
    """Return what ``hint`` says about data, or None if it says nothing.

    Only a ``result`` may be a ``pa.ChunkedArray``: columns are passed as arrays.
    """
    data = _data(hint)
    if not result and pa.ChunkedArray in (hint, *typing.get_args(hint)):
        return None
    if data is not None:
        return Hint(data)
    if typing.get_origin(hint) not in _ITERATORS or not typing.get_args(hint):
        return None
    return _classify_element(typing.get_args(hint)[0])


def _classify_element(element: Any) -> Hint | None:
    if typing.get_origin(element) is not tuple:
        data = _data(element)
        return None if data is None else Hint(data, iterator=True)
    members = typing.get_args(element)
    any_length = len(members) == 2 and members[1] is Ellipsis
    kinds = {_data(member) for member in (members[:1] if any_length else members)}
    if len(kinds) != 1 or None in kinds:
        return None
    (found,) = kinds
    assert found is not None
    return Hint(found, iterator=True, arity=-1 if any_length else len(members))


def _data(hint: Any) -> Data | None:
    kind = typing.get_origin(hint) or hint
    if not isinstance(kind, type):
        return None
    if issubclass(kind, (pa.Array, pa.ChunkedArray)):
        return Data.ARRAY
    if issubclass(kind, pa.RecordBatch):
        return Data.BATCH
    # A function can only be hinted with pandas where pandas was imported.
    pandas = sys.modules.get("pandas")
    if pandas is not None and issubclass(kind, pandas.Series):
        return Data.SERIES
    if pandas is not None and issubclass(kind, pandas.DataFrame):
        return Data.FRAME
    return None


def _evaluate(function: Callable[..., Any], annotation: Any) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, getattr(function, "__globals__", {}))  # the user's own annotation
    except Exception as error:
        return Unresolved(annotation, f"{type(error).__name__}: {error}")
