"""Dictionary-encoded columns, in both directions (P18)."""

from __future__ import annotations

import pyarrow as pa
from jvm import Jvm, frame_decoder, frame_encoder, output_schema, stage

from reactor_udf._frames import Complete, Ended, Payload
from reactor_udf._schema_message import project

CATEGORY = pa.dictionary(pa.int32(), pa.string())
NESTED = pa.list_(pa.dictionary(pa.int8(), pa.string()))
SCHEMA = pa.schema([("a", CATEGORY), ("x", pa.int64()), ("c", CATEGORY), ("n", NESTED)])


def batch(*values: str) -> pa.RecordBatch:
    column = pa.array(values).dictionary_encode()
    other = pa.array([value.upper() for value in values]).dictionary_encode()
    nested = pa.array([[value] for value in values], NESTED)
    return pa.record_batch([column, range(len(values)), other, nested], schema=SCHEMA)


def test_dictionaries_go_first_and_again_when_they_change() -> None:
    encode = frame_encoder(SCHEMA, 1)
    decode = frame_decoder(SCHEMA.serialize().to_pybytes())
    counts = []
    for given in (batch("a", "b", "a"), batch("a", "b"), batch("c")):
        unit = encode(given)
        assert not unit[-1].dictionary
        counts.append(len(unit) - 1)
        assert decode(unit).to_pydict() == given.to_pydict()
    assert counts[0] == 3
    assert counts[2] == 3


def test_projection_keeps_the_ids_of_the_jvm() -> None:
    """The ids of all four columns are 0, 1 and 2; those of the two that are read stay 1 and 2."""
    first = frame_encoder(SCHEMA, 1)(batch("a", "b"))
    message = project(SCHEMA.serialize().to_pybytes(), [2])
    assert pa.ipc.read_schema(pa.py_buffer(message)) == pa.schema([SCHEMA.field("c")])
    indices = pa.record_batch([batch("a", "b")["c"].indices], schema=pa.schema([("c", pa.int32())]))
    unit = [first[1], Payload(1, indices.serialize())]
    assert frame_decoder(message)(unit).to_pydict() == {"c": ["A", "B"]}


def test_categories_through_a_function(jvm: Jvm) -> None:
    schema = pa.schema([("c", CATEGORY)])
    prepared = jvm.prepare(schema, stage("arrow_udfs:same_category"))
    assert output_schema(prepared).field(0).type == CATEGORY
    for _ in range(2):
        evaluation = jvm.set_up(prepared)
        encode = frame_encoder(schema, evaluation)
        decode = frame_decoder(prepared.schema)
        for values in (["a", "b"], ["a", "b"], [None, "z"], []):
            column = pa.array(values, pa.string()).dictionary_encode()
            jvm.send(*encode(pa.record_batch([column], schema=schema)))
            unit = [jvm.expect(Payload)]
            while unit[-1].dictionary:
                unit.append(jvm.expect(Payload))
            assert decode(unit).column(0).to_pylist() == values
        jvm.complete()
        jvm.expect(Complete)
        jvm.expect(Ended)


def test_pandas_sees_categories(jvm: Jvm) -> None:
    schema = pa.schema([("value", CATEGORY)])
    prepared = jvm.prepare(schema, stage("pandas_udfs:dtypes"))
    evaluation = jvm.set_up(prepared)
    column = pa.array(["a", None]).dictionary_encode()
    jvm.send(*frame_encoder(schema, evaluation)(pa.record_batch([column], schema=schema)))
    assert jvm.expect_batch(prepared).column(0).to_pylist() == ["category"] * 2
    jvm.complete()
    jvm.expect(Complete)
