"""Prepares a chain of UDFs for an input schema: everything that can be checked without data (P7 to
P11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pyarrow as pa

from reactor_udf._arrow_messages import (
    Decoder,
    Encoder,
    decoder_factory,
    encoder_factory,
    read_schema,
    split_schemas,
)
from reactor_udf._binding import column_names, key_names, positional
from reactor_udf._callee import Callee
from reactor_udf._code import add_module_directories, load_callee
from reactor_udf._errors import UsageError
from reactor_udf._frames import Prepare, Prepared, StageReport, StageRequest
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds import CONCURRENCY, Binding, Kind, Output, Right, Stage
from reactor_udf._libraries import library
from reactor_udf._libraries._reading import contains
from reactor_udf._result_type import result_fields
from reactor_udf._schema_message import project
from reactor_udf._second_input import second_input
from reactor_udf._signature import Given, Signature, read_signature
from reactor_udf._udf import Declaration
from reactor_udf._user_code import UserCode

_WITHOUT_ARRAYS: Final = (pa.lib.Type_INTERVAL_MONTHS, pa.lib.Type_INTERVAL_DAY_TIME)


@dataclass(frozen=True)
class Chain:
    """Prepared UDFs, in order. ``new_decoders`` are for each input, of which there are one or two.

    ``outputs`` are the positions of the output's columns among those that the last stage gives.
    ``batchwise`` says that no function reads ahead: each batch is done with when it has been
    called. ``row_errors`` is as PREPARE says; if it is not ``fail``, all stages are scalar and
    row-wise.
    """

    stages: tuple[Stage, ...]
    schema: pa.Schema
    outputs: slice
    row_aligned: bool
    batchwise: bool
    row_errors: str
    shows_empty: bool
    new_decoders: tuple[Callable[[], Decoder], ...]
    new_encoder: Callable[[], Encoder]
    report: Prepared


@dataclass(frozen=True)
class _Visible:
    """A column that a stage sees; ``source`` is its index in the input, None for a result."""

    field: pa.Field
    source: int | None


class _Called(NamedTuple):
    """What is to be called, before it is known which columns it sees."""

    request: StageRequest
    callee: Callee
    signature: Signature


@dataclass(frozen=True)
class _Resolved:
    """A UDF with the columns that it reads, before it is known where those stand."""

    request: StageRequest
    signature: Signature
    name: str
    user: UserCode
    declared: Declaration
    columns: tuple[_Visible, ...]
    keys: tuple[_Visible, ...]
    result: tuple[pa.Field, ...]
    right: Right | None

    @property
    def kind(self) -> Kind:
        """The kind."""
        return self.signature.kind


_Step = list[_Resolved]
"""A stage: one UDF, or aggregates that are evaluated at once."""


def prepare(request: Prepare, interrupts: Interrupts) -> Chain:
    """Return the chain; raise ``UsageError`` for what does not fit, ``FunctionRaised`` for user
    modules.
    """
    messages = split_schemas(request.schema)
    schema, *others = (read_schema(message) for message in messages)
    if not request.stages:
        raise UsageError("there is no UDF to prepare")
    add_module_directories(request.modules)
    visible = before = [_Visible(field, index) for index, field in enumerate(schema)]
    steps: list[_Step] = []
    for stage in request.stages:
        right = others[0] if others and not steps else None
        called = _read(stage, inputs=1 if right is None else 2)
        aggregates = steps[-1] if stage.beside and steps and _at_once(steps[-1], called) else []
        before = before if aggregates else visible
        udf = _resolve(called, before, right, interrupts)
        if request.row_errors != "fail":
            _require_row_wise(udf)
        if aggregates:
            _require_together(aggregates, udf)
            steps[-1] = [*aggregates, udf]
        else:
            steps.append([udf])
        visible = _after(steps[-1], before)
    reads = _reads(steps, visible)
    stages, columns = _place(steps, [_Visible(schema.field(index), index) for index in reads])
    resolved = [udf for step in steps for udf in step]
    row_aligned = all(step[0].kind.row_aligned for step in steps)
    first_output = len(reads) if row_aligned else 0
    output = pa.schema([column.field for column in columns[first_output:]])
    return Chain(
        stages,
        output,
        slice(first_output, None),
        row_aligned,
        all(step[0].kind.batchwise for step in steps),
        request.row_errors,
        not steps[0][0].kind.row_aligned,
        (
            decoder_factory(project(messages[0], reads)),
            *(decoder_factory(message) for message in messages[1:]),
        ),
        encoder_factory(output),
        Prepared(
            request.id,
            tuple(reads),
            row_aligned,
            tuple(
                StageReport(udf.request.function, udf.signature.kind_name, udf.name)
                for udf in resolved
            ),
            output.serialize().to_pybytes(),
            tuple(range(len(others[0]))) if others else None,
            # Where rows are reported by their place in a batch, each batch comes as it is.
            row_wise=request.row_errors != "report" and all(map(_row_wise, resolved)),
            divisible=all(udf.kind.divisible for udf in resolved),
        ),
    )


def _read(request: StageRequest, *, inputs: int) -> _Called:
    callee = load_callee(request.function, request.source)
    given = Given(
        request.constants,
        grouped=request.group_by is not None,
        collected=request.collect is not None,
        framed=request.rows is not None,
        inputs=inputs,
    )
    signature = read_signature(callee, request.kind, given)
    signature.check_constants(request.constants)
    return _Called(request, callee, signature)


def _resolve(
    called: _Called,
    visible: list[_Visible],
    second: pa.Schema | None,
    interrupts: Interrupts,
) -> _Resolved:
    request, callee, signature = called
    spec = request.function
    names = [column.field.name for column in visible]
    read = column_names(signature, request.on, names)
    keys = key_names(signature, request.group_by, [column.field for column in visible])
    key_columns = tuple(visible[names.index(key)] for key in keys)
    right = second_input(request, [key.field for key in key_columns], second)
    one = signature.kind.output is not Output.BATCH
    name = request.name or callee.name
    taken = names if signature.kind.row_aligned else keys
    if one and name in taken:
        raise UsageError(
            f"the result of {spec} would be called {name!r}, but there is a column of that name: "
            f"choose another by as(...)",
            spec,
        )
    if request.name is not None and not one:
        raise UsageError(
            f"{spec} gives columns of its own: leave as(...) out, and name them in returns",
            spec,
        )
    hint = callee.hints.get("return")
    result = result_fields(
        spec, name, callee.declared.returns, request.returns, hint, one_column=one
    )
    for field in (*(visible[names.index(column)].field for column in read), *result):
        _require_arrays(field, spec)
    if one:
        _require_nulls(result[0], spec)
    _require_place(signature, request, result, names)
    if request.concurrency is not None and not signature.kind.asynchronous:
        raise UsageError(
            f"{spec} is of kind {signature.kind_name!r}, which is not asynchronous: write it as "
            f"async def, or leave concurrency(...) out",
            spec,
        )
    # Last, as it may be a class whose set-up is long.
    function = _function(callee, signature, request.constants, len(read))
    return _Resolved(
        request,
        signature,
        name,
        UserCode(spec, function, interrupts),
        callee.declared,
        tuple(visible[names.index(column)] for column in read),
        key_columns,
        result,
        right,
    )


def _function(
    callee: Callee, signature: Signature, constants: Mapping[str, Any], count: int
) -> Callable[..., Any]:
    """Return what is called with so many columns; of a table function, what makes an instance and
    gives its method as well.
    """
    if callee.method == "__call__":
        return positional(callee.bind(constants), signature, count)

    def make() -> tuple[Any, Callable[..., Any]]:
        instance = callee.new(constants)
        return instance, positional(getattr(instance, callee.method), signature, count)

    return make


def _require_place(
    signature: Signature, request: StageRequest, result: Sequence[pa.Field], names: Sequence[str]
) -> None:
    """Check that columns which are to stay beside a function's can."""
    spec = signature.spec
    if not request.lateral:
        return
    if not signature.kind.lateral:
        raise UsageError(
            f"{spec} is of kind {signature.kind_name!r}, whose results are of no single row of the "
            f"input: leave lateral() out",
            spec,
        )
    twice = [field.name for field in result if field.name in names]
    if twice:
        raise UsageError(
            f"{spec} gives the column {', '.join(map(repr, twice))}, but there is one of that name "
            f"in the input, which lateral() leaves beside it: name it differently in returns",
            spec,
        )


