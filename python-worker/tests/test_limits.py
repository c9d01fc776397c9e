"""Limits of a worker's memory and life, and the errors where memory is out."""

from __future__ import annotations

import resource
from pathlib import Path

import pyarrow as pa
import pytest
from jvm import Jvm, stage
from real_worker import PACKAGE, RealWorker, real_worker
from supervised import Supervised

from reactor_udf._frames import Complete, Ended, Error, Payload, Prepared, RequestN

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1]], schema=X)
MIB = 1 << 20


def evaluate(jvm: Jvm, prepared: Prepared, batch: pa.RecordBatch = BATCH) -> tuple[object, Ended]:
    jvm.set_up(prepared)
    jvm.send_batches(batch)
    jvm.complete()
    while isinstance(last := jvm.receive(), (Payload, RequestN)):
        pass
    return last, jvm.expect(Ended)


def assert_retired(worker: RealWorker) -> None:
    worker.jvm.expect_closed()
    assert worker.exited()["exitCode"] == 0


def test_a_worker_retires_after_so_many_evaluations() -> None:
    with real_worker(maxEvaluations=3) as worker:
        prepared = worker.jvm.prepare(X, stage("arrow_udfs:plus_one"))
        for number in (1, 2, 3):
            last, ended = evaluate(worker.jvm, prepared)
            assert last == Complete(number)
            assert ended.retiring == (number == 3)
        assert_retired(worker)


@pytest.mark.parametrize(("limit", "retires"), [(1 << 40, False), (1, True)])
def test_a_worker_that_has_grown_too_large_retires(limit: int, retires: bool) -> None:
    with real_worker(maxResidentMemory=limit) as worker:
        prepared = worker.jvm.prepare(X, stage("arrow_udfs:plus_one"))
        assert evaluate(worker.jvm, prepared) == (Complete(1), Ended(1, retires))
        if retires:
            assert_retired(worker)


@pytest.mark.parametrize("mode", ["fork", "spawn"])
def test_memory_that_is_freed_is_kept_for_the_next_batch(mode: str) -> None:
    with real_worker(mode=mode) as worker:
        prepared = worker.jvm.prepare(X, stage("leaving_udfs:page_faults"))
        (output,), _ = worker.jvm.run_to_end(prepared, [BATCH])
        (faults,) = output.column(0).to_pylist()
        pages = 50 * 8 * 800_000 // resource.getpagesize()
        assert faults < pages / 10


@pytest.mark.parametrize("batches", [1, 64])
def test_a_function_without_memory_is_an_error_and_the_worker_retires(batches: int) -> None:
    with real_worker(memoryLimit=400 * MIB) as worker:
        prepared = worker.jvm.prepare(X, stage("leaving_udfs:hoard"))
        batch = pa.record_batch([list(range(batches))], schema=X)
        error, ended = evaluate(worker.jvm, prepared, batch)
        assert isinstance(error, Error)
        assert (error.kind, error.type, error.batch) == ("python", "MemoryError", 0)
        assert error.function == "leaving_udfs:hoard"
        assert error.traceback is not None
        assert "leaving_udfs.py" in error.traceback
        assert ended.retiring
        assert_retired(worker)


def test_a_batch_that_does_not_fit_is_an_error_and_the_worker_retires() -> None:
    with real_worker(memoryLimit=400 * MIB) as worker:
        prepared = worker.jvm.prepare(X, stage("leaving_udfs:read_one"))
        batch = pa.record_batch([pa.nulls(40 * MIB, pa.int64())], schema=X)
        error, ended = evaluate(worker.jvm, prepared, batch)
        assert isinstance(error, Error)
        assert (error.kind, error.type) == ("python", "pyarrow.lib.ArrowMemoryError")
        assert ended.retiring
        assert_retired(worker)


def test_small_evaluations_fit_with_pandas() -> None:
    with real_worker(memoryLimit=400 * MIB, preload=["pandas"]) as worker:
        prepared = worker.jvm.prepare(X, stage("pandas_udfs:same_int", on=["x"]))
        batch = pa.record_batch([range(10_000)], schema=X)
        assert evaluate(worker.jvm, prepared, batch) == (Complete(1), Ended(1))
        limits = Path(f"/proc/{worker.pid}/limits").read_text()
        (data,) = [line for line in limits.splitlines() if line.startswith("Max data size")]
        assert data.split()[3] == str(400 * MIB)


@pytest.mark.parametrize("mode", ["fork", "spawn"])
def test_a_limit_below_what_libraries_take_is_an_error_at_the_start(mode: str) -> None:
    limits = {"preload": ["pandas"], "memoryLimit": 100 * MIB, "mode": mode}
    supervisor = Supervised(PACKAGE, **limits)
    message = supervisor.expect("FAILED")["message"]
    assert f"a memoryLimit of {100 * MIB} bytes is too small" in message
    assert "at least" in message
    assert "Traceback" not in message
    supervisor.close()
