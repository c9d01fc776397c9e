"""Reads a function's signature: its kind, the parameters that take columns, and those that take
constants.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter
from typing import Any, Final

from reactor_udf._errors import UsageError
from reactor_udf._hints import Data, Hint, Unresolved, classify, hints_of

_KINDS: Final = {
    (Data.SERIES, False): "scalar_pandas",
    (Data.SERIES, True): "scalar_iterator_pandas",
    (Data.ARRAY, False): "scalar_arrow",
    (Data.ARRAY, True): "scalar_iterator_arrow",
    (Data.BATCH, True): "map_arrow",
    (Data.FRAME, True): "map_pandas",
}
_STATED: Final = {
    "scalar": ("scalar_pandas", "scalar_arrow"),
    "scalar_iterator": ("scalar_iterator_pandas", "scalar_iterator_arrow"),
    "map": ("map_arrow", "map_pandas"),
}
_WANTED: Final = (
    "these hints would do: (pd.Series, ...) -> pd.Series, (pa.Array, ...) -> pa.Array, "
    "Iterator[pd.Series] -> Iterator[pd.Series], Iterator[pa.Array] -> Iterator[pa.Array], "
    "Iterator[tuple[pd.Series, ...]] -> Iterator[pd.Series] (or of pa.Array), "
    "Iterator[pa.RecordBatch] -> Iterator[pa.RecordBatch], Iterator[pd.DataFrame] -> "
    "Iterator[pd.DataFrame]"
)


@dataclass(frozen=True)
class Signature:
    """What a function takes and gives.

    ``columns`` are the parameters that take data: for iterator kinds exactly one. ``tuples`` says
    that the iterator gives tuples of columns; ``arity`` is how many columns there must be, None for
    any number.
    """

    spec: str
    kind: str
    columns: tuple[Parameter, ...]
    tuples: bool
    arity: int | None
    parameters: Mapping[str, Parameter]

    @property
    def row_aligned(self) -> bool:
        """Whether the function gives a row for each row."""
        return self.kind.startswith("scalar")

    @property
    def iterator(self) -> bool:
        """Whether the function takes and gives an iterator."""
        return self.kind not in _STATED["scalar"]

    def check_constants(self, constants: Mapping[str, Any]) -> None:
        """Check that each constant has a parameter, and each parameter a column, a constant or a
        default.
        """
        taken = {parameter.name for parameter in self.columns}
        any_keyword = any(p.kind is Parameter.VAR_KEYWORD for p in self.parameters.values())
        for name in constants:
            parameter = self.parameters.get(name)
            named = parameter is not None and parameter.kind in (
                Parameter.POSITIONAL_OR_KEYWORD,
                Parameter.KEYWORD_ONLY,
            )
            if name in taken or not (named or any_keyword):
                what = "takes a column" if name in taken else "is unknown"
                raise UsageError(
                    f"the constant {name!r} {what}: "
                    f"{self.spec} has the parameters {self._listed()}",
                    self.spec,
                )
        for parameter in self.parameters.values():
            if (
                parameter.name not in taken
                and parameter.name not in constants
                and parameter.default is Parameter.empty
                and parameter.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
            ):
                raise UsageError(
                    f"the parameter {parameter.name!r} of {self.spec} has no value: "
                    f"give a constant by with({parameter.name!r}, ...), or hint it as a column",
                    self.spec,
                )

    def keywords_for(self, count: int) -> tuple[str, ...] | None:
        """Return the names by which ``count`` columns are passed; None: by position."""
        names = list(self.parameters)
        columns = self.columns
        in_front = [parameter.name for parameter in columns] == names[: len(columns)]
        if in_front and all(p.kind is not Parameter.KEYWORD_ONLY for p in columns[:count]):
            return None
        if any(p.kind in (Parameter.POSITIONAL_ONLY, Parameter.VAR_POSITIONAL) for p in columns):
            raise UsageError(
                f"{self.spec} takes columns by position after other parameters: "
                f"put the columns first",
                self.spec,
            )
        return tuple(parameter.name for parameter in columns[:count])

    def _listed(self) -> str:
        return "(" + ", ".join(str(p).partition(":")[0] for p in self.parameters.values()) + ")"


def read_signature(function: Callable[..., Any], spec: str, stated: str | None) -> Signature:
    """Return the signature by the function's hints; ``stated`` is the kind that the JVM says it
    has.
    """
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise UsageError(f"{spec} has no readable signature: {error}", spec) from None
    hints = hints_of(function)
    result = classify(hints.get("return"), result=True)
    classified = {name: classify(hints.get(name)) for name in parameters}
    columns = [parameters[name] for name, hint in classified.items() if hint is not None]
    given = [hint for hint in classified.values() if hint is not None]
    kind = _kind(given, result)
    if kind is None:
        raise UsageError(_unrecognized(spec, hints, parameters), spec)
    if stated is not None and kind not in _STATED.get(stated, ()):
        raise UsageError(
            f"{spec} is stated as {stated!r} in Java, but its type hints in Python say {kind!r}",
            spec,
        )
    first = given[0]
    arity = first.arity if first.iterator else None
    if kind.startswith("scalar_iterator") and arity is None:
        arity = 1
    return Signature(
        spec,
        kind,
        tuple(columns),
        first.arity is not None,
        None if arity == -1 else arity,
        parameters,
    )


def _kind(given: Sequence[Hint], result: Hint | None) -> str | None:
    """Return the kind, or None if parameters and result do not go together."""
    if result is None or not given or result.arity is not None:
        return None
    if any((hint.data, hint.iterator) != (result.data, result.iterator) for hint in given):
        return None
    kind = _KINDS.get((result.data, result.iterator))
    if result.iterator and (
        len(given) != 1 or (kind in _STATED["map"] and given[0].arity is not None)
    ):
        return None
    return kind


def _unrecognized(spec: str, hints: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> str:
    unresolved = [
        f"{name}: {hint.text} ({hint.reason})"
        for name, hint in hints.items()
        if isinstance(hint, Unresolved)
    ]
    if unresolved:
        return f"the type hints of {spec} can't be evaluated: {'; '.join(unresolved)}; {_WANTED}"
    spelled = ", ".join(f"{name}: {_spell(hints.get(name))}" for name in parameters)
    return (
        f"the type hints of {spec} do not say which kind of UDF it is: "
        f"({spelled}) -> {_spell(hints.get('return'))}; {_WANTED}"
    )


def _spell(hint: Any) -> str:
    if hint is None:
        return "no hint"
    return inspect.formatannotation(hint)