def _require_arrays(field: pa.Field, spec: str) -> None:
    """Check that pyarrow has arrays of the type: it can read schemas of more types than that."""
    if contains(field.type, lambda kind: kind.id in _WITHOUT_ARRAYS):
        raise UsageError(
            f"the column {field.name!r} of {spec} is {field.type}, of which pyarrow has no arrays: "
            f"give the function other columns by on(...), or another type",
            spec,
        )


def _require_nulls(field: pa.Field, spec: str) -> None:
    """Check that pyarrow can make the column of a batch without rows, and of a row that fails."""
    try:
        pa.nulls(0, field.type)
    except pa.ArrowException:
        raise UsageError(
            f"the result {field.name!r} of {spec} is {field.type}, of which pyarrow makes no "
            f"nulls: promise another type",
            spec,
        ) from None


def _at_once(step: _Step, called: _Called) -> bool:
    """Whether both are aggregates, which one ``evaluate`` evaluates over the same groups."""
    kinds = (step[0].kind, called.signature.kind)
    return all(kind.output is Output.AGGREGATE for kind in kinds)


def _require_together(aggregates: _Step, resolved: _Resolved) -> None:
    """Check that an aggregate goes with those before it."""
    first, spec = aggregates[0], resolved.request.function
    if resolved.kind.iterates or first.kind.iterates:
        raise UsageError(
            f"{first.request.function} and {spec} can't be evaluated at once, since a function of "
            f"an iterator reads a group as it arrives: take whole columns, or give each function "
            f"an evaluation of its own",
            spec,
        )
    if _groups(first.request) != _groups(resolved.request):
        raise UsageError(
            f"{first.request.function} and {spec} can't be evaluated at once: aggregates of one "
            f"evaluate(...) have the same groupBy(...) and collect(...)",
            spec,
        )
    if resolved.name in [udf.name for udf in aggregates]:
        raise UsageError(
            f"there are two results called {resolved.name!r}: choose another by as(...)", spec
        )


