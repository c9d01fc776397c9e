"""The decorator that says what a function returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args, overload

if TYPE_CHECKING:
    import pyarrow as pa

_Function = TypeVar("_Function", bound=Callable[..., Any])

Dtypes = Literal["numpy", "nullable", "pyarrow"]
_DTYPES: Final = get_args(Dtypes)
ATTRIBUTE: Final = "__reactor_udf__"


@dataclass(frozen=True)
class Declaration:
    """What ``@udf`` was told: the result's type, its schema for kinds that give batches, or
    nothing; whether a row's result depends on that row alone; the kind, where hints do not say it;
    and the dtypes of pandas. ``decorated``: it was told anything at all.
    """

    returns: pa.DataType | pa.Schema | str | None = None
    row_wise: bool = False
    kind: str | None = None
    pandas: Dtypes = "numpy"
    decorated: bool = False


@overload
def udf(function: _Function, /) -> _Function: ...


@overload
def udf(
    *,
    returns: pa.DataType | pa.Schema | str | None = None,
    row_wise: bool = False,
    kind: str | None = None,
    pandas: Dtypes = "numpy",
) -> Callable[[_Function], _Function]: ...


def udf(
    function: _Function | None = None,
    /,
    *,
    returns: pa.DataType | pa.Schema | str | None = None,
    row_wise: bool = False,
    kind: str | None = None,
    pandas: Dtypes = "numpy",
) -> _Function | Callable[[_Function], _Function]:
    """Declare a UDF; the function, or the class, itself comes back and is called as before.

    ``returns`` is the type of the result column (``pa.float64()``), or the schema of the batches
    that a function gives (``pa.schema([("a", pa.int64())])``), or either in pyarrow's spelling
    (``"float64"``, ``"a: int64, b: string"``). Without it the JVM has to state the result's type.

    ``row_wise`` promises of a scalar function that a row's result depends on that row alone: it may
    be called with any rows of a batch, or with those of several batches at once, and again: where
    such a call raises, each of its batches is tried alone. Row errors other than failing need that.

    ``kind`` is for functions without type hints: a kind and a library, as in
    ``"grouped_map_pandas"``.

    ``pandas`` says which dtypes Series have: ``"numpy"``, where that has an exact one,
    ``"nullable"`` or ``"pyarrow"``.
    """
    if pandas not in _DTYPES:
        raise ValueError(f"@udf(pandas={pandas!r}): it is one of {', '.join(_DTYPES)}")

    def declare(declared: _Function) -> _Function:
        if not callable(declared):
            raise TypeError(
                f"@udf decorates a function, not {declared!r}; "
                f"a result type is given by name: @udf(returns=...)"
            )
        made = Declaration(returns, row_wise, kind, pandas, decorated=True)
        # A static method is taken out of what ``@staticmethod`` made.
        target = declared.__func__ if isinstance(declared, staticmethod) else declared
        try:
            setattr(target, ATTRIBUTE, made)
        except (AttributeError, TypeError):
            raise TypeError(
                f"@udf can't mark {declared!r}: decorate a function that calls it"
            ) from None
        return declared

    return declare if function is None else declare(function)


def declaration(function: Any) -> Declaration:
    """Return what ``@udf`` was told about ``function``; of a plain function, nothing."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, Declaration) else Declaration()
