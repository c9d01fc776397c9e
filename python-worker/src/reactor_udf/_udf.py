"""The decorator that says what a function returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

if TYPE_CHECKING:
    import pyarrow as pa

_Function = TypeVar("_Function", bound=Callable[..., Any])

ATTRIBUTE: Final = "__reactor_udf__"


@dataclass(frozen=True)
class Declaration:
    """What ``@udf`` was told: the result's type, its schema for map kinds, or nothing."""

    returns: pa.DataType | pa.Schema | str | None = None


@overload
def udf(function: _Function, /) -> _Function: ...


@overload
def udf(
    *, returns: pa.DataType | pa.Schema | str | None = None
) -> Callable[[_Function], _Function]: ...


def udf(
    function: _Function | None = None,
    /,
    *,
    returns: pa.DataType | pa.Schema | str | None = None,
) -> _Function | Callable[[_Function], _Function]:
    """Declare a UDF; the function itself comes back and is called as before.

    ``returns`` is the type of the result column (``pa.float64()``), or the schema of the batches
    that a map function yields (``pa.schema([("a", pa.int64())])``), or either in pyarrow's spelling
    (``"float64"``, ``"a: int64, b: string"``). Without it the JVM has to state the result's type.
    """

    def declare(declared: _Function) -> _Function:
        if not callable(declared):
            raise TypeError(
                f"@udf decorates a function, not {declared!r}; "
                f"a result type is given by name: @udf(returns=...)"
            )
        setattr(declared, ATTRIBUTE, Declaration(returns))
        return declared

    return declare if function is None else declare(function)


def declaration(function: Callable[..., Any]) -> Declaration:
    """Return what ``@udf`` was told about ``function``; of a plain function, nothing."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, Declaration) else Declaration()
