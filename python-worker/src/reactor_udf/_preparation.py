"""Prepares a chain of UDFs for an input schema: everything that can be checked without data (P7 to
P11).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from reactor_udf._arrow_messages import Decoder, decoder_factory, read_schema
from reactor_udf._binding import column_names, positional
from reactor_udf._code import add_module_directories, load_function
from reactor_udf._errors import UsageError
from reactor_udf._frames import Prepare, Prepared, StageReport, StageRequest
from reactor_udf._interrupts import Interrupts
from reactor_udf._kinds import Binding, Stage, stage_type
from reactor_udf._result_type import result_fields
from reactor_udf._schema_message import project
from reactor_udf._signature import read_signature
from reactor_udf._udf import declaration
from reactor_udf._user_code import UserCode


@dataclass(frozen=True)
class Chain:
    """Prepared UDFs, in order.

    ``outputs`` are the positions of the output's columns among those that the last stage gives.
    ``scalar`` says that no function reads ahead: each batch is done with when it has been called.
    """

    stages: tuple[Stage, ...]
    schema: pa.Schema
    outputs: slice
    row_aligned: bool
    scalar: bool
    shows_empty: bool
    new_decoder: Callable[[], Decoder]
    report: Prepared


@dataclass(frozen=True)
class _Visible:
    """A column that a stage sees; ``source`` is its index in the input, None for a result."""

    field: pa.Field
    source: int | None


@dataclass(frozen=True)
class _Resolved:
    """A stage with the columns that it reads, before it is known where those stand."""

    spec: str
    kind: str
    name: str
    user: UserCode
    columns: tuple[_Visible, ...]
    result: tuple[pa.Field, ...]
    tuples: bool
    row_aligned: bool


def prepare(request: Prepare, interrupts: Interrupts) -> Chain:
    """Return the chain; raise ``UsageError`` for what does not fit, ``FunctionRaised`` for user
    modules.
    """
    schema = read_schema(request.schema)
    if not request.stages:
        raise UsageError("there is no UDF to prepare")
    add_module_directories(request.modules)
    visible = [_Visible(field, index) for index, field in enumerate(schema)]
    resolved = []
    for stage in request.stages:
        resolved.append(_resolve(stage, visible, interrupts))
        results = [_Visible(field, None) for field in resolved[-1].result]
        visible = [*visible, *results] if resolved[-1].row_aligned else results
    reads = sorted({c.source for stage in resolved for c in stage.columns if c.source is not None})
    stages, columns = _place(resolved, [_Visible(schema.field(index), index) for index in reads])
    row_aligned = all(stage.row_aligned for stage in resolved)
    first_output = len(reads) if row_aligned else 0
    output = pa.schema([column.field for column in columns[first_output:]])
    return Chain(
        stages,
        output,
        slice(first_output, None),
        row_aligned,
        all(stage.kind in ("scalar_pandas", "scalar_arrow") for stage in resolved),
        not resolved[0].row_aligned,
        decoder_factory(project(request.schema, reads)),
        Prepared(
            request.id,
            tuple(reads),
            row_aligned,
            tuple(StageReport(stage.spec, stage.kind, stage.name) for stage in resolved),
            output.serialize().to_pybytes(),
        ),
    )


def _resolve(request: StageRequest, visible: list[_Visible], interrupts: Interrupts) -> _Resolved:
    spec = request.function
    function = load_function(spec)
    signature = read_signature(function, spec, request.kind)
    signature.check_constants(request.constants)
    names = [column.field.name for column in visible]
    read = column_names(signature, request.on, names)
    name = request.name or spec.rpartition(":")[2]
    if signature.row_aligned and name in names:
        raise UsageError(
            f"the result of {spec} would be called {name!r}, but there is a column of that name: "
            f"choose another by as(...)",
            spec,
        )
    return _Resolved(
        spec,
        signature.kind,
        name,
        UserCode(spec, positional(function, signature, len(read), request.constants), interrupts),
        tuple(visible[names.index(column)] for column in read),
        result_fields(
            spec,
            name,
            declaration(function).returns,
            request.returns,
            row_aligned=signature.row_aligned,
        ),
        signature.tuples,
        signature.row_aligned,
    )


def _place(
    resolved: list[_Resolved], columns: list[_Visible]
) -> tuple[tuple[Stage, ...], list[_Visible]]:
    """Return the stages, bound to where their columns stand when only ``columns`` are sent."""
    stages = []
    for stage in resolved:
        names = [column.field.name for column in columns]
        positions = tuple(names.index(column.field.name) for column in stage.columns)
        fields = tuple(column.field for column in stage.columns)
        binding = Binding(stage.user, positions, fields, stage.result, stage.tuples)
        stages.append(stage_type(stage.kind)(binding))
        results = [_Visible(field, None) for field in stage.result]
        columns = [*columns, *results] if stage.row_aligned else results
    return tuple(stages), columns
