"""The handshake, and what ends a connection (P2, P5, P6, P12, P13)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress

import pyarrow as pa
import pytest
from jvm import PLENTY, SECRET, UDFS, Jvm, stage, worker

import reactor_udf
from reactor_udf._connection import Connection
from reactor_udf._errors import ConnectionLost
from reactor_udf._frames import (
    Cancel,
    Complete,
    Ended,
    Error,
    Frame,
    Hello,
    Payload,
    Prepare,
    RequestN,
    Setup,
    Welcome,
)

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1, 2]], schema=X)


def test_welcome() -> None:
    with worker() as jvm:
        jvm.send(Hello((7, 1), SECRET))
        welcome = jvm.expect(Welcome)
        assert (welcome.version, welcome.pyarrow) == (1, pa.__version__)


def test_no_version_in_common_names_both_sides() -> None:
    with worker() as jvm:
        jvm.send(Hello((2, 3), SECRET))
        error = jvm.expect(Error)
        assert error.kind == "protocol"
        assert "[2, 3]" in error.message
        assert "[1]" in error.message
        jvm.expect_closed()


@pytest.mark.parametrize(
    "frame",
    [Hello((1,), "wrong"), Hello((1,), ""), Complete(0), Hello((1,), "x" * (64 << 10))],
    ids=["wrong", "empty", "no hello", "too long"],
)
def test_without_a_valid_hello_the_connection_is_closed(frame: Frame) -> None:
    with worker() as jvm:
        with suppress(ConnectionLost):  # What is too long may still be on its way then.
            jvm.send(frame)
        jvm.expect_closed()


@pytest.mark.parametrize(
    "frame",
    [
        Hello((1,), SECRET),
        Setup(1, 99, PLENTY, PLENTY),
        Payload(1, BATCH.serialize()),
        Complete(0),
        Prepare(0, (), (), X.serialize().to_pybytes()),
        Prepare(5, (), (stage("a:b"),), b"not a schema"),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_protocol_errors_between_evaluations(jvm: Jvm, frame: Frame) -> None:
    jvm.send(frame)
    error = jvm.expect(Error)
    assert (error.kind, error.evaluation) == ("protocol", 0)
    jvm.expect_closed()


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<qiBBHq", -1, 0, 8, 0, 0, 1),
        struct.pack("<qiBBHq", 0, 0, 99, 0, 0, 1),
        Payload(1, X.serialize()).encode()[0] + X.serialize().to_pybytes(),
        Setup(1, 1, PLENTY, PLENTY).encode()[0],
        Setup(2, 1, PLENTY, PLENTY).encode()[0],
        Ended(1).encode()[0],
    ],
    ids=["negative length", "unknown type", "not a batch", "same id", "new id", "not for a worker"],
)
def test_protocol_errors_in_an_evaluation(jvm: Jvm, data: bytes) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:read_all"))
    jvm.set_up(prepared)
    jvm.send_bytes(data)
    while not isinstance(error := jvm.receive(), Error):
        pass
    assert error.kind == "protocol"
    jvm.expect_closed()


def test_evaluation_ids_rise(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:plus_one"))
    jvm.run_to_end(prepared, [BATCH])
    jvm.send(Setup(1, prepared.id, PLENTY, PLENTY))
    assert "not higher" in jvm.expect(Error).message


def test_late_frames_of_an_evaluation_that_ended_are_discarded(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:plus_one"))
    jvm.run_to_end(prepared, [BATCH])
    late: list[Frame] = [RequestN(1, 1, 1), Payload(1, BATCH.serialize()), Complete(1)]
    jvm.send(*late)
    evaluation = jvm.set_up(prepared)
    jvm.send(*late)
    jvm.send_batches(BATCH)
    jvm.complete()
    assert jvm.expect_batch(prepared).column(0).to_pylist() == [2, 3]
    assert jvm.expect(Complete) == Complete(evaluation)
    assert jvm.expect(Ended) == Ended(evaluation)


def test_small_evaluation_is_answered_in_one_write(jvm: Jvm) -> None:
    """All that the worker answers has arrived when its first frame has."""
    prepared = jvm.prepare(X, stage("arrow_udfs:plus_one"))
    jvm.send(Setup(1, prepared.id, PLENTY, PLENTY), Payload(1, BATCH.serialize()), Complete(1))
    jvm.expect(Payload)
    assert jvm.connection.next_type() == Complete.CODE
    jvm.expect(Complete)
    assert jvm.connection.next_type() == Ended.CODE


@pytest.mark.parametrize("function", ["plus_one", "running", "count_rows"])
def test_small_socket_buffers_and_large_batches(function: str) -> None:
    large = pa.record_batch([pa.array(range(200_000))], schema=X)
    with worker(socket_buffer=4 << 10) as jvm:
        jvm.greet()
        outputs = jvm.run(X, [large], stage(f"arrow_udfs:{function}"))
        assert sum(output.num_rows for output in outputs) in (200_000, 1)


def test_package_imports_the_standard_library_only() -> None:
    import subprocess
    import sys

    code = "import sys, reactor_udf; assert 'pyarrow' not in sys.modules; print(reactor_udf.udf)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert reactor_udf.__all__ == ["__version__", "context", "udf"]


def test_connection_lost_in_an_evaluation_ends_the_worker(jvm: Jvm) -> None:
    jvm.set_up(jvm.prepare(X, stage("arrow_udfs:plus_one"), modules=[UDFS]))
    jvm.send_batches(BATCH)
    jvm.expect(Payload)


class _Poll:
    """Stands for the connection's: something has arrived when it was asked so many times."""

    def __init__(self, asks: int, arrive: Callable[[], None]) -> None:
        self.timeouts: list[int | None] = []
        self._asks = asks
        self._arrive = arrive

    def poll(self, timeout: int | None = None) -> list[int]:
        self.timeouts.append(timeout)
        if timeout is not None and len(self.timeouts) < self._asks:
            return []
        self._arrive()
        return [1]


