"""The demand rules (D2 to D5, D7), each with a scripted JVM that withholds and grants."""

from __future__ import annotations

import pyarrow as pa
import pytest
from jvm import PLENTY, Jvm, stage

from reactor_udf._frames import Complete, Credit, Ended, Error, Payload, Prepared, RequestN

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1, 2]], schema=X)
SIZE = BATCH.serialize().size


def window(batches: int) -> Credit:
    return Credit(batches, 1 << 40)


def grants_and_outputs(jvm: Jvm, outputs: int) -> list[RequestN]:
    """Read until ``outputs`` payloads have come; return the grants that came before them."""
    grants = []
    while outputs:
        frame = jvm.receive()
        if isinstance(frame, RequestN):
            grants.append(frame)
        else:
            assert isinstance(frame, Payload), frame
            outputs -= 1
    return grants


def finish(jvm: Jvm) -> None:
    jvm.complete()
    while not isinstance(frame := jvm.receive(), Ended):
        assert isinstance(frame, (Payload, Complete, RequestN)), frame


def scalar(jvm: Jvm) -> Prepared:
    return jvm.prepare(X, stage("arrow_udfs:plus_one"))


def test_scalar_grants_at_half_a_window_with_its_output(jvm: Jvm) -> None:
    evaluation = jvm.set_up(scalar(jvm), window(4))
    jvm.send_batches(BATCH)
    assert grants_and_outputs(jvm, 1) == []
    jvm.send_batches(BATCH)
    assert grants_and_outputs(jvm, 1) == [RequestN(evaluation, 2, 2 * SIZE)]
    finish(jvm)


def test_half_a_window_of_bytes_counts_too(jvm: Jvm) -> None:
    evaluation = jvm.set_up(scalar(jvm), Credit(100, 4 * SIZE))
    jvm.send_batches(BATCH)
    assert grants_and_outputs(jvm, 1) == []
    jvm.send_batches(BATCH)
    assert grants_and_outputs(jvm, 1) == [RequestN(evaluation, 2, 2 * SIZE)]
    finish(jvm)


def test_window_of_one_is_lock_step(jvm: Jvm) -> None:
    evaluation = jvm.set_up(scalar(jvm), window(1))
    for _ in range(3):
        jvm.send_batches(BATCH)
        assert grants_and_outputs(jvm, 1) == [RequestN(evaluation, 1, SIZE)]
    finish(jvm)


def test_batch_larger_than_the_window_passes(jvm: Jvm) -> None:
    evaluation = jvm.set_up(scalar(jvm), Credit(4, 1), Credit(4, 1))
    jvm.send_batches(BATCH)
    assert grants_and_outputs(jvm, 1) == [RequestN(evaluation, 1, SIZE)]
    jvm.send_batches(BATCH)
    jvm.grant(0, SIZE)
    assert grants_and_outputs(jvm, 1) == [RequestN(evaluation, 1, SIZE)]
    finish(jvm)


def test_function_that_gives_nothing_grants_at_half_a_window_too(jvm: Jvm) -> None:
    jvm.set_up(jvm.prepare(X, stage("arrow_udfs:count_rows")), window(4))
    jvm.send_batches(BATCH, BATCH, BATCH, BATCH)
    assert [jvm.expect(RequestN).batches, jvm.expect(RequestN).batches] == [2, 2]
    finish(jvm)


def test_grant_before_blocking_when_the_jvm_could_not_send(jvm: Jvm) -> None:
    """One batch of five is consumed, which is below half a window; the other four are queued."""
    prepared = jvm.prepare(X, stage("arrow_udfs:expand", constants={"times": 1}))
    evaluation = jvm.set_up(prepared, window(5), Credit(1, 1 << 40))
    jvm.send_batches(BATCH, BATCH, BATCH, BATCH, BATCH)
    jvm.expect(Payload)
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE)
    jvm.grant(10)
    finish(jvm)


