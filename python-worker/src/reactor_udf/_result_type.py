"""What a function promises to give: by ``@udf`` in Python, by the JVM, or by both."""

from __future__ import annotations

import base64
import binascii
import datetime
import types
from typing import Any, Final, Union, get_args, get_origin

import pyarrow as pa

from reactor_udf._errors import ProtocolError, UsageError
from reactor_udf._libraries._reading import contains
from reactor_udf._types import parse_schema, parse_type

_HINTED: Final[dict[Any, pa.DataType]] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    bytes: pa.binary(),
    datetime.date: pa.date32(),
}
"""What a function that gives single values promises by its result's hint."""


def result_fields(
    spec: str,
    name: str,
    declared: Any,
    stated: str | dict[str, Any] | None,
    hint: Any = None,
    *,
    one_column: bool,
) -> tuple[pa.Field, ...]:
    """Return the fields of the result: one called ``name`` if ``one_column``.

    ``declared`` is what ``@udf`` was told, ``stated`` what the JVM says; where there is neither,
    the ``hint`` of a single value may say it. A ``UsageError`` if nothing does, or if the first two
    differ.
    """
    read = _column if one_column else _batch
    in_java = None if stated is None else read(spec, _stated(spec, stated), ".returns(...)")
    if declared is None and in_java is None and one_column:
        declared = type_of_hint(hint)
    in_python = None if declared is None else read(spec, declared, "@udf(returns=...)")
    if in_python is None and in_java is None:
        example = "pa.float64()" if one_column else 'pa.schema([("a", pa.int64())])'
        raise UsageError(
            f"nothing says what {spec} returns: decorate it with @udf(returns={example}) "
            f"in Python, or state it by .returns(...) in Java",
            spec,
        )
    if in_python is not None and in_java is not None and _types(in_python) != _types(in_java):
        raise UsageError(
            f"{spec} returns {_spell(in_python)} as @udf(returns=...) says in Python, "
            f"but {_spell(in_java)} as .returns(...) says in Java",
            spec,
        )
    fields = in_java or in_python
    assert fields is not None
    for field in fields:
        if contains(field.type, _names_a_field_twice):
            raise UsageError(
                f"{spec} returns {field.type}, which names a field twice; structs and unions in "
                f"Java hold one field of a name, so give each its own",
                spec,
            )
    return (fields[0].with_name(name),) if one_column else fields


def _names_a_field_twice(kind: pa.DataType) -> bool:
    names = (
        [kind.field(index).name for index in range(kind.num_fields)]
        if pa.types.is_struct(kind) or pa.types.is_union(kind)
        else []
    )
    return len(set(names)) < len(names)


def type_of_hint(hint: Any) -> pa.DataType | None:
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        hint = members[0] if len(members) == 1 else None
    return next((kind for hinted, kind in _HINTED.items() if hinted is hint), None)


def _stated(spec: str, stated: str | dict[str, Any]) -> str | pa.Schema:
    if isinstance(stated, str):
        return stated
    encoded = stated.get("schema")
    if not isinstance(encoded, str):
        raise ProtocolError(f"'returns' of {spec} is an object without a schema")
    try:
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(encoded, validate=True)))
    except (binascii.Error, pa.ArrowException, OSError) as error:
        raise ProtocolError(f"'returns' of {spec} is not a schema message: {error}") from error


def _column(spec: str, returns: Any, where: str) -> tuple[pa.Field, ...]:
    if isinstance(returns, str):
        returns = _parse(spec, returns, where, parse_type)
    if isinstance(returns, pa.DataType):
        return (pa.field("", returns),)
    if isinstance(returns, pa.Schema) and len(returns) == 1:
        return (returns.field(0),)
    raise UsageError(
        f"{spec} gives one column for each batch, so {where} takes a type such as pa.float64(), "
        f"not {returns!r}",
        spec,
    )


def _batch(spec: str, returns: Any, where: str) -> tuple[pa.Field, ...]:
    if isinstance(returns, str):
        returns = _parse(spec, returns, where, parse_schema)
    if not isinstance(returns, pa.Schema):
        raise UsageError(
            f"{spec} gives batches, so {where} takes a schema such as "
            f'pa.schema([("a", pa.int64())]) or "a: int64", not {returns!r}',
            spec,
        )
    if len(set(returns.names)) != len(returns.names):
        raise UsageError(f"{where} of {spec} names a column twice: {returns.names}", spec)
    return tuple(returns)


def _parse(spec: str, text: str, where: str, parse: Any) -> Any:
    try:
        return parse(text)
    except RecursionError:
        raise UsageError(f"{where} of {spec} is nested too deeply", spec) from None
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(f"{where} of {spec}: {error}", spec) from None


def _types(fields: tuple[pa.Field, ...]) -> list[tuple[str, pa.DataType]]:
    named = len(fields) > 1
    return [(field.name if named else "", field.type) for field in fields]


def _spell(fields: tuple[pa.Field, ...]) -> str:
    if len(fields) == 1 and not fields[0].name:
        return str(fields[0].type)
    return ", ".join(f"{field.name}: {field.type}" for field in fields)
