"""SPAWN mode: how many interpreters wait, and what becomes of them."""

import os
import signal
from pathlib import Path

import pytest
from supervised import Supervised, Watched, children_of


@pytest.fixture
def counting(package: Path) -> Path:
    """A package whose spares write their pid when they are imported so far."""
    (package / "counting.py").write_text("import os\nos.write(2, b'spare %d\\n' % os.getpid())\n")
    return package


def _spawning(package: Path, workers: int) -> Supervised:
    return Supervised(package, mode="spawn", preload=["counting"], workers=workers)


def _next_spare(supervisor: Supervised) -> int:
    """Wait for a spare to report itself that was not asked for before, and return its pid."""
    line = supervisor.take("LOG", source="stderr")["line"]
    assert line.startswith("spare ")
    return int(line.removeprefix("spare "))


def test_a_warm_spare_is_the_next_worker(counting: Path) -> None:
    with _spawning(counting, workers=2) as supervisor:
        first = _next_spare(supervisor)
        with supervisor.connect() as one:
            assert one.pid == first
            second = _next_spare(supervisor)
            assert sorted(children_of(supervisor.pid)) == sorted([first, second])
            with supervisor.connect() as two:
                assert two.pid == second


def test_there_are_no_more_processes_than_workers_and_one(counting: Path) -> None:
    with _spawning(counting, workers=2) as supervisor:
        supervisor.expect("STARTED")
        for _ in range(5):
            supervisor.send(type="SPAWN")
        spares = {_next_spare(supervisor) for _ in range(3)}
        with (
            supervisor.connect() as one,
            supervisor.connect() as two,
            supervisor.connect() as three,
        ):
            assert {one.pid, two.pid, three.pid} == spares
            assert set(children_of(supervisor.pid)) == spares
        # A worker that ended leaves room for a spare.
        assert _next_spare(supervisor) not in spares


def test_a_spare_that_dies_is_replaced(counting: Path) -> None:
    with _spawning(counting, workers=1) as supervisor:
        spare = _next_spare(supervisor)
        supervisor.expect("STARTED")
        os.kill(spare, signal.SIGKILL)
        line = "A spare worker ended with signal 9 (SIGKILL). Starting another."
        supervisor.expect("LOG", source="supervisor", line=line, level="WARN")
        replacement = _next_spare(supervisor)
        with supervisor.connect() as worker:
            assert worker.pid == replacement


def test_a_spare_that_hangs_stalls_nobody(counting: Path) -> None:
    with _spawning(counting, workers=2) as supervisor:
        spare = _next_spare(supervisor)
        supervisor.expect("STARTED")
        os.kill(spare, signal.SIGSTOP)
        with supervisor.connect() as worker:
            assert worker.pid != spare


def test_spares_that_die_again_and_again_are_given_up(counting: Path) -> None:
    supervisor = _spawning(counting, workers=1)
    supervisor.expect("STARTED")
    for _ in range(5):
        os.kill(_next_spare(supervisor), signal.SIGKILL)
    message = supervisor.expect("FAILED")["message"]
    assert "5 times in 210 s. A spare worker" in message
    supervisor.close()


def test_a_template_that_dies_again_and_again_is_given_up(counting: Path) -> None:
    supervisor = Supervised(counting, preload=["counting"])
    supervisor.expect("STARTED")
    with supervisor.connect() as worker:
        watched = Watched(worker.pid)
        for _ in range(5):
            os.kill(_next_spare(supervisor), signal.SIGKILL)
        message = supervisor.expect("FAILED")["message"]
        assert "5 times in 210 s. The template" in message
        watched.wait()
    supervisor.close()


@pytest.mark.parametrize("mode", ["fork", "spawn"])
def test_a_worker_is_told_its_threads_before_it_imports(package: Path, mode: str) -> None:
    (package / "reading.py").write_text(
        "import os\nos.write(2, os.environ['OMP_NUM_THREADS'].encode() + b'\\n')\n"
    )
    with (
        Supervised(package, mode=mode, preload=["reading"], threads=3) as supervisor,
        supervisor.connect() as worker,
    ):
        imported_with = supervisor.expect("LOG", source="stderr")["line"]
        assert imported_with == ("1" if mode == "fork" else "3")
        assert worker.ask("environment OMP_NUM_THREADS") == "3"
        assert worker.ask("environment POLARS_MAX_THREADS") == "3"
