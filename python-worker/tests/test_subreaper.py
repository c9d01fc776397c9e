"""The process that the JVM starts: nothing outlives the supervisor, and nothing stays a zombie."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from supervised import MAIN, SECONDS, Supervised, Watched, descendants_of

from reactor_udf._process import _signals


def test_it_ends_and_reaps_what_a_killed_supervisor_leaves(package: Path) -> None:
    supervisor = Supervised(package)
    with supervisor.connect() as one, supervisor.connect() as two:
        detached = int(two.ask("child detached"))
        below = descendants_of(supervisor.process.pid)
        assert {supervisor.pid, one.pid, two.pid, detached} < set(below)
        os.kill(supervisor.pid, signal.SIGKILL)
        # Reaped: what ended and was not would still have an entry, as a zombie.
        assert supervisor.process.wait(SECONDS) == 128 + signal.SIGKILL
        assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []
    supervisor.close()


def test_it_holds_nothing_of_the_control_stream(package: Path) -> None:
    with Supervised(package) as supervisor:
        supervisor.expect("STARTED")
        streams = [os.readlink(f"/proc/{supervisor.process.pid}/fd/{fd}") for fd in (0, 1)]
        assert streams == [os.devnull, os.devnull]


def test_sigterm_ends_all(package: Path) -> None:
    supervisor = Supervised(package)
    with supervisor.connect() as worker:
        detached = Watched(int(worker.ask("child detached")))
        supervisor.process.terminate()
        assert supervisor.process.wait(SECONDS) == 0
        detached.wait()
    assert not supervisor.directory.exists()
    supervisor.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_of_the_terminal_is_left_to_the_jvm(package: Path, number: int) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        for pid in (supervisor.process.pid, supervisor.pid):
            assert number in _signals(f"/proc/{pid}/status", "SigIgn")
            os.kill(pid, number)
        assert worker.ask("pid") == str(worker.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_worker_is_ended_by_it_as_others_are(package: Path, number: int) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        os.kill(worker.pid, number)
        supervisor.expect("EXITED", pid=worker.pid, signal=number)


def test_a_supervisor_that_loses_it_ends_all_by_itself(package: Path) -> None:
    supervisor = Supervised(package)
    with supervisor.connect() as worker:
        watched = [Watched(pid) for pid in (supervisor.pid, int(worker.ask("child detached")))]
        supervisor.process.kill()
        for process in watched:
            process.wait()
    assert not supervisor.directory.exists()
    supervisor.close()


def test_it_exits_with_the_status_of_the_supervisor(package: Path) -> None:
    (package / "reactor_udf" / "_supervisor.py").write_text("def main(): raise SystemExit(7)\n")
    command = [sys.executable, "-I", "-c", MAIN, str(package)]
    assert subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 7


UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc"]


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*UNSHARE, "true"], check=False, capture_output=True).returncode != 0,
    reason="no PID namespace of one's own can be made here",
)
def test_a_process_1_that_reaps_only_its_own_children_sees_no_zombie(package: Path) -> None:
    script = Path(__file__).with_name("process_one.py")
    command = [*UNSHARE, sys.executable, str(script), str(package)]
    ended = subprocess.run(command, check=False, timeout=3 * SECONDS, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()
