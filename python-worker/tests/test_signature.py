"""What type hints say: the kind, what takes columns, and what takes constants."""

from __future__ import annotations

from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from jvm import Jvm, stage

from reactor_udf._code import load_callee
from reactor_udf._errors import FunctionRaised, UsageError
from reactor_udf._kinds import kinds
from reactor_udf._signature import Given, Signature, read_signature

PRELUDE = """
import functools
import typing
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, List, NewType, Optional, Tuple, Union

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from reactor_udf import udf

if TYPE_CHECKING:
    from decimal import Decimal

Delay = NewType("Delay", pd.Series)

def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments, **constants):
        return function(*arguments, **constants)
    return wrapper

"""
FUTURE = "from __future__ import annotations\n"
_numbers = count()


def read(
    code: str,
    *,
    future: bool = False,
    name: str = "f",
    stated: str | None = None,
    constants: dict[str, Any] | None = None,
    **given: Any,
) -> Signature:
    """Read the signature of ``f`` of a module of this code."""
    text = (FUTURE if future else "") + PRELUDE + code
    callee = load_callee(f"signature_{next(_numbers)}:{name}", text)
    signature = read_signature(callee, stated, Given(constants or {}, **given))
    signature.check_constants(constants or {})
    return signature


def refusal(code: str, **given: Any) -> str:
    with pytest.raises(UsageError) as raised:
        read(code, **given)
    return raised.value.message


def function(signature: str) -> str:
    return f"def f{signature}: ..."


GROUPED = {"grouped": True}
FRAMED = {"framed": True}
TWO = {"grouped": True, "inputs": 2}
KEY = {"grouped": True, "takes_key": True}