def test_no_grant_below_half_a_window_while_the_jvm_can_send(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:count_rows"))
    jvm.set_up(prepared, window(5))
    jvm.send_batches(BATCH, BATCH)
    jvm.complete()
    assert isinstance(jvm.receive(), Payload)
    finish_after_complete(jvm)


def finish_after_complete(jvm: Jvm) -> None:
    while not isinstance(jvm.receive(), Ended):
        pass


def test_reading_ahead_says_waiting(jvm: Jvm) -> None:
    """A row-aligned function that took more than it gave says all that it consumed (D4, D7)."""
    prepared = jvm.prepare(X, stage("arrow_udfs:read_all"))
    evaluation = jvm.set_up(prepared, window(100))
    for _ in range(3):
        jvm.send_batches(BATCH)
        assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE, waiting=True)
    jvm.expect_silence()
    finish(jvm)


def test_waiting_is_said_again_after_an_output_grant(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:read_all"))
    evaluation = jvm.set_up(prepared, window(100), Credit(0, 0))
    jvm.send_batches(BATCH)
    assert jvm.expect(RequestN) == RequestN(evaluation, 1, SIZE, waiting=True)
    jvm.grant(1)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    jvm.grant(10)
    finish(jvm)


def test_function_that_gave_all_back_does_not_say_waiting(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:running"))
    jvm.set_up(prepared, window(100))
    jvm.send_batches(BATCH)
    jvm.expect(Payload)
    jvm.grant(1)
    jvm.send_batches(BATCH)
    jvm.expect(Payload)
    finish(jvm)


def test_nothing_is_sent_without_output_credit(jvm: Jvm) -> None:
    """The function gives 4 batches; each comes only when it was granted."""
    prepared = jvm.prepare(X, stage("arrow_udfs:expand", constants={"times": 4}))
    jvm.set_up(prepared, PLENTY, Credit(1, 1 << 40))
    jvm.send_batches(BATCH)
    jvm.expect(Payload)
    for _ in range(3):
        jvm.expect_silence()
        jvm.grant(1)
        jvm.expect(Payload)
    finish(jvm)


def test_input_is_read_while_output_credit_is_spent(jvm: Jvm) -> None:
    """A JVM that writes a whole window, larger than the socket buffers, is not left hanging."""
    large = pa.record_batch([pa.array(range(1 << 19))], schema=X)
    prepared = jvm.prepare(X, stage("arrow_udfs:plus_one"))
    jvm.set_up(prepared, window(4), Credit(0, 0))
    jvm.send_batches(large, large, large, large)
    for _ in range(4):
        jvm.grant(1)
        grants_and_outputs(jvm, 1)
    finish(jvm)


@pytest.mark.parametrize("granted", [Credit(2, 1 << 40), Credit(100, SIZE + 1)])
def test_data_beyond_the_grant_is_a_protocol_error(jvm: Jvm, granted: Credit) -> None:
    jvm.set_up(scalar(jvm), granted, Credit(0, 0))
    jvm.send_batches(BATCH, BATCH, BATCH, BATCH, BATCH)
    while not isinstance(frame := jvm.receive(), Error):
        assert isinstance(frame, RequestN)
    assert (frame.kind, "beyond the grant" in frame.message) == ("protocol", True)
    jvm.expect_closed()


def test_early_stop_drains_until_the_jvm_ends(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:ignore_input", constants={"count": 1}))
    evaluation = jvm.set_up(prepared, window(4))
    jvm.expect(Payload)
    assert jvm.expect(Complete) == Complete(evaluation)
    jvm.send_batches(BATCH, BATCH)
    jvm.expect_silence()
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    jvm.run_to_end(prepared, [BATCH])


def test_empty_output_needs_no_credit(jvm: Jvm) -> None:
    jvm.set_up(scalar(jvm), PLENTY, Credit(0, 0))
    jvm.complete()
    jvm.expect(Complete)
    jvm.expect(Ended)
