"""K13: asynchronous functions, of which several calls are awaited at once."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from jvm import PLENTY, UDFS, Jvm, output_schema, stage

from reactor_udf._frames import Complete, Credit, Ended, Error, Payload, Prepared, RequestN

X = pa.schema([("x", pa.int64())])


def batch(*values: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(values, pa.int64())], schema=X)


class Functions:
    """The module of the functions, in which the worker, a thread, runs them."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def let(self, *numbers: int) -> None:
        for number in numbers:
            self._module.events.setdefault(number, threading.Event()).set()

    def started(self, count: int) -> list[int]:
        return list(self._until(lambda: len(self._module.started) >= count, self._module.started))

    @property
    def ended(self) -> list[str]:
        return list(self._module.ended)

    def reset(self) -> None:
        self._module.reset()

    @staticmethod
    def _until(condition: Callable[[], bool], seen: list[Any]) -> list[Any]:
        waiting = threading.Event()
        for _ in range(30_000):
            if condition():
                return seen
            waiting.wait(0.001)
        raise AssertionError(f"only {seen}")


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    monkeypatch.syspath_prepend(UDFS)
    module = importlib.import_module("async_udfs")
    module.reset()
    return Functions(module)


def values(jvm: Jvm, prepared: Prepared) -> list[Any]:
    """The next results; what is granted before them is none of the test's business."""
    while isinstance(frame := jvm.receive(), RequestN):
        assert not frame.waiting
    assert isinstance(frame, Payload)
    output = pa.ipc.read_record_batch(frame.message, output_schema(prepared))
    return list(output.column(0).to_pylist())


def finish(jvm: Jvm) -> None:
    jvm.complete()
    while not isinstance(frame := jvm.receive(), Complete):
        assert isinstance(frame, RequestN), frame


def test_results_are_those_of_the_rows(jvm: Jvm) -> None:
    for function in ("plus_one", "threaded"):
        outputs = jvm.run(X, [batch(1, 2), batch(), batch(3)], stage(f"async_udfs:{function}"))
        assert [output.num_rows for output in outputs] == [2, 0, 1]


def test_kinds(jvm: Jvm) -> None:
    kinds = {"plus_one": "scalar_async_pandas", "steered": "scalar_async_arrow"}
    for function, kind in kinds.items():
        prepared = jvm.prepare(X, stage(f"async_udfs:{function}", kind="scalar", concurrency=2))
        assert prepared.stages[0].kind == kind
    prepared = jvm.prepare(X, stage("async_udfs:row", kind="rows"))
    assert prepared.stages[0].kind == "rows_async_python"


