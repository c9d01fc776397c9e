"""The matched cancel signal, against a worker process of its own."""

from __future__ import annotations

import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from jvm import PLENTY, SECRET, UDFS, Jvm, stage

from reactor_udf._frames import Complete, Credit, Ended, Payload, RequestN

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1]], schema=X)
MAIN = """
import mmap, socket, sys
from reactor_udf._interrupts import Interrupts
from reactor_udf._worker import serve
page = mmap.mmap(int(sys.argv[2]), 0)
interrupts = Interrupts(page)
interrupts.install()
serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[3].encode(), interrupts)
"""


class Process:
    """A worker process and the page on which its evaluations are named."""

    def __init__(self, popen: subprocess.Popen[bytes], page: mmap.mmap, jvm: Jvm) -> None:
        self.popen = popen
        self.jvm = jvm
        self._page = page

    def interrupt(self, evaluation: int) -> None:
        struct.pack_into("<q", self._page, self.popen.pid * 8, evaluation)
        self.popen.send_signal(signal.SIGUSR1)

    def interrupt_until_answer(self, evaluation: int) -> None:
        """Signal as the supervisor does: a signal that comes while our code runs is not kept."""
        self.interrupt(evaluation)
        while not self.jvm.answer_within(0.02):
            self.interrupt(evaluation)


@contextmanager
def process(tmp_path: Path) -> Iterator[Process]:
    ours, theirs = socket.socketpair()
    pages = os.open(tmp_path / "pages", os.O_RDWR | os.O_CREAT)
    os.ftruncate(pages, (int(Path("/proc/sys/kernel/pid_max").read_text()) + 1) * 8)
    page = mmap.mmap(pages, 0)
    arguments = [sys.executable, "-c", MAIN, str(theirs.fileno()), str(pages), SECRET]
    popen = subprocess.Popen(arguments, pass_fds=(theirs.fileno(), pages))
    theirs.close()
    jvm = Jvm(ours)
    try:
        jvm.greet()
        yield Process(popen, page, jvm)
    finally:
        jvm.connection.close()
        assert popen.wait(30) == 0
        page.close()
        os.close(pages)


def test_running_function_is_interrupted_and_the_worker_retires(tmp_path: Path) -> None:
    with process(tmp_path) as worker:
        jvm = worker.jvm
        prepared = jvm.prepare(X, stage("control_udfs:spin"), modules=[UDFS])
        evaluation = jvm.set_up(prepared)
        jvm.send_batches(BATCH)
        assert jvm.expect_log().message == "running"
        jvm.expect(RequestN)
        jvm.send_batches(BATCH)
        jvm.cancel()
        worker.interrupt_until_answer(evaluation)
        assert jvm.expect(Ended) == Ended(evaluation, retiring=True)
        jvm.expect_closed()


def test_function_of_a_row_is_interrupted(tmp_path: Path) -> None:
    with process(tmp_path) as worker:
        jvm = worker.jvm
        evaluation = jvm.set_up(jvm.prepare(X, stage("value_udfs:spin")), clocked=True)
        assert jvm.expect(RequestN).waiting
        jvm.send_batches(BATCH)
        jvm.cancel()
        worker.interrupt_until_answer(evaluation)
        assert jvm.expect(Ended) == Ended(evaluation, retiring=True)
        jvm.expect_closed()


def test_task_is_interrupted(tmp_path: Path) -> None:
    with process(tmp_path) as worker:
        jvm = worker.jvm
        evaluation = jvm.set_up(jvm.prepare(X, stage("async_udfs:spin")), clocked=True)
        assert jvm.expect(RequestN).waiting
        jvm.send_batches(BATCH)
        # There is room for more, but what comes now is not read before the task has run.
        assert not jvm.expect(RequestN).waiting
        jvm.cancel()
        worker.interrupt_until_answer(evaluation)
        assert jvm.expect(Ended) == Ended(evaluation, retiring=True)
        jvm.expect_closed()


@pytest.mark.parametrize("named", [0, 1, 99])
def test_signal_that_names_another_evaluation_does_nothing(tmp_path: Path, named: int) -> None:
    with process(tmp_path) as worker:
        jvm = worker.jvm
        prepared = jvm.prepare(X, stage("arrow_udfs:running"))
        jvm.run_to_end(prepared, [BATCH])
        evaluation = jvm.set_up(prepared)
        worker.interrupt(named)
        jvm.send_batches(BATCH)
        assert jvm.expect_batch(prepared).column(0).to_pylist() == [1]
        worker.interrupt(named)
        jvm.complete()
        jvm.expect(Complete)
        assert jvm.expect(Ended) == Ended(evaluation)


def test_signal_while_our_code_waits_does_nothing(tmp_path: Path) -> None:
    """CANCEL ends it there; only if the signal met the function's own code the worker retires."""
    with process(tmp_path) as worker:
        jvm = worker.jvm
        prepared = jvm.prepare(X, stage("arrow_udfs:running"))
        for demand in (PLENTY, Credit(1, 1 << 40)):
            evaluation = jvm.set_up(prepared, PLENTY, demand)
            jvm.send_batches(BATCH)
            jvm.expect(Payload)
            if demand != PLENTY:
                jvm.send_batches(BATCH)
            worker.interrupt(evaluation)
            jvm.cancel()
            ended = jvm.expect(Ended)
            assert ended.evaluation == evaluation
            if ended.retiring:
                return
        assert jvm.run_to_end(prepared, [BATCH])[1] == Complete(3)
