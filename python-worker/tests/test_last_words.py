"""What the supervisor tells of a worker that crashed, hangs or prints without end."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest
from supervised import Supervised, Worker, standin_package

from reactor_udf._dumps import Dumps
from reactor_udf._worker_record import WorkerRecord

LIMIT = 32 << 10


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return standin_package(tmp_path)


@pytest.mark.parametrize("mode", ["fork", "spawn"])
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGTERM"])
def test_a_crash_leaves_its_stack(package: Path, name: str, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        worker.tell(f"crash {name}")
        exited = supervisor.expect("EXITED", pid=worker.pid, signalName=name)
        assert "in _crash\n" in exited["stack"]


def test_a_killed_worker_and_one_that_ends_have_no_stack(package: Path) -> None:
    with Supervised(package) as supervisor:
        for command in ("crash SIGKILL", "exit 3"):
            with supervisor.connect() as worker:
                worker.tell(command)
                assert supervisor.expect("EXITED", pid=worker.pid)["stack"] == ""


def test_a_crash_dumps_no_core(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        soft, hard = resource.prlimit(worker.pid, resource.RLIMIT_CORE)
        assert soft == (0 if hard == 0 else 1)


def test_what_a_worker_logged_and_printed_last_is_told_in_order(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask("log first")
        worker.ask("write second")
        supervisor.expect("LOG", source="worker", pid=worker.pid, level="WARN", line="second")
        worker.ask("log third")
        worker.ask("write terminate called")
        worker.tell("crash SIGABRT")
        exited = supervisor.expect("EXITED", pid=worker.pid)
        assert exited["lines"] == ["first", "second", "third", "terminate called"]


def test_a_line_without_end_is_told(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask("print hello")
        worker.close()
        exited = supervisor.expect("EXITED", pid=worker.pid)
        assert exited["lines"] == ["hello", "hello"]


def test_last_lines_are_bounded_and_the_newest(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        for number in range(600):
            worker.ask(f"log {number:0100}")
        worker.tell("exit 0")
        lines = supervisor.expect("EXITED", pid=worker.pid)["lines"]
        assert [int(line) for line in lines] == list(range(600 - len(lines), 600))
        assert LIMIT * 0.8 < sum(map(len, lines)) <= LIMIT


def test_lines_printed_too_fast_are_counted_and_the_last_ones_kept(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask("flood 100000")
        worker.tell("exit 0")
        lines = supervisor.expect("EXITED", pid=worker.pid)["lines"]
        assert [int(line) for line in lines] == list(range(1000 - len(lines), 1000))
        told = [m["line"] for m in supervisor.messages if m["type"] == "LOG"]
        dropped = [int(line.split()[1]) for line in told if line.startswith("dropped")]
        assert dropped
        assert len(told) - len(dropped) + sum(dropped) == 100_000


def test_a_flood_neither_fills_the_supervisor_nor_delays_others(package: Path) -> None:
    with (
        Supervised(package) as supervisor,
        supervisor.connect() as loud,
        supervisor.connect() as other,
    ):
        loud.tell("flood 100000000")
        for evaluation in range(1, 21):
            other.tell(f"evaluate {evaluation}")
            supervisor.send(type="CANCEL", pid=other.pid, evaluation=evaluation)
            assert other.answer() == "cancelled"
        status = Path(f"/proc/{supervisor.process.pid}/status").read_text()
        (peak,) = [int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line]
        assert peak < 64 << 10
        supervisor.send(type="KILL", pid=loud.pid)
        supervisor.expect("EXITED", pid=loud.pid)


def dump(supervisor: Supervised, worker: Worker) -> str:
    supervisor.messages[:] = [m for m in supervisor.messages if m["type"] != "STACK"]
    supervisor.send(type="DUMP", pid=worker.pid)
    stack = supervisor.expect("STACK", pid=worker.pid)["stack"]
    assert isinstance(stack, str)
    return stack


@pytest.mark.parametrize(("command", "function"), [("sleep", "_obey"), ("hold", "_hold_the_int")])
def test_a_hanging_worker_tells_where_and_only_the_newest(
    package: Path, command: str, function: str
) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        for between in range(2):
            assert dump(supervisor, worker).count("most recent call first") == 1, between
        worker.tell(command)
        while f"in {function}" not in (stack := dump(supervisor, worker)):
            pass  # It has not come there yet.
        assert stack.count("most recent call first") == 1
        os.kill(worker.pid, signal.SIGKILL)
        assert supervisor.expect("EXITED", pid=worker.pid)["stack"] == ""


@pytest.mark.parametrize("command", ["mask", "handle SIG_IGN", "handle SIG_DFL"])
def test_a_worker_that_takes_no_signal_has_no_stack_and_goes_on(
    package: Path, command: str
) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask(command)
        assert dump(supervisor, worker) == ""
        assert worker.ask("pid") == str(worker.pid)


def test_a_worker_that_ends_while_it_is_asked_is_answered_for(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask("mask")
        supervisor.send(type="DUMP", pid=worker.pid)
        supervisor.send(type="KILL", pid=worker.pid)
        supervisor.expect("EXITED", pid=worker.pid)
        told = [message["type"] for message in supervisor.messages]
        assert told.index("STACK") < told.index("EXITED")


def test_a_worker_that_closes_its_output_goes_on(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        worker.ask("write last")
        worker.ask("close")
        worker.tell("exit 0")
        assert supervisor.expect("EXITED", pid=worker.pid)["lines"] == ["last"]


def test_descriptors_of_workers_that_ended_are_closed(package: Path) -> None:
    with Supervised(package) as supervisor:
        descriptors = Path(f"/proc/{supervisor.process.pid}/fd")

        def live_and_die() -> None:
            with supervisor.connect() as worker:
                worker.tell("crash SIGKILL")
                supervisor.expect("EXITED", pid=worker.pid)

        live_and_die()
        before = len(list(descriptors.iterdir()))
        for _ in range(100):
            live_and_die()
        assert len(list(descriptors.iterdir())) == before


def test_what_is_written_once_a_dump_was_answered_stays() -> None:
    stack, lines, (reader, writer) = os.memfd_create("stack"), os.memfd_create("lines"), os.pipe()
    worker = WorkerRecord(os.getpid(), [stack, lines, reader], lambda _: True)
    os.write(stack, b"asked for")

    def answer(*_: object) -> None:
        os.pwrite(stack, b"crash", 0)

    # This process does not catch the signal, and is answered for at once.
    Dumps(answer).begin(worker)
    assert worker.stack() == "crash"
    worker.close()
    os.close(writer)