RECOGNIZED: list[tuple[str, str, str, str, dict[str, Any]]] = [
    # The function; its kind; the columns; the constants; what it is given, and what else it says.
    # Scalar.
    ("(x: pd.Series) -> pd.Series", "scalar_pandas", "x", "", {}),
    ("(x: pa.Array, y: pa.Array) -> pa.Array", "scalar_arrow", "x y", "", {}),
    ("(x: pa.Array) -> pa.ChunkedArray", "scalar_arrow", "x", "", {}),
    ("(x: pa.Int64Array) -> pa.DoubleArray", "scalar_arrow", "x", "", {}),
    ("(*xs: pd.Series) -> pd.Series", "scalar_pandas", "xs", "", {}),
    ("(x: pd.Series, *, factor: float = 2) -> pd.Series", "scalar_pandas", "x", "factor", {}),
    ("(x: pd.Series, factor=2, **more) -> pd.Series", "scalar_pandas", "x", "factor more", {}),
    ("(x: pd.Series, /, factor: int = 2) -> pd.Series", "scalar_pandas", "x", "factor", {}),
    ("(factor: int = 2, *, x: pd.Series) -> pd.Series", "scalar_pandas", "x", "factor", {}),
    ("(x: Optional[pd.Series]) -> Optional[pd.Series]", "scalar_pandas", "x", "", {}),
    ("(x: pd.Series | None = None) -> pd.Series", "scalar_pandas", "x", "", {}),
    ("(x: Union[pd.Series, None]) -> pd.Series", "scalar_pandas", "x", "", {}),
    ('(x: Annotated[pd.Series, "km"]) -> Annotated[pd.Series, 1]', "scalar_pandas", "x", "", {}),
    ('(x: "pd.Series") -> "pd.Series"', "scalar_pandas", "x", "", {}),
    ('(x: "pd.Series[float]") -> "pd.Series[Decimal]"', "scalar_pandas", "x", "", {}),
    ("(x: Delay) -> Delay", "scalar_pandas", "x", "", {}),
    ('(x: pa.Array, a: "Decimal | None" = None) -> pa.Array', "scalar_arrow", "x", "a", {}),
    # Scalar iterator.
    ("(x: Iterator[pd.Series]) -> Iterator[pd.Series]", "scalar_iterator_pandas", "x", "", {}),
    ("(x: Iterable[pa.Array]) -> Generator[pa.Array, None, None]", "scalar_iterator_arrow", "x",
     "", {"arity": 1}),
    ("(x: typing.Iterator[pa.Array]) -> typing.Iterator[pa.Array]", "scalar_iterator_arrow", "x",
     "", {"arity": 1, "tuples": False}),
    ('(x: Iterator["pd.Series"]) -> "Iterator[pd.Series]"', "scalar_iterator_pandas", "x", "", {}),
    ('(x: "Iterator[pd.Series[int]]") -> Iterator[pd.Series]', "scalar_iterator_pandas", "x", "",
     {}),
    ("(x: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]", "scalar_iterator_pandas",
     "x", "", {"arity": 2, "tuples": True}),
    ("(x: Iterator[Tuple[pa.Array, ...]], k=1) -> Iterator[pa.Array]", "scalar_iterator_arrow",
     "x", "k", {"arity": None, "tuples": True}),
    # Map, and grouped map of iterators, which look the same.
    ("(x: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]", "map_pandas", "x", "", {}),
    ("(x: Iterator[pa.RecordBatch], k: int = 1) -> Iterable[pa.RecordBatch]", "map_arrow", "x",
     "k", {}),
    ("(x: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]", "grouped_map_iterator_arrow",
     "x", "", GROUPED),
    ("(key, x: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]", "grouped_map_iterator_pandas",
     "x", "", KEY),
    # Grouped map.
    ("(x: pd.DataFrame) -> pd.DataFrame", "grouped_map_pandas", "x", "", GROUPED),
    ("(x: pa.Table) -> pa.Table", "grouped_map_arrow", "x", "", GROUPED),
    ("(key: tuple[pa.Scalar, ...], x: pa.Table) -> pa.Table", "grouped_map_arrow", "x", "", KEY),
    ("(key: Any, x: pd.DataFrame, k: int = 2) -> pd.DataFrame", "grouped_map_pandas", "x", "k",
     KEY),
    ("(x: pd.DataFrame = None) -> pd.DataFrame", "grouped_map_pandas", "x", "",
     {"takes_key": False, **GROUPED}),
    # Aggregates.
    ("(x: pd.Series) -> float", "grouped_aggregate_pandas", "x", "", {}),
    ("(x: pd.Series, y: pd.Series) -> np.float64", "grouped_aggregate_pandas", "x y", "", GROUPED),
    ("(x: pa.Array) -> pa.Scalar", "grouped_aggregate_arrow", "x", "", GROUPED),
    ("(x: pa.Array) -> Optional[pa.DoubleScalar]", "grouped_aggregate_arrow", "x", "", {}),
    ("(x: pd.Series) -> Union[int, float]", "grouped_aggregate_pandas", "x", "", {}),
    ("(x: pd.Series) -> Any", "grouped_aggregate_pandas", "x", "", {}),
    ("(x: pd.Series) -> list[float]", "grouped_aggregate_pandas", "x", "", {}),
    ("(x: Iterator[pd.Series]) -> float", "grouped_aggregate_iterator_pandas", "x", "", GROUPED),
    ("(x: pd.Series, q=0.5) -> float", "window_aggregate_pandas", "x", "q", FRAMED),
    # polars.
    ("(x: pl.Series, y: pl.Series) -> pl.Series", "scalar_polars", "x y", "", {}),
    ("(x: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]", "map_polars", "x", "", {}),
    ("(key, x: pl.DataFrame) -> pl.DataFrame", "grouped_map_polars", "x", "", KEY),
    ("(x: pl.Series) -> float", "grouped_aggregate_polars", "x", "", {}),
    # Cogrouped map.
    ("(x: pd.DataFrame, y: pd.DataFrame) -> pd.DataFrame", "cogrouped_map_pandas", "x y", "", TWO),
    ("(key, x: pa.Table, y: pa.Table, k=1) -> pa.Table", "cogrouped_map_arrow", "x y", "k",
     {"takes_key": True, **TWO}),
    # Rows.
    ("(x: int) -> int", "rows_python", "x", "", {}),
    ("(x: int, y) -> str", "rows_python", "x y", "", {}),
    ("(x) -> Any", "rows_python", "x", "", {}),
    ("(*xs: Optional[float]) -> Optional[float]", "rows_python", "xs", "", {}),
    ("(x: Iterable[int], *, k: int = 1) -> List[int]", "rows_python", "x", "k", {}),
    ("(x: np.float64) -> np.float64", "rows_python", "x", "", {}),
    ("(x: pa.Scalar) -> pa.Scalar", "rows_arrow", "x", "", {}),
    ("(x: pa.Int64Scalar) -> int", "rows_arrow", "x", "", {}),
]  # fmt: skip


