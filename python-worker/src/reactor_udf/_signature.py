"""Reads a function's signature: its kind, the parameters that take columns, and those that take
constants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any, Final

from reactor_udf._callee import Callee
from reactor_udf._errors import UsageError
from reactor_udf._hints import Form, Hint, classify
from reactor_udf._kinds import Kind
from reactor_udf._recognition import Given, recognize
from reactor_udf._shape import data_hints

__all__ = ["Given", "Signature", "read_signature", "signature_of"]

_NAMED: Final = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_ANY_NUMBER: Final = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Signature:
    """What a function takes and gives.

    ``columns`` are the parameters that take data: of a kind that takes batches, one for each
    input. ``tuples`` says that the iterator gives tuples of columns; ``arity`` is how many columns
    there must be, None for any number. ``structs`` says of each of ``columns``, or of what a
    tuple holds, whether it is a column of structs shown as a data frame; ``struct_result``, whether
    the result is one.
    """

    spec: str
    kind: Kind
    library: str
    columns: tuple[Parameter, ...]
    takes_key: bool
    tuples: bool
    arity: int | None
    parameters: Mapping[str, Parameter]
    constructor: Mapping[str, Parameter] | None
    structs: tuple[bool, ...]
    struct_result: bool

    @property
    def kind_name(self) -> str:
        """The kind together with the library."""
        return f"{self.kind.name}_{self.library}"

    @property
    def constants(self) -> tuple[Parameter, ...]:
        """The parameters that take constants."""
        if self.constructor is not None:
            return tuple(self.constructor.values())
        return self._beside()

    def check_constants(self, constants: Mapping[str, Any]) -> None:
        """Check that each constant has a parameter, and each parameter a column, a constant or a
        default.
        """
        parameters = self.constants
        any_name = any(p.kind is Parameter.VAR_KEYWORD for p in parameters)
        named = {p.name for p in parameters if p.kind in _NAMED}
        columns = {p.name for p in self.columns} if self.constructor is None else set()
        for name in constants:
            if name in columns or not (name in named or any_name):
                what = "takes a column" if name in columns else "is unknown"
                listed = parameters if self.constructor is not None else self.parameters.values()
                raise UsageError(
                    f"the constant {name!r} {what}: "
                    f"{self.spec} has the parameters {_listed(listed)}",
                    self.spec,
                )
        self._require_values(parameters, constants)
        if self.constructor is not None:
            self._require_values(self._beside(), None)

    def keywords_for(self, count: int) -> tuple[str, ...] | None:
        """Return the names by which ``count`` columns are passed; None: by position."""
        names = list(self.parameters)[1 if self.takes_key else 0 :]
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

    def structs_of(self, count: int) -> tuple[bool, ...]:
        """Return ``structs`` for ``count`` columns; the last stands for any number."""
        return tuple(
            self.structs[min(i, len(self.structs) - 1)] for i in range(count if self.structs else 0)
        )

    def _beside(self) -> tuple[Parameter, ...]:
        """Return the parameters of what is called that take neither columns nor the key."""
        taken = {p.name for p in self.columns}
        parameters = list(self.parameters.values())[1 if self.takes_key else 0 :]
        return tuple(p for p in parameters if p.name not in taken)

    def _require_values(
        self, parameters: Iterable[Parameter], constants: Mapping[str, Any] | None
    ) -> None:
        for parameter in parameters:
            if (
                parameter.name in (constants or ())
                or parameter.default is not Parameter.empty
                or parameter.kind in _ANY_NUMBER
            ):
                continue
            ways = (
                [] if constants is None else [f"give a constant by with({parameter.name!r}, ...)"]
            )
            if parameter.kind is Parameter.POSITIONAL_ONLY:
                ways = []
            if constants is None or self.constructor is None:
                ways.append("hint it as a column")
            raise UsageError(
                f"the parameter {parameter.name!r} of {self.spec} has no value: "
                f"{', or '.join([*ways, 'give it a default'])}",
                self.spec,
            )


def read_signature(callee: Callee, stated: str | None, given: Given) -> Signature:
    """Return the signature; ``stated`` is the kind that the JVM says it has, or None."""
    kind, library = recognize(callee, stated, given)
    return signature_of(callee, kind, library, given.constants)


def signature_of(
    callee: Callee, kind: Kind, library: str, constants: Collection[str] = ()
) -> Signature:
    """Return the signature of a function of this kind, which is given constants of these names."""
    hints = data_hints(callee)
    first = next(iter(hints.values()), None)
    result = classify(callee.hints.get("return"), result=True)
    arity = first.arity if first is not None else None
    if kind.by_columns and kind.iterates and arity is None:
        arity = 1
    positional = _positional(callee, constants)
    required = [p for p in positional if p.default is Parameter.empty]
    if kind.takes is Form.VALUE:
        columns = positional
    elif hints:
        columns = [callee.parameters[name] for name in hints]
    else:
        columns = required if kind.by_columns else required[-kind.inputs :]
    _require_no_names(callee, columns)
    beside = [parameter for parameter in required if parameter not in columns]
    in_front = beside == list(callee.parameters.values())[:1]
    return Signature(
        callee.spec,
        kind,
        library,
        tuple(columns),
        kind.takes_key and len(beside) == 1 and in_front,
        first is not None and first.arity is not None,
        None if arity == -1 else arity,
        callee.parameters,
        callee.constructor,
        tuple(map(_is_struct, _members(hints.values()))) if kind.takes is Form.COLUMN else (),
        kind.gives is Form.COLUMN and result is not None and _is_struct(result.forms),
    )


def _positional(callee: Callee, constants: Collection[str]) -> list[Parameter]:
    """Return the parameters that may be given something by position, constants left out."""
    taken = () if callee.is_class else constants
    return [
        parameter
        for parameter in callee.parameters.values()
        if parameter.name not in taken
        and parameter.kind not in (Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD)
    ]


def _members(hints: Iterable[Hint]) -> Iterable[frozenset[Form]]:
    return [forms for hint in hints for forms in hint.members or (hint.forms,)]


def _is_struct(forms: frozenset[Form]) -> bool:
    return Form.COLUMN not in forms


def _require_no_names(callee: Callee, columns: Iterable[Parameter]) -> None:
    for parameter in columns:
        if parameter.kind is Parameter.VAR_KEYWORD:
            raise UsageError(
                f"{callee.spec} takes columns as **{parameter.name}, but columns are given by "
                f"position: write *{parameter.name}, or a parameter for each",
                callee.spec,
            )


def _listed(parameters: Iterable[Parameter]) -> str:
    return "(" + ", ".join(str(parameter).partition(":")[0] for parameter in parameters) + ")"