def test_order_is_kept_and_concurrency_bounded(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered", concurrency=2))
    jvm.set_up(prepared)
    jvm.send_batches(batch(1), batch(2), batch(3))
    assert functions.started(2) == [1, 2]
    functions.let(2)
    functions.let(1)
    assert values(jvm, prepared) == [10]
    assert values(jvm, prepared) == [20]
    assert functions.started(3) == [1, 2, 3]
    functions.let(3)
    assert values(jvm, prepared) == [30]
    finish(jvm)


def test_result_goes_out_though_no_input_comes(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered"))
    jvm.set_up(prepared)
    jvm.send_batches(batch(1))
    functions.let(1)
    assert values(jvm, prepared) == [10]
    finish(jvm)


def test_input_is_granted_while_calls_are_awaited(jvm: Jvm, functions: Functions) -> None:
    """With a window of one batch, the second is called while the first is awaited."""
    prepared = jvm.prepare(X, stage("async_udfs:steered"))
    evaluation = jvm.set_up(prepared, Credit(1, 1 << 40))
    jvm.send_batches(batch(1))
    grant = jvm.expect(RequestN)
    assert (grant.batches, grant.waiting) == (1, False)
    jvm.send_batches(batch(2))
    assert functions.started(2) == [1, 2]
    functions.let(1, 2)
    while not isinstance(jvm.receive(), Payload):
        pass
    jvm.cancel()
    while not isinstance(end := jvm.receive(), Ended):
        pass
    assert end == Ended(evaluation)


def test_waiting_is_not_said_while_calls_are_awaited(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered"))
    evaluation = jvm.set_up(prepared, clocked=True)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    jvm.send_batches(batch(1))
    grant = jvm.expect(RequestN)
    assert (grant.batches, grant.waiting) == (1, False)
    functions.let(1)
    jvm.expect(Payload)
    assert jvm.expect(RequestN) == RequestN(evaluation, 0, 0, waiting=True)
    finish(jvm)


def test_calls_go_on_while_output_waits_for_demand(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered"))
    jvm.set_up(prepared, PLENTY, Credit(0, 0))
    jvm.send_batches(batch(1), batch(2))
    functions.started(2)
    functions.let(1)
    functions.let(2)
    jvm.complete()
    jvm.grant(2)
    assert values(jvm, prepared) == [10]
    assert values(jvm, prepared) == [20]
    jvm.expect(Complete)


def test_rows_are_awaited_together(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:row", concurrency=3))
    jvm.set_up(prepared)
    jvm.send_batches(batch(1, 2, 3, 4), batch(5))
    assert functions.started(3) == [1, 2, 3]
    functions.let(3)
    assert functions.started(4) == [1, 2, 3, 4]
    functions.let(1, 2, 4)
    assert values(jvm, prepared) == [-1, -2, -3, -4]
    functions.let(5)
    assert values(jvm, prepared) == [-5]
    finish(jvm)


def test_a_call_that_raises_cancels_the_others(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered"))
    evaluation = jvm.set_up(prepared)
    jvm.send_batches(batch(1), batch(-2), batch(3))
    functions.started(3)
    functions.let(-2)
    while isinstance(error := jvm.receive(), RequestN):
        pass
    assert isinstance(error, Error)
    assert (error.type, error.message, error.batch) == ("ValueError", "negative: -2", 1)
    assert error.traceback is not None
    assert "reactor_udf/_" not in error.traceback
    jvm.complete()
    assert jvm.expect(Ended) == Ended(evaluation)
    assert functions.ended == ["cancelled 1", "cancelled 3"]


def test_cancel_ends_what_is_awaited(jvm: Jvm, functions: Functions) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:steered", concurrency=2))
    for _ in range(2):
        evaluation = jvm.set_up(prepared)
        jvm.send_batches(batch(1), batch(2), batch(3))
        functions.started(2)
        jvm.cancel()
        while isinstance(ended := jvm.receive(), RequestN):
            pass
        assert ended == Ended(evaluation)
        assert sorted(functions.ended) == ["cancelled 1", "cancelled 2"]
        functions.reset()


def test_no_thread_is_left(jvm: Jvm) -> None:
    jvm.run(X, [batch(1)], stage("async_udfs:threaded"))
    assert [t.name for t in threading.enumerate() if t.name.startswith("asyncio")] == []


def test_context_is_seen(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("async_udfs:tenant"))
    jvm.set_up(prepared, context={"tenant": "a"})
    jvm.send_batches(batch(1))
    assert values(jvm, prepared) == ["a"]
    finish(jvm)


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        ("too_short", "usage", "returned 1 rows for a batch of 2"),
        ("leaving", "python", "3"),
    ],
)
def test_failures(jvm: Jvm, function: str, kind: str, words: str) -> None:
    prepared = jvm.prepare(X, stage(f"async_udfs:{function}"))
    _, end = jvm.run_to_end(prepared, [batch(1, 2)])
    assert isinstance(end, Error)
    assert (end.kind, end.message, end.batch) == (kind, end.message, 0)
    assert words in end.message


@pytest.mark.parametrize("function", ["arrow_udfs:running", "arrow_udfs:plus_one"])
def test_behind_and_before_other_stages(jvm: Jvm, function: str) -> None:
    before = stage(function, on=["x"], name="y")
    outputs = jvm.run(
        X,
        [batch(1, 2), batch(3)],
        before,
        stage("async_udfs:threaded", on=["y"], name="z"),
        stage("async_udfs:plus_one", on=["z"], name="a"),
        stage(function, on=["a"], name="b"),
    )
    rows = [row for output in outputs for row in output.to_pylist()]
    assert [-row["y"] + 1 for row in rows] == [row["a"] for row in rows]
    assert len(rows) == 3


def test_what_is_not_asynchronous_has_no_concurrency(jvm: Jvm) -> None:
    refusal = jvm.refused(X, stage("arrow_udfs:plus_one", concurrency=2))
    assert "is not asynchronous" in refusal
    assert "leave concurrency(...) out" in refusal


def test_rows_that_are_awaited_together_fail_together(jvm: Jvm) -> None:
    refusal = jvm.refused(X, stage("async_udfs:row"), row_errors="null")
    assert "whose calls come one after another" in refusal
