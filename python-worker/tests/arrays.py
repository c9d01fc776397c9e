"""Sends columns of any type through a worker, and compares what comes back."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from jvm import Jvm, frame_decoder, frame_encoder
from pyarrow import types

from reactor_udf._frames import Complete, Ended, Error, Payload, Prepared, RequestN, StageRequest
from reactor_udf._libraries._reading import contains, leaves_of


@dataclass(frozen=True)
class RefusedError(Exception):
    """The worker said no; ``early``: before it got any data."""

    message: str
    early: bool

    def __str__(self) -> str:
        return self.message


def column(field: pa.Field, array: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([array], schema=pa.schema([field]))


def with_schema(stage: StageRequest, field: pa.Field) -> StageRequest:
    """Let the function give a column of ``field``, whatever its type."""
    return dataclasses.replace(stage, returns=promise(pa.schema([field])), name="out")


def promise(schema: pa.Schema) -> dict[str, str]:
    """What the JVM says of a result by a schema."""
    return {"schema": base64.b64encode(schema.serialize().to_pybytes()).decode()}


def through(jvm: Jvm, batches: Sequence[pa.RecordBatch], stage: StageRequest) -> list[pa.Array]:
    """Evaluate, and return the columns of results."""
    return [batch.column("out") for batch in evaluate(jvm, batches, stage)]


def evaluate(
    jvm: Jvm, batches: Sequence[pa.RecordBatch], stage: StageRequest
) -> list[pa.RecordBatch]:
    """Evaluate, dictionaries and all, over batches of which all columns are read."""
    answer = jvm.try_prepare(batches[0].schema, stage)
    if isinstance(answer, Error):
        raise RefusedError(answer.message, early=True)
    assert isinstance(answer, Prepared), answer
    evaluation = jvm.set_up(answer)
    encode = frame_encoder(batches[0].schema, evaluation)
    for batch in batches:
        jvm.send(*encode(batch))
    jvm.complete()
    decode = frame_decoder(answer.schema)
    results: list[pa.RecordBatch] = []
    unit: list[Payload] = []
    failure = None
    while not isinstance(frame := jvm.receive(), Ended):
        if isinstance(frame, Payload):
            unit.append(frame)
            if not frame.dictionary:
                results.append(decode(unit))
                unit = []
        elif isinstance(frame, Error):
            failure = frame.message
            jvm.cancel()
        else:
            assert isinstance(frame, (RequestN, Complete)), frame
    if failure is not None:
        raise RefusedError(failure, early=False)
    return results


def exact(given: pa.Array, result: pa.Array) -> bool:
    """Whether type, nulls, values and the bits of floats are the same."""
    result.validate(full=True)
    if contains(given.type, lambda kind: types.is_union(kind) or types.is_run_end_encoded(kind)):
        # What a slice leaves out is still in their text.
        return bool(given.equals(result))
    if given.type != result.type:
        return False
    # NaNs are equal in text alone.
    if not given.equals(result) and text_of(given) != text_of(result):
        return False
    leaves = zip(leaves_of(given), leaves_of(result), strict=True)
    floats = [pair for pair in leaves if types.is_floating(pair[0].type)]
    return all(_bits(before).equals(_bits(after)) for before, after in floats)


def text_of(array: pa.Array) -> str:
    text: str = array.to_string(window=1000, container_window=1000)
    return text


def _bits(array: pa.Array) -> pa.Array:
    return array.view(getattr(pa, f"uint{array.type.bit_width}")())


def same_values(given: pa.Array, result: pa.Array) -> bool:
    """As ``exact``, but dictionaries may be others."""
    return exact(given, result) or given.to_pylist() == result.to_pylist()
