"""How evaluations end before their time: errors, and CANCEL (P14 to P16, P19)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pyarrow as pa
import pytest
from jvm import PLENTY, UDFS, Jvm, stage

from reactor_udf._frames import Complete, Credit, Ended, Error, Payload, RequestN

X = pa.schema([("x", pa.int64())])


def batch(*values: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(values, pa.int64())], schema=X)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the functions of control_udfs note."""
    monkeypatch.syspath_prepend(UDFS)
    found: list[str] = import_module("control_udfs").events
    found.clear()
    yield found
    found.clear()


def test_error_has_type_message_traceback_and_batch(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("control_udfs:fail_at", constants={"bad": 7}))
    batches = [batch(number) for number in range(10)]
    outputs, error = jvm.run_to_end(prepared, batches)
    assert len(outputs) == 7
    assert isinstance(error, Error)
    assert (error.kind, error.type, error.message) == ("python", "control_udfs.Refused", "7 is bad")
    assert (error.function, error.batch) == ("control_udfs:fail_at", 7)
    assert error.traceback is not None
    first, place, code, *_, last = error.traceback.splitlines()
    assert first == "Traceback (most recent call last):"
    assert "control_udfs.py" in place
    assert code == '    raise Refused(f"{bad} is bad")'
    assert last == "control_udfs.Refused: 7 is bad"
    assert jvm.run_to_end(prepared, [batch(1)])[1] == Complete(2)


def test_builtin_type_has_no_module(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("control_udfs:fail_late"))
    outputs, error = jvm.run_to_end(prepared, [batch(1), batch(2), batch(3)])
    assert len(outputs) == 2
    assert isinstance(error, Error)
    assert (error.type, error.message, error.batch) == ("KeyError", "'late'", 1)


def test_exit_of_a_function_is_an_error_of_it(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("control_udfs:exits"))
    for _ in range(2):
        _, error = jvm.run_to_end(prepared, [batch(1)])
        assert isinstance(error, Error)
        assert (error.type, error.message) == ("SystemExit", "3")


def test_error_comes_at_once_and_ended_after_the_jvms_end(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("control_udfs:exits")), Credit(4, 1 << 40))
    jvm.send_batches(batch(1))
    jvm.expect(Error)
    jvm.send_batches(batch(1), batch(1))
    jvm.expect_silence()
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)


@pytest.mark.parametrize("function", ["tidy", "fail_to_close"])
def test_cancel_in_a_pull(jvm: Jvm, events: list[str], function: str) -> None:
    prepared = jvm.prepare(X, stage(f"control_udfs:{function}"))
    for _ in range(2):
        evaluation = jvm.set_up(prepared)
        jvm.send_batches(batch(1))
        jvm.expect(Payload)
        jvm.cancel()
        jvm.cancel()
        assert jvm.expect(Ended) == Ended(evaluation)
    if function == "tidy":
        assert events == ["EvaluationCancelled", "closed"] * 2


def test_every_pull_after_a_cancel_raises_again(jvm: Jvm, events: list[str]) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("control_udfs:swallow")))
    jvm.send_batches(batch(1))
    jvm.expect(Payload)
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    assert events == ["EvaluationCancelled"] * 3


def test_cancel_while_writing_closes_the_function(jvm: Jvm, events: list[str]) -> None:
    prepared = jvm.prepare(X, stage("control_udfs:tidy"))
    evaluation = jvm.set_up(prepared, PLENTY, Credit(0, 0))
    jvm.send_batches(batch(1))
    jvm.expect_silence()
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    assert events == ["GeneratorExit", "closed"]
    assert jvm.run_to_end(prepared, [batch(1)])[1] == Complete(evaluation + 1)


def test_cancel_before_any_input(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("control_udfs:tidy"))
    evaluation = jvm.set_up(prepared)
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)


def test_cancel_while_a_later_stage_pulls(jvm: Jvm, events: list[str]) -> None:
    prepared = jvm.prepare(
        X, stage("control_udfs:tidy", name="a"), stage("control_udfs:tidy", on=["a"], name="b")
    )
    evaluation = jvm.set_up(prepared)
    jvm.send_batches(batch(1))
    jvm.expect(Payload)
    jvm.cancel()
    assert jvm.expect(Ended) == Ended(evaluation)
    assert events == ["EvaluationCancelled", "closed"] * 2


def test_malformed_data_reaches_the_jvm_through_user_code(jvm: Jvm, events: list[str]) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("control_udfs:swallow")))
    jvm.send(Payload(evaluation, X.serialize()))
    error = jvm.expect(Error)
    assert error.kind == "protocol"
    jvm.expect_closed()
    assert events == ["EvaluationCancelled"] * 3


def test_closed_connection_ends_a_function_that_pulls(jvm: Jvm, events: list[str]) -> None:
    jvm.set_up(jvm.prepare(X, stage("control_udfs:tidy")))
    jvm.send_batches(batch(1))
    jvm.expect(Payload)
    jvm.end_output()
    jvm.expect_closed()
    assert events == ["EvaluationCancelled", "closed"]


def test_output_after_an_error_downstream_is_not_sent(jvm: Jvm) -> None:
    """A usage error in the middle leaves the connection usable."""
    prepared = jvm.prepare(X, stage("arrow_udfs:too_many"))
    _, error = jvm.run_to_end(prepared, [batch(1), batch(2)])
    assert isinstance(error, Error)
    assert jvm.run(X, [batch(1)], stage("arrow_udfs:plus_one"))[0].to_pydict() == {"plus_one": [2]}


def test_frames_of_demand_are_the_evaluations_own(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:read_all"))
    evaluation = jvm.set_up(prepared, Credit(1, 1 << 40))
    jvm.send_batches(batch(1))
    assert jvm.expect(RequestN).evaluation == evaluation
    jvm.cancel()
    jvm.expect(Ended)
