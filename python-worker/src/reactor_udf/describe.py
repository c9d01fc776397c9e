"""Say which functions of a module can be evaluated, and how.

    from reactor_udf.describe import describe

    for function in describe("udfs/flights.py"):
        print(function.name, function.kind, function.result)

``functions`` says the same as a UDF: a map function whose input is a column of such names.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from inspect import Parameter
from types import ModuleType
from typing import Any, Final

import pyarrow as pa

from reactor_udf._callee import Callee, declared_by
from reactor_udf._code import load_module
from reactor_udf._errors import FunctionRaised, UsageError
from reactor_udf._hints import Form
from reactor_udf._kinds import Output
from reactor_udf._recognition import possible_kinds
from reactor_udf._result_type import result_fields, type_of_hint
from reactor_udf._signature import Signature, signature_of
from reactor_udf._udf import udf

__all__ = ["SCHEMA", "Function", "describe", "functions"]

SCHEMA: Final = pa.schema(
    [
        pa.field("module", pa.string(), nullable=False),
        pa.field("function", pa.string(), nullable=False),
        ("kind", pa.string()),
        ("arguments", pa.string()),
        ("constants", pa.string()),
        ("result", pa.string()),
        ("doc", pa.string()),
        ("problem", pa.string()),
    ]
)
"""Of what ``functions`` gives: a row for each function."""


@dataclass(frozen=True)
class Function:
    """A function, a class, or any other callable of a module.

    ``kind`` is the kind with the library (``"scalar_pandas"``); it is several, with ``or`` between
    them, if what the function is given decides, as groups do. ``arguments`` are the parameters that
    take columns, batches or a key, ``constants`` those that ``Udf.with`` is for, with their
    defaults (``"minutes=15"``). ``result`` is what ``@udf`` was told, or what the hint of a value
    says. ``doc`` is the first line of the docstring. ``problem`` is why a function that is
    decorated can't be evaluated; the others are None then.
    """

    name: str
    kind: str | None = None
    arguments: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    result: pa.DataType | pa.Schema | None = None
    doc: str | None = None
    problem: str | None = None


def describe(module: str | ModuleType) -> list[Function]:
    """Return the functions of a module, in their order there: those whose kind is to be seen, and
    those that are decorated.

    ``module`` is one, the name of one, or a path that ends with ``.py``; it is imported. What is
    not there is an ``ImportError``.
    """
    if isinstance(module, str):
        try:
            module = load_module(module, module)
        except UsageError as error:
            raise ImportError(error.message) from None
        except FunctionRaised as error:
            raise error.error from None
    described = (
        _described(name, member, f"{module.__name__}:{name}")
        for name, member in vars(module).items()
        if callable(member) and _is_of(member, module)
    )
    return [function for function in described if function is not None]


@udf(returns=SCHEMA)
def functions(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Describe the modules that are named in the first column."""
    for batch in batches:
        for module in batch.column(0).to_pylist():
            rows = [_row(module, function) for function in describe(module)]
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def _is_of(member: Any, module: ModuleType) -> bool:
    return isinstance(member, partial) or getattr(member, "__module__", "") == module.__name__


def _described(name: str, member: Any, spec: str) -> Function | None:
    decorated = declared_by(member).decorated
    try:
        if not name.startswith("_") or decorated:
            return _function(name, Callee(spec, member), _doc(member))
    except UsageError as error:
        if decorated:
            return Function(name, doc=_doc(member), problem=error.message)
    return None


def _function(name: str, callee: Callee, doc: str | None) -> Function:
    kinds, library = possible_kinds(callee)
    # With a key it is seen in full.
    signature = max(
        (signature_of(callee, kind, library) for kind in kinds), key=lambda one: one.takes_key
    )
    constants = _constants(signature)
    named = [parameter.name for parameter in constants]
    arguments = [p for p in signature.parameters.values() if p.name not in named]
    return Function(
        name,
        " or ".join(f"{kind.name}_{library}" for kind in kinds),
        _spelled(arguments),
        _spelled(constants),
        _result(name, callee, one_column=signature.kind.output is not Output.BATCH),
        doc,
    )


def _result(name: str, callee: Callee, *, one_column: bool) -> pa.DataType | pa.Schema | None:
    returns, hint = callee.declared.returns, callee.hints.get("return")
    if returns is None and not (one_column and type_of_hint(hint)):
        return None
    fields = result_fields(callee.spec, name, returns, None, hint, one_column=one_column)
    return fields[0].type if one_column else pa.schema(fields)


def _constants(signature: Signature) -> list[Parameter]:
    constants = list(signature.constants)
    if signature.kind.takes is Form.VALUE and signature.constructor is None:
        # A value that has a default is a constant until a column is named for it.
        constants += [p for p in signature.columns if p.default is not Parameter.empty]
    return constants


def _spelled(parameters: Iterable[Parameter]) -> tuple[str, ...]:
    return tuple(str(parameter.replace(annotation=Parameter.empty)) for parameter in parameters)


def _doc(member: Any) -> str | None:
    while isinstance(member, partial):
        member = member.func
    text = inspect.getdoc(member)
    return text.partition("\n")[0] if text else None


def _row(module: str, function: Function) -> dict[str, str | None]:
    result = function.result
    if isinstance(result, pa.Schema):
        result = ", ".join(f"{one.name}: {one.type}" for one in result)
    known = function.problem is None
    return {
        "module": module,
        "function": function.name,
        "kind": function.kind,
        "arguments": ", ".join(function.arguments) if known else None,
        "constants": ", ".join(function.constants) if known else None,
        "result": None if result is None else str(result),
        "doc": function.doc,
        "problem": function.problem,
    }