def _groups(request: StageRequest) -> tuple[object, ...]:
    return request.group_by, request.collect


def _after(step: _Step, visible: list[_Visible]) -> list[_Visible]:
    """Return the columns that there are behind a stage."""
    first = step[0]
    results = [_Visible(field, None) for udf in step for field in udf.result]
    if first.kind.output is Output.AGGREGATE:
        return [*(_Visible(key.field, None) for key in first.keys), *results]
    beside = first.kind.row_aligned or first.request.lateral
    return [*visible, *results] if beside else results


def _reads(steps: list[_Step], output: list[_Visible]) -> list[int]:
    """Return which columns of the input are to be sent, ascending.

    What comes out beside a result that is not row-aligned has to go in.
    """
    used = [c for step in steps for udf in step for c in (*udf.columns, *udf.keys)]
    if not all(step[0].kind.row_aligned for step in steps):
        used += output
    return sorted({column.source for column in used if column.source is not None})


def _require_row_wise(udf: _Resolved) -> None:
    """Check that rows of the UDF can fail on their own, and be null then."""
    spec = udf.request.function
    if not udf.kind.batchwise:
        raise UsageError(
            f"{spec} is of kind {udf.signature.kind_name!r}, but only a scalar function or one "
            f"of rows, whose calls come one after another, can have errors of single rows: write "
            f"one, or leave onRowError out",
            spec,
        )
    if not _row_wise(udf):
        raise UsageError(
            f"{spec} does not say that a row's result depends on that row alone, which errors of "
            f"single rows need: declare it by @udf(row_wise=True), or leave onRowError out",
            spec,
        )
    if not udf.result[0].nullable:
        raise UsageError(
            f"the result of {spec} is promised as not null, but a row that fails is null: "
            f"promise a nullable field, or leave onRowError out",
            spec,
        )


def _row_wise(udf: _Resolved) -> bool:
    """Whether each row's result depends on that row alone, and the calls come one by one."""
    return udf.kind.batchwise and (udf.declared.row_wise or udf.kind.row_wise)


def _place(steps: list[_Step], columns: list[_Visible]) -> tuple[tuple[Stage, ...], list[_Visible]]:
    """Return the stages, bound to where their columns stand when only ``columns`` are sent."""
    stages = []
    for step in steps:
        bindings = [_bind(udf, columns) for udf in step]
        stages.append(step[0].kind.stage(*bindings))
        columns = _after(step, columns)
    return tuple(stages), columns


def _bind(udf: _Resolved, columns: list[_Visible]) -> Binding:
    names = [column.field.name for column in columns]
    request, signature = udf.request, udf.signature
    return Binding(
        udf.user,
        library(signature.library, udf.declared),
        tuple(names.index(column.field.name) for column in udf.columns),
        tuple(column.field for column in udf.columns),
        udf.result,
        signature.tuples,
        signature.takes_key,
        None if request.group_by is None else tuple(names.index(k.field.name) for k in udf.keys),
        tuple(key.field for key in udf.keys),
        request.collect,
        request.rows,
        udf.right,
        request.lateral,
        request.concurrency or CONCURRENCY,
        signature.structs_of(len(udf.columns)),
        signature.struct_result,
    )
