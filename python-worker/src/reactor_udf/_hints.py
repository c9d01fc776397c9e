"""What a type hint says about data, in the few shapes that a UDF's hints have."""

from __future__ import annotations

import ast
import collections.abc
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import pyarrow as pa

_ITERATORS: Final = (
    collections.abc.Iterator,
    collections.abc.Iterable,
    collections.abc.Generator,
)
_NO_VALUES: Final = (
    collections.abc.Iterator,
    collections.abc.Generator,
    collections.abc.AsyncIterator,
    collections.abc.AsyncIterable,
    collections.abc.AsyncGenerator,
)

_NO_CODE: Final = types.SimpleNamespace(co_freevars=())
_EMPTY: Final = types.CellType()
_ALIAS: Final[Any] = getattr(typing, "TypeAliasType", ())


class Form(Enum):
    """What is passed in one piece. A column of structs may be shown as a frame is."""

    COLUMN = "column"
    STRUCT = "struct"
    FRAME = "frame"
    TABLE = "table"
    VALUE = "value"


_COLUMN: Final = frozenset({Form.COLUMN})
_FRAME: Final = frozenset({Form.FRAME})
_TABLE: Final = frozenset({Form.TABLE})
_DATA_FRAME: Final = frozenset({Form.STRUCT, Form.FRAME, Form.TABLE})

_DATA: Final = (
    (
        "pyarrow",
        "arrow",
        {
            "Array": _COLUMN,
            "ChunkedArray": _COLUMN,
            "RecordBatch": _FRAME,
            "Table": _TABLE,
            "Scalar": frozenset({Form.VALUE}),
        },
    ),
    ("pandas", "pandas", {"Series": _COLUMN, "DataFrame": _DATA_FRAME}),
    ("polars", "polars", {"Series": _COLUMN, "DataFrame": _DATA_FRAME}),
)
"""Module, library, and what its classes are."""


@dataclass(frozen=True)
class Hint:
    """Data of ``library`` in one of ``forms``: by itself, in an iterator, or in an iterator of
    tuples of it.

    ``arity`` is None without a tuple, and -1 for a tuple of any length; ``members`` are the forms
    of what it holds.
    """

    library: str
    forms: frozenset[Form]
    iterator: bool = False
    arity: int | None = None
    members: tuple[frozenset[Form], ...] = ()


@dataclass(frozen=True)
class Unresolved:
    """An annotation that can't be evaluated."""

    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.text} ({self.reason})"


def forms_of(library: str) -> frozenset[Form]:
    """Return the forms in which a library has data; of Python itself, single values."""
    found = {form for _, name, classes in _DATA if name == library for form in classes.values()}
    return (
        frozenset({Form.VALUE}).union(*found) if library == "python" else frozenset().union(*found)
    )


def evaluated(annotation: Any, function: Callable[..., Any]) -> Any:
    """Return an annotation of ``function`` as its module means it, without ``Annotated``; one that
    can't be evaluated, as names that are imported for type checkers alone can't, is ``Unresolved``.
    """
    names, local = _names_of(function)
    try:
        return _evaluated(annotation, names, local)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        if isinstance(annotation, str):
            try:
                return _evaluated(_bare(annotation, {**names, **local}), names, local)
            except Exception:
                pass
        return Unresolved(annotation if isinstance(annotation, str) else repr(annotation), reason)


def classify(hint: Any, *, result: bool = False) -> Hint | None:
    """Return what ``hint`` says about data, or None if it says nothing.

    Only a ``result`` may be a ``pa.ChunkedArray``: columns are passed as arrays.
    """
    hint = _plain(hint)
    if not result and pa.ChunkedArray in (hint, *typing.get_args(hint)):
        return None
    data = _data(hint)
    if data is not None:
        return Hint(*data)
    if not is_iterator(hint) or not typing.get_args(hint):
        return None
    return _classify_element(_plain(typing.get_args(hint)[0]))


