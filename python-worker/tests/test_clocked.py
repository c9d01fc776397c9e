"""What a clock must know (D8): each batch is granted once consumed, and each wait is said."""

from __future__ import annotations

import pyarrow as pa
from jvm import PLENTY, Jvm, stage

from reactor_udf._frames import Complete, Credit, Ended, Payload, RequestN

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1, 2]], schema=X)
SIZE = BATCH.serialize().size


def test_the_first_pull_says_waiting(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("arrow_udfs:plus_one")), clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    finish(jvm)


def test_scalar_grants_each_batch_with_its_output_and_says_waiting(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("arrow_udfs:plus_one")), clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    for _ in range(3):
        jvm.send_batches(BATCH)
        assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE)
        jvm.expect(Payload)
        assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    finish(jvm)


def test_an_iterator_function_grants_each_batch_when_it_pulls_the_next(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:count_rows"))
    evaluation = jvm.set_up(prepared, clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    jvm.send(*jvm.payloads(BATCH, BATCH, BATCH), Complete(evaluation))
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE)
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE)
    while not isinstance(jvm.receive(), Ended):
        pass


def test_reading_ahead_grants_each_batch(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:read_all"), stage("arrow_udfs:plus_one", on=["x"]))
    evaluation = jvm.set_up(prepared, PLENTY, Credit(0, 0), clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    jvm.send_batches(BATCH, BATCH)
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE)
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE, waiting=True)
    jvm.grant(10)
    finish(jvm)


def test_nothing_is_said_without_a_clock(jvm: Jvm) -> None:
    jvm.set_up(jvm.prepare(X, stage("arrow_udfs:plus_one")))
    jvm.send_batches(BATCH)
    jvm.expect(Payload)
    jvm.complete()
    jvm.expect(Complete)


def finish(jvm: Jvm) -> None:
    jvm.complete()
    while not isinstance(frame := jvm.receive(), Ended):
        assert isinstance(frame, (Payload, Complete, RequestN)), frame