@pytest.mark.parametrize("future", [False, True])
@pytest.mark.parametrize(("hints", "kind", "columns", "constants", "more"), RECOGNIZED)
def test_hints_say_the_kind(
    hints: str, kind: str, columns: str, constants: str, more: dict[str, Any], future: bool
) -> None:
    given = {name: more[name] for name in ("grouped", "framed", "inputs") if name in more}
    signature = read(function(hints), future=future, **given)
    assert signature.kind_name == kind
    assert [parameter.name for parameter in signature.columns] == columns.split()
    assert [parameter.name for parameter in signature.constants] == constants.split()
    for name in more.keys() - given.keys():
        assert getattr(signature, name) == more[name], name
    assert read(function(hints), stated=signature.kind.name, **given).kind is signature.kind


def test_a_kind_may_be_stated_by_its_family() -> None:
    code = function("(x: Iterator[pd.Series]) -> float")
    assert read(code, stated="grouped_aggregate").kind.name == "grouped_aggregate_iterator"


def test_a_function_without_hints_may_be_stated() -> None:
    signature = read(function("(k, x, y=1)"), stated="rows", constants={"k": 2})
    assert signature.kind_name == "rows_python"
    assert [parameter.name for parameter in signature.columns] == ["x", "y"]
    assert [parameter.name for parameter in signature.constants] == ["k"]


CLASS = """
class f:
    def __init__(self, factor: float = 2, *, shift: int = 0) -> None:
        self.factor = factor
    def __call__(self, x: pd.Series, y: pd.Series) -> pd.Series: ...
"""
METHODS = """
class Model:
    @udf(returns="int64")
    def score(self, x: pd.Series, k: int = 1) -> pd.Series: ...
    @staticmethod
    @udf(returns="int64")
    def static(x: pd.Series) -> pd.Series: ...
    @udf(returns="int64")
    @staticmethod
    def turned(x: pd.Series) -> pd.Series: ...
    @classmethod
    def of_class(cls, x: pd.Series) -> pd.Series: ...
class Derived(Model):
    pass
f = Derived().score
"""
TABLE = """
class f:
    def __init__(self, k: int = 1) -> None: ...
    def eval(self, {}): ...
    def terminate(self): ...
"""
PARTIAL = "def g(x: pa.Array, a, b: int, *, c: int = 3) -> pa.Array: ...\n"