def common(forms: Sequence[frozenset[Form]]) -> frozenset[Form]:
    """Return the forms that all have. Beside a column, a data frame is a column of structs."""
    if any(Form.COLUMN in one for one in forms):
        forms = [one | _COLUMN if Form.STRUCT in one else one for one in forms]
    return frozenset.intersection(*forms)


def is_iterator(hint: Any) -> bool:
    """Whether ``hint`` is an iterator of anything."""
    return (typing.get_origin(hint) or hint) in _ITERATORS


def is_value(hint: Any) -> bool:
    """Whether what is hinted so can be a single value: neither data nor an iterator, nor anything
    that holds data, nor a numpy array, which no value of Arrow is.
    """
    return not isinstance(hint, Unresolved) and not any(
        (typing.get_origin(part) or part) in _NO_VALUES
        or _data(part) is not None
        or _is_numpy(part)
        for part in _parts(hint)
    )


def _names_of(function: Callable[..., Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the global names that a function sees, and those of functions around it."""
    function = inspect.unwrap(function)
    cells = zip(
        getattr(function, "__code__", _NO_CODE).co_freevars,
        getattr(function, "__closure__", None) or (),
        strict=False,
    )
    around = {name: cell.cell_contents for name, cell in cells if cell != _EMPTY}
    return getattr(function, "__globals__", {}), around


def _evaluated(annotation: Any, names: Mapping[str, Any], local: Mapping[str, Any]) -> Any:
    holder = types.SimpleNamespace(__annotations__={"hint": annotation})
    return typing.get_type_hints(holder, dict(names), dict(local))["hint"]


def _bare(annotation: str, names: Mapping[str, Any]) -> str:
    """Take the parameters from classes that have some for type checkers alone, as in
    ``pd.Series[float]``.
    """

    class Bare(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            value = eval(ast.unparse(node.value), dict(names))  # the user's own annotation
            if isinstance(value, type) and not hasattr(value, "__class_getitem__"):
                return node.value
            return self.generic_visit(node)

        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            if not isinstance(node.value, str):
                return node
            inside: ast.AST = self.visit(ast.parse(node.value, mode="eval").body)
            return inside

    return ast.unparse(Bare().visit(ast.parse(annotation, mode="eval")))


def _plain(hint: Any) -> Any:
    """Return what ``hint`` stands for, without None beside it."""
    while True:
        members = [one for one in typing.get_args(hint) if one is not type(None)]
        if typing.get_origin(hint) in (typing.Union, types.UnionType) and len(members) == 1:
            (hint,) = members
        elif hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        elif isinstance(hint, _ALIAS):
            hint = hint.__value__
        else:
            return hint


def _parts(hint: Any) -> Iterator[Any]:
    yield (plain := _plain(hint))
    for part in typing.get_args(plain):
        yield from _parts(part)


def _classify_element(element: Any) -> Hint | None:
    if typing.get_origin(element) is not tuple:
        data = _data(element)
        return None if data is None else Hint(*data, iterator=True)
    members = typing.get_args(element)
    any_length = len(members) == 2 and members[1] is Ellipsis
    held = [_data(_plain(member)) for member in (members[:1] if any_length else members)]
    known = [one for one in held if one is not None]
    if len(known) != len(held) or len({library for library, _ in known}) != 1:
        return None
    forms = tuple(forms for _, forms in known)
    arity = -1 if any_length else len(members)
    return Hint(known[0][0], common(forms), iterator=True, arity=arity, members=forms)


def _data(hint: Any) -> tuple[str, frozenset[Form]] | None:
    kind = typing.get_origin(hint) or hint
    if not isinstance(kind, type):
        return None
    for module, library, classes in _DATA:
        # A function can only be hinted with a library that was imported.
        loaded = sys.modules.get(module)
        for name, forms in classes.items():
            if loaded is not None and issubclass(kind, getattr(loaded, name)):
                return library, forms
    return None


def _is_numpy(hint: Any) -> bool:
    kind = typing.get_origin(hint) or hint
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(kind, type) and issubclass(kind, numpy.ndarray)