def _waits(busy_wait: int, asks: int, waited: int = 0) -> list[int | None]:
    """Return the timeouts with which a read asks, each None if it sleeps."""
    ours, theirs = socket.socketpair()
    connection = Connection(theirs, 0, busy_wait)
    connection._waited = waited
    poll = _Poll(asks, lambda: ours.sendall(Cancel(1).encode()[0]))
    connection._poll = poll  # type: ignore[assignment]
    with ours:
        connection.read()
    connection.close()
    return poll.timeouts


def test_looks_again_before_it_sleeps() -> None:
    assert _waits(10**12, asks=3) == [0, 0, 0]


def test_sleeps_when_it_has_looked_for_long_enough() -> None:
    *looks, last = _waits(1, asks=1000)
    assert looks.count(0) <= 1
    assert last is None


def test_sleeps_at_once_where_the_last_wait_was_long() -> None:
    assert _waits(10**6, asks=1, waited=10**6) == [None]


def test_never_looks_without_a_limit() -> None:
    assert _waits(0, asks=1) == [None]


def test_looks_before_it_receives_once_it_had_to_wait() -> None:
    ours, theirs = socket.socketpair()
    connection = Connection(theirs, 0)
    frame = Cancel(1).encode()[0]
    poll = _Poll(1, lambda: None)
    with ours:
        ours.sendall(frame)
        connection._poll = poll  # type: ignore[assignment]
        connection.read()
        assert poll.timeouts == []
        poll._arrive = lambda: ours.sendall(frame)
        connection.read()
        assert poll.timeouts == [None]
        poll._arrive = lambda: None
        for _ in range(10):
            ours.sendall(frame)
            connection.read()
        assert poll.timeouts == [None, *[0] * 8], (
            "it is received as soon as it came at once so often"
        )
    connection.close()