CALLABLES: list[tuple[str, str, str, str, str]] = [
    # The code; the name; the kind; the columns; the constants.
    (CLASS, "f", "scalar_pandas", "x y", "factor shift"),
    (CLASS + "class g(f): pass", "g", "scalar_pandas", "x y", "factor shift"),
    (CLASS + "object_ = f(3)", "object_", "scalar_pandas", "x y", ""),
    (CLASS + "g = functools.partial(f, shift=3)", "g", "scalar_pandas", "x y", "factor"),
    (
        "@dataclass\nclass f:\n  k: int = 2\n  def __call__(self, x: pa.Array) -> pa.Array: ...",
        "f",
        "scalar_arrow",
        "x",
        "k",
    ),
    (
        "class f(typing.NamedTuple):\n  k: int = 1\n  def __call__(self, x: pa.Array) -> pa.Array:"
        " ...",
        "f",
        "scalar_arrow",
        "x",
        "k",
    ),
    (
        "class f:\n  @staticmethod\n  def __call__(x: pa.Array) -> pa.Array: ...",
        "f",
        "scalar_arrow",
        "x",
        "",
    ),
    (
        "class f:\n  @classmethod\n  def __call__(cls, x: pa.Array) -> pa.Array: ...",
        "f",
        "scalar_arrow",
        "x",
        "",
    ),
    (TABLE.format("x: int, y"), "f", "table_python", "x y", "k"),
    (TABLE.format("*xs"), "f", "table_python", "xs", "k"),
    (TABLE.format("x: pa.Array, y: pa.Array"), "f", "table_columns_arrow", "x y", "k"),
    (TABLE.format("x: pa.RecordBatch"), "f", "table_batches_arrow", "x", "k"),
    (TABLE.format("x") + "class g(f): pass", "g", "table_python", "x", "k"),
    ("@udf\ndef f(x, y, k=1): ...", "f", "rows_python", "x y k", ""),
    ("async def f(x: pd.Series) -> pd.Series: ...", "f", "scalar_async_pandas", "x", ""),
    ("async def f(x: int) -> int: ...", "f", "rows_async_python", "x", ""),
    ("async def g(x: int, k) -> int: ...\nf = functools.partial(g, k=1)", "f", "rows_async_python",
     "x", ""),
    ("class f:\n  async def __call__(self, x: pa.Array) -> pa.Array: ...\nf = f()", "f",
     "scalar_async_arrow", "x", ""),
    (METHODS, "f", "scalar_pandas", "x", "k"),
    (METHODS, "Model.static", "scalar_pandas", "x", ""),
    (METHODS, "Derived.turned", "scalar_pandas", "x", ""),
    (METHODS, "Model.of_class", "scalar_pandas", "x", ""),
    (PARTIAL + "f = functools.partial(g, b=1, a=2)", "f", "scalar_arrow", "x", "c"),
    (PARTIAL + "f = functools.partial(functools.partial(g, a=2), b=1, c=2)", "f", "scalar_arrow",
     "x", ""),
    (
        "def g(k, x: pa.Array) -> pa.Array: ...\nf = functools.partial(g, 1)",
        "f",
        "scalar_arrow",
        "x",
        "",
    ),
    (
        "def g(k, x: pa.Array) -> pa.Array: ...\nf = functools.partial(g, k=1)",
        "f",
        "scalar_arrow",
        "x",
        "",
    ),
    ("@decorated\ndef f(x: pd.Series, k=1) -> pd.Series: ...", "f", "scalar_pandas", "x", "k"),
    (
        "@functools.lru_cache\ndef f(x: pd.Series, k=1) -> pd.Series: ...",
        "f",
        "scalar_pandas",
        "x",
        "k",
    ),
    (
        "def make():\n  from pyarrow import Array as Local\n"
        "  def f(x: 'Local') -> 'Local': return Local\n  return f\nf = make()",
        "f",
        "scalar_arrow",
        "x",
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize("future", [False, True])
@pytest.mark.parametrize(("code", "name", "kind", "columns", "constants"), CALLABLES)
def test_whatever_can_be_called_has_a_signature(
    code: str, name: str, kind: str, columns: str, constants: str, future: bool
) -> None:
    signature = read(code, name=name, future=future)
    assert signature.kind_name == kind
    assert [parameter.name for parameter in signature.columns] == columns.split()
    assert [parameter.name for parameter in signature.constants] == constants.split()


@pytest.mark.parametrize(
    ("kind", "parameters", "given", "columns", "takes_key"),
    [
        ("scalar_arrow", "(x, y, k=1)", {}, "x y", False),
        ("scalar_arrow", "(k, x)", {"constants": {"k": 1}}, "x", False),
        ("scalar_iterator_pandas", "(x)", {}, "x", False),
        ("map_pandas", "(x, k=1)", {}, "x", False),
        ("map_pandas", "(k, x)", {"constants": {"k": 1}}, "x", False),
        ("grouped_map_pandas", "(x)", GROUPED, "x", False),
        ("grouped_map_arrow", "(key, x)", GROUPED, "x", True),
        ("grouped_map_pandas", "(x: pd.DataFrame)", GROUPED, "x", False),
        ("window_aggregate_pandas", "(x)", FRAMED, "x", False),
        ("cogrouped_map_pandas", "(x, y)", TWO, "x y", False),
        ("cogrouped_map_pandas", "(key, x, y)", TWO, "x y", True),
        ("rows_arrow", "(x, k=1)", {}, "x k", False),
    ],
)
def test_a_decorator_says_the_kind_of_a_function_without_hints(
    kind: str, parameters: str, given: dict[str, Any], columns: str, takes_key: bool
) -> None:
    code = f"@udf(kind={kind!r})\ndef f{parameters}: ..."
    signature = read(code, **given)
    assert signature.kind_name == kind
    assert [parameter.name for parameter in signature.columns] == columns.split()
    assert signature.takes_key is takes_key


@pytest.mark.parametrize(
    ("stated", "parameters", "given", "takes_key"),
    [
        ("scalar", "(x, y, k=1)", {}, False),
        ("map", "(x)", {}, False),
        ("grouped_map", "(key, x)", GROUPED, True),
        ("window_aggregate", "(x)", FRAMED, False),
    ],
)
def test_a_decorated_function_without_hints_is_over_pandas_if_a_kind_is_stated(
    stated: str, parameters: str, given: dict[str, Any], takes_key: bool
) -> None:
    signature = read(f"@udf\ndef f{parameters}: ...", stated=stated, **given)
    assert signature.kind_name == f"{stated}_pandas"
    assert signature.takes_key is takes_key


WRONG: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    # The code; what it is given; what the message says.
    # Hints.
    (function("(x, y)"), {}, ("(x: no hint, y: no hint) -> no hint", "as it has none")),
    (function("(x: pd.Series)"), {}, ("its result has no hint", "-> no hint")),
    (function("(x: pd.Series) -> None"), {}, ("its result is hinted as nothing that",)),
    (function("(x: pd.Series) -> np.ndarray"), {}, ("its result is hinted as nothing that",)),
    (function("(x: pd.Series) -> list[pd.Series]"), {}, ("its result is hinted as nothing",)),
    (function("(x: pd.Series) -> tuple[pd.Series, ...]"), {}, ("its result is hinted",)),
    (
        function("(x: Iterator[pd.Series]) -> Iterator[tuple[pd.Series, ...]]"),
        {},
        ("it gives tuples of data",),
    ),
    (function("(x: pd.Series) -> pa.Array"), {}, ("takes data of pandas and gives that of arrow",)),
    (function("(x: pd.Series, y: pa.Array) -> pa.Array"), {}, ("data of several libraries",)),
    (function("(x: pa.Array, y: pa.RecordBatch) -> pa.Array"), {}, ("columns and batches",)),
    (
        function("(x: Iterator[pa.Array], y: pa.Array) -> Iterator[pa.Array]"),
        {},
        ("an iterator and other data",),
    ),
    (function("(x: Iterator[pa.Array]) -> pa.Array"), {}, ("no kind is called so",)),
    (function("(x: pa.Array) -> Iterator[pa.Array]"), {}, ("no kind is called so",)),
    (function("(x: pa.ChunkedArray) -> pa.Array"), {}, ("x is hinted as nothing that",)),
    (function("(x: Iterator) -> Iterator"), {}, ("x is hinted as nothing that",)),
    (function("(x: np.ndarray) -> float"), {}, ("x is hinted as nothing that",)),
    (function("(x: list[pd.Series]) -> float"), {}, ("x is hinted as nothing that",)),
    (function("(x: Union[pd.Series, pa.Array]) -> float"), {}, ("x is hinted as nothing that",)),
    (function("(x: AsyncIterator[pa.Array]) -> float"), {}, ("x is hinted as nothing that",)),
    (function("(x: Iterator[tuple[pa.Array, int]]) -> float"), {}, ("x is hinted as nothing",)),
    (function('(x: "Decimal") -> pa.Array'), {}, ("can't be evaluated: x: Decimal (NameError",)),
    (function('(x: "pa.Aray") -> "pa.Aray"'), {}, ("x: pa.Aray (AttributeError", "return: pa.A")),
    (function('(x: "minutes of delay") -> float'), {}, ("x: minutes of delay (SyntaxError",)),
    (function('(x: "Iterator[Gone]") -> float'), {}, ("x: Iterator[Gone] (NameError",)),
    ("async " + function("(x: pd.Series) -> float"), {}, ("async (x: pandas", "-> float")),
    # What the JVM or the decorator says.
    (
        function("(x: pa.Array) -> pa.Array"),
        {"stated": "map"},
        ("is stated as 'map' in Java, but its type hints in Python say 'scalar_arrow'",),
    ),
    (
        function("(x: pa.Array) -> float"),
        {"stated": "map"},
        ("say 'grouped_aggregate_arrow' or 'window_aggregate_arrow'",),
    ),
    (
        '@udf(kind="scalar_arrow")\ndef f(x): ...',
        {"stated": "map"},
        ("is stated as 'map' in Java, but @udf(kind=...) in Python says 'scalar_arrow'",),
    ),
    (function("(x)"), {"stated": "scalar"}, ("these hints would do:\n  scalar: (pd.Series",)),
    (function("(x)"), {"stated": "sclar"}, ("'sclar' in Java, which no function is", "scalar,")),
    *(
        (f"@udf(kind={kind!r})\ndef f(x): ...", {}, (f"@udf(kind={kind!r}) of", "is no kind"))
        for kind in ("scalar", "scalar_spark", "sclar_pandas", "map_python", "scalar_python")
    ),
    (
        '@udf(kind="scalar_pandas")\ndef f(x: pa.Array) -> pa.Array: ...',
        {},
        ("is a 'scalar_pandas' as @udf(kind=...) says, but its code says otherwise",),
    ),
    ('@udf(kind="scalar_pandas")\nasync def f(x): ...', {}, ("its code says otherwise: async (x",)),
    (TABLE.format("x: np.ndarray"), {}, ("eval(x: numpy.ndarray) -> no hint", "class with eval")),
    (
        TABLE.format("x: np.ndarray"),
        {"stated": "scalar"},
        ("as 'scalar' in Java, which no class with eval is",),
    ),
    (TABLE.format("x"), {"stated": "scalar"}, ("'scalar' in Java, but its type hints in Python",)),
    (function("(x: int) -> None"), {}, ("its result is hinted as nothing that",)),
    (function("(x: int) -> Iterator[int]"), {}, ("no kind is called so",)),
    # What goes with a kind.
    (function("(x: pd.DataFrame) -> pd.DataFrame"), {}, ("'grouped_map_pandas', which needs gr",)),
    (function("(x: pd.Series) -> pd.Series"), GROUPED, ("which has no groups",)),
    (function("(x: pd.Series) -> pd.Series"), FRAMED, ("which has no row frame",)),
    (function("(x: pd.Series) -> float"), {"stated": "window_aggregate"}, ("needs a row frame",)),
    (function("(x: pd.Series) -> pd.Series"), {"inputs": 2}, ("reads one input",)),
    # Parameters.
    (function("(**xs: pd.Series) -> pd.Series"), {}, ("takes columns as **xs", "write *xs")),
    (
        function("(x: pd.Series, k: int) -> pd.Series"),
        {},
        ("'k' of", "has no value: give a constant by with('k', ...), or hint it as a column, or"),
    ),
    (
        function("(k, /, x: pd.Series) -> pd.Series"),
        {},
        ("'k' of", "has no value: hint it as a column, or give it a default"),
    ),
    (
        function("(x: pd.Series, k=1, /) -> pd.Series"),
        {"constants": {"k": 1}},
        ("the constant 'k' is unknown", "(x, k=1)"),
    ),
    (
        function("(x: pd.Series) -> pd.Series"),
        {"constants": {"x": 1}},
        ("the constant 'x' takes a column",),
    ),
    (
        PARTIAL + "f = functools.partial(g, a=2, b=1)",
        {"constants": {"b": 1}},
        ("the constant 'b' is unknown", "(x, c)"),
    ),
    (CLASS, {"constants": {"x": 1}}, ("the constant 'x' is unknown", "(factor, shift)")),
    (
        "class f:\n  def __init__(self, k): ...\n  def __call__(self, x: pa.Array) -> Any: ...",
        {},
        ("'k' of", "has no value: give a constant by with('k', ...), or give it a default"),
    ),
    (
        "class f:\n  def __call__(self, x: pa.Array, k) -> pa.Array: ...",
        {"constants": {}},
        ("'k' of", "has no value: hint it as a column, or give it a default"),
    ),
    (
        function("(key, k, x: pd.DataFrame) -> pd.DataFrame"),
        GROUPED,
        ("'key' of", "has no value"),
    ),
    # What is called.
    ("class f: pass", {}, ("is a class without a method that could be called: define __call__",)),
    (METHODS, {"name": "Model.score"}, ("is a method, which needs an instance: name the class",)),
    (METHODS, {"name": "Model.gone"}, ("there is no function 'Model.gone'",)),
    (METHODS, {"name": "gone.score"}, ("there is no function 'gone.score'",)),
    ("f = 3", {}, ("'f' in", "is not a function but 3")),
    ("f = dict.fromkeys", {}, ("hints of", "(iterable: no hint")),
    ("f = min", {}, ("has no readable signature, so write a function with type hints",)),
]


@pytest.mark.parametrize(("code", "given", "messages"), WRONG)
def test_what_is_wrong_is_said(code: str, given: dict[str, Any], messages: tuple[str, ...]) -> None:
    said = refusal(code, **given)
    for message in messages:
        assert message in said


BODY = " -> pa.Array:\n    return pc.add(pc.multiply(x, k), y)\n"
CALLED: tuple[tuple[str, dict[str, Any], list[str] | None, int], ...] = (
    # Parameters; constants; columns; the result of x = 2, y = 30.
    ("(x: pa.Array, y: pa.Array, k=1)", {}, None, 32),
    ("(x: pa.Array, y: pa.Array, k=1)", {"k": 2}, None, 34),
    ("(x: pa.Array, y: pa.Array, k=1)", {}, ["y", "x"], 32),
    ("(k, x: pa.Array, y: pa.Array)", {"k": 3}, None, 36),
    ("(k, y: pa.Array, x: pa.Array)", {"k": 3}, ["y", "x"], 36),
    ("(x: pa.Array, k=1, *, y: pa.Array)", {"k": 4}, None, 38),
    ("(x: pa.Array, /, y: pa.Array, *, k)", {"k": 5}, None, 40),
    ("(*, k=1, y: pa.Array, x: pa.Array)", {}, None, 32),
    ("(x: pa.Array, y: pa.Array = 5, k=1)", {"k": 6}, ["x"], 17),
)


@pytest.mark.parametrize(("parameters", "constants", "on", "result"), CALLED)
def test_columns_and_constants_arrive_where_they_belong(
    jvm: Jvm, parameters: str, constants: dict[str, Any], on: list[str] | None, result: int
) -> None:
    code = f"{PRELUDE}import pyarrow.compute as pc\n@udf(returns='int64')\ndef f{parameters}{BODY}"
    named = {} if on is None else {"on": on}
    one = stage("called:f", source=code, constants=constants, **named)
    schema = pa.schema([("y", pa.int64()), ("x", pa.int64())])
    batch = pa.record_batch([pa.array([30]), pa.array([2])], schema=schema)
    (output,) = jvm.run(schema, [batch], one)
    assert output.column(0).to_pylist() == [result]


def test_columns_by_position_stand_in_front(jvm: Jvm) -> None:
    code = f"{PRELUDE}@udf(returns='int64')\ndef f(k, *xs: pa.Array) -> pa.Array: ..."
    one = stage("in_front:f", source=code, on=["x"], constants={"k": 1})
    said = jvm.refused(pa.schema([("x", pa.int64())]), one)
    assert "takes columns by position after other parameters: put the columns first" in said


def test_hints_that_would_do_are_listed_by_kind() -> None:
    said = refusal(function("(x, y)"))
    listed = said.partition("; these hints would do:\n")[2].splitlines()
    of_functions = [kind for kind in kinds().values() if kind.method == "__call__"]
    assert listed == [f"  {kind.name}: {kind.hints}" for kind in of_functions]


def test_hints_that_would_do_for_a_stated_kind_are_of_that_kind() -> None:
    said = refusal(function("(x: np.ndarray) -> np.ndarray"), stated="grouped_aggregate")
    listed = said.partition("; these hints would do:\n")[2].splitlines()
    assert [line.split(":")[0].strip() for line in listed] == [
        "grouped_aggregate",
        "grouped_aggregate_iterator",
    ]


def test_errors_of_a_class_are_user_errors() -> None:
    code = CLASS.replace("self.factor = factor", "raise ValueError(factor)")
    callee = load_callee("signature_of_a_class:f", PRELUDE + code)
    with pytest.raises(FunctionRaised) as raised:
        callee.bind({"factor": 3})
    assert raised.value.error.args == (3,)


@pytest.mark.parametrize("marked", ["len", "f.__call__", "7", "classmethod(f)"])
def test_what_cant_be_decorated(marked: str) -> None:
    code = f"class f:\n  def __call__(self): ...\nf = f()\nudf(returns='int64')({marked})"
    with pytest.raises(FunctionRaised) as raised:
        read(code)
    assert isinstance(raised.value.error, TypeError)
    assert str(raised.value.error).startswith("@udf ")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (METHODS, "f"),
        (METHODS, "Model.static"),
        (METHODS, "Model.turned"),
        ("@udf(returns='int64')\nclass f:\n  def __call__(self, x: pa.Array): ...", "f"),
        ("class f:\n  @udf(returns='int64')\n  def __call__(self, x: pa.Array): ...", "f"),
        ("class g:\n  @udf(returns='int64')\n  def __call__(self, x): ...\nf = g()", "f"),
        ("@udf(returns='int64')\nclass g:\n  def __call__(self, x): ...\nf = g()", "f"),
        ("@udf(returns='int64')\nclass g:\n  def __call__(self, x): ...\nclass f(g): ...", "f"),
        ("@decorated\n@udf(returns='int64')\ndef f(x): ...", "f"),
        ("@udf(returns='int64')\n@decorated\ndef f(x): ...", "f"),
        ("@udf(returns='int64')\ndef g(x, k): ...\nf = functools.partial(g, k=1)", "f"),
        ("def g(x, k): ...\nf = udf(returns='int64')(functools.partial(g, k=1))", "f"),
        ("@udf(returns='str')\ndef g(x): ...\nf = udf(returns='int64')(functools.partial(g))", "f"),
    ],
)
def test_the_outermost_decorator_counts(code: str, name: str) -> None:
    callee = load_callee(f"signature_{next(_numbers)}:{name}", PRELUDE + code)
    assert callee.declared.returns == "int64"
    assert callee.declared.decorated
