import importlib.metadata
import os
import signal
from pathlib import Path

import pytest
from supervised import Supervised, Watched, ahead_of, template_of


@pytest.fixture(params=["fork", "spawn"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("transport", ["unix", "tcp"])
def test_a_connection_is_a_worker_whose_parent_is_the_supervisor(
    package: Path, mode: str, transport: str
) -> None:
    listen = {"listen": {"tcp": "127.0.0.1"}} if transport == "tcp" else {}
    with (
        Supervised(package, mode=mode, **listen) as supervisor,
        supervisor.connect() as one,
        supervisor.connect() as two,
    ):
        assert one.pid != two.pid
        assert int(one.ask("parent")) == supervisor.pid
        assert os.getpgid(one.pid) == one.pid
        assert os.getsid(one.pid) == os.getsid(supervisor.pid)


def test_a_worker_that_reads_from_the_terminal_of_the_jvm_is_refused(
    package: Path, mode: str
) -> None:
    ours, theirs = os.openpty()
    with (
        Supervised(package, theirs, mode=mode) as supervisor,
        supervisor.connect() as worker,
    ):
        assert worker.ask("terminal") == "EIO"
    os.close(ours)
    os.close(theirs)


def test_a_worker_inherits_its_connection_and_nothing_else(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        standard, listing, connection, page, black_box = 3, 1, 1, 1, 2
        given = standard + connection + page + black_box
        assert len(worker.ask("descriptors").split()) == given + listing


def test_the_environment_of_the_jvm_is_all_a_worker_sees(
    package: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "x")
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        assert worker.ask("environment DATABASE_PASSWORD") == "-"
        assert int(worker.ask("environment OMP_NUM_THREADS")) == len(os.sched_getaffinity(0))


def test_exit_codes_and_signals_are_reported(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor:
        with supervisor.connect() as worker:
            worker.close()
            supervisor.expect("EXITED", pid=worker.pid, exitCode=0)
        with supervisor.connect() as worker:
            worker.tell("exit 7")
            supervisor.expect("EXITED", pid=worker.pid, exitCode=7)
        with supervisor.connect() as worker:
            os.kill(worker.pid, signal.SIGSEGV)
            supervisor.expect("EXITED", pid=worker.pid, signal=signal.SIGSEGV)


def test_an_exception_in_a_worker_is_its_traceback_and_code_1(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        worker.tell("raise broken")
        supervisor.expect("EXITED", pid=worker.pid, exitCode=1)
        supervisor.expect("LOG", pid=worker.pid, level="WARN", line="RuntimeError: broken")


def test_a_cancel_reaches_the_evaluation_it_names(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        worker.tell("evaluate 5")
        supervisor.send(type="CANCEL", pid=worker.pid, evaluation=4)
        supervisor.send(type="CANCEL", pid=worker.pid, evaluation=5)
        assert worker.answer() == "cancelled"


def test_kill_ends_the_process_group_of_a_worker(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        child = Watched(int(worker.ask("child")))
        supervisor.send(type="KILL", pid=worker.pid)
        supervisor.expect("EXITED", pid=worker.pid, signal=signal.SIGKILL)
        child.wait()


def test_a_worker_that_ends_takes_along_what_it_started(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        child = Watched(int(worker.ask("child")))
        worker.tell("exit 0")
        child.wait()


def test_only_workers_are_killed(package: Path, mode: str) -> None:
    with Supervised(package, mode=mode) as supervisor, supervisor.connect() as worker:
        supervisor.send(type="KILL", pid=os.getpid())
        supervisor.send(type="KILL", pid=worker.pid)
        supervisor.expect("EXITED", pid=worker.pid)


def test_a_template_that_dies_is_replaced_and_its_workers_go_on(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as before:
        os.kill(template_of(supervisor.pid), signal.SIGKILL)
        with supervisor.connect() as after:
            assert before.ask("parent") == after.ask("parent")
        supervisor.send(type="KILL", pid=before.pid)
        supervisor.expect("EXITED", pid=before.pid)


def test_a_connection_is_served_by_the_worker_that_was_forked_ahead(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        ahead = ahead_of(supervisor.pid, worker.pid)
        with supervisor.connect() as another:
            assert another.pid == ahead


def test_a_worker_that_was_forked_ahead_and_killed_costs_no_connection(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        ahead = ahead_of(supervisor.pid, worker.pid)
        ended = Watched(ahead)
        os.kill(ahead, signal.SIGKILL)
        ended.wait()
        with supervisor.connect() as another:
            assert another.pid != ahead


def test_a_worker_that_was_forked_ahead_ends_with_its_template(package: Path) -> None:
    with Supervised(package) as supervisor, supervisor.connect() as worker:
        ahead = Watched(ahead_of(supervisor.pid, worker.pid))
        os.kill(template_of(supervisor.pid), signal.SIGKILL)
        ahead.wait()


def test_the_end_of_input_leaves_nothing(package: Path, mode: str) -> None:
    supervisor = Supervised(package, mode=mode)
    with supervisor.connect() as one, supervisor.connect() as two:
        detached = Watched(int(two.ask("child detached")))
        watched = [Watched(pid) for pid in (one.pid, two.pid, template_of(supervisor.pid))]
        supervisor.close()
    for process in (*watched, detached):
        process.wait()
    assert not supervisor.directory.exists()


def test_a_killed_supervisor_leaves_no_process(package: Path, mode: str) -> None:
    supervisor = Supervised(package, mode=mode)
    with supervisor.connect() as worker:
        started = [worker.pid, template_of(supervisor.pid)]
        if mode == "fork":
            started.append(ahead_of(supervisor.pid, worker.pid))
        watched = [Watched(pid) for pid in started]
        os.kill(supervisor.pid, signal.SIGKILL)
        for process in watched:
            process.wait()
    supervisor.close()


def test_a_killed_supervisor_leaves_no_template_that_imports(package: Path) -> None:
    (package / "endless.py").write_text(
        "import os, time\nos.write(2, b'%d\\n' % os.getpid())\ntime.sleep(600)\n"
    )
    supervisor = Supervised(package, preload=["endless"])
    template = Watched(int(supervisor.expect("LOG", source="stderr")["line"]))
    os.kill(supervisor.pid, signal.SIGKILL)
    template.wait()
    supervisor.close()


def test_a_missing_package_is_named_with_the_interpreter(package: Path, mode: str) -> None:
    supervisor = Supervised(package, mode=mode, preload=["no_such_package"])
    message = supervisor.expect("FAILED")["message"]
    assert "no package 'no_such_package'" in message
    assert "-m pip install no_such_package" in message
    supervisor.close()


def test_what_is_preloaded_if_installed_may_be_missing(package: Path, mode: str) -> None:
    with Supervised(
        package, mode=mode, preloadIfInstalled=["no_such_package", "json"]
    ) as supervisor:
        supervisor.expect("STARTED")


def test_libraries_are_imported_before_the_fork_and_leave_no_thread(package: Path) -> None:
    libraries: dict[str, list[str]] = {
        "preload": ["pyarrow"],
        "preloadIfInstalled": ["numpy", "pandas"],
    }
    with Supervised(package, **libraries) as supervisor:
        assert supervisor.expect("STARTED")["pyarrow"] == importlib.metadata.version("pyarrow")
        assert not [m for m in supervisor.messages if m["type"] == "LOG"]
        with supervisor.connect() as one, supervisor.connect() as two:
            assert one.ask("random") != two.ask("random")
