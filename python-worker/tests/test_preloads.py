"""Imports before the start that fail, hang, or make a fork hazardous: named, and in time."""

import textwrap
from pathlib import Path

import pytest
from supervised import Supervised

THREE_THREADS = """
    import threading
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
HANGS_A_FORK = """
    import os, threading
    os.register_at_fork({where}=threading.Event().wait)
"""


def _module(package: Path, name: str, code: str) -> None:
    (package / f"{name}.py").write_text(textwrap.dedent(code))


def _assert_starts_cold(supervisor: Supervised, reason: str) -> None:
    assert supervisor.expect("STARTED")["mode"] == "spawn"
    line = f"{reason}; workers start cold (spawn)."
    supervisor.expect("LOG", source="supervisor", line=line, level="WARN")
    with supervisor.connect() as one, supervisor.connect() as two:
        assert one.pid != two.pid


def test_threads_left_by_a_preload_make_workers_start_cold(package: Path) -> None:
    _module(package, "threaded", THREE_THREADS)
    with Supervised(package, preload=["json", "threaded"]) as supervisor:
        _assert_starts_cold(supervisor, "preload of 'threaded' leaves 3 threads running")


@pytest.mark.parametrize("where", ["before", "after_in_parent", "after_in_child"])
def test_a_fork_that_hangs_after_a_preload_makes_workers_start_cold(
    package: Path, where: str
) -> None:
    _module(package, "hanging", HANGS_A_FORK.format(where=where))
    with Supervised(package, preload=["hanging"], startTimeoutMillis=4000) as supervisor:
        _assert_starts_cold(supervisor, "after the preload of 'hanging' a forked process hangs")


def test_a_fork_that_crashes_after_a_preload_makes_workers_start_cold(package: Path) -> None:
    _module(
        package,
        "crashing",
        "import os; os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), 9))",
    )
    with Supervised(package, preload=["crashing"]) as supervisor:
        _assert_starts_cold(
            supervisor, "after the preload of 'crashing' a forked process ends with status -9"
        )


def test_what_hangs_only_forks_is_no_hazard_to_spawned_workers(package: Path) -> None:
    _module(package, "threaded", THREE_THREADS)
    with Supervised(package, mode="spawn", preload=["threaded"]) as supervisor:
        assert supervisor.expect("STARTED")["mode"] == "spawn"
        assert not [message for message in supervisor.messages if message["type"] == "LOG"]


@pytest.mark.parametrize(
    ("mode", "how"), [("fork", "hold_the_lock()"), ("spawn", "threading.Event().wait()")]
)
def test_an_import_that_never_ends_is_named_with_its_stack(
    package: Path, mode: str, how: str
) -> None:
    _module(
        package,
        "endless",
        f"""
        import ctypes, threading
        def hold_the_lock():
            ctypes.PyDLL(None).sleep(600)
        def load_the_model():
            {how}
        load_the_model()
        """,
    )
    supervisor = Supervised(package, mode=mode, preload=["endless"], startTimeoutMillis=1500)
    message = supervisor.expect("FAILED")["message"]
    assert "was not ready within 1.5 s: importing 'endless' did not end" in message
    assert "in load_the_model" in message
    supervisor.close()


def test_an_import_that_ignores_signals_is_named_too(package: Path) -> None:
    _module(
        package,
        "masking",
        """
        import signal, threading
        signal.pthread_sigmask(signal.SIG_SETMASK, range(1, 32))
        threading.Event().wait()
        """,
    )
    supervisor = Supervised(package, preload=["masking"], startTimeoutMillis=1500)
    message = supervisor.expect("FAILED")["message"]
    assert "importing 'masking' did not end" in message
    supervisor.close()


@pytest.mark.parametrize("mode", ["fork", "spawn"])
def test_an_import_that_raises_is_named_with_its_traceback(package: Path, mode: str) -> None:
    _module(package, "raising", "raise RuntimeError('no licence')")
    supervisor = Supervised(package, mode=mode, preload=["raising"])
    message = supervisor.expect("FAILED")["message"]
    assert "could not import 'raising'" in message
    assert "RuntimeError: no licence" in message
    supervisor.close()


@pytest.mark.parametrize("mode", ["fork", "spawn"])
def test_an_import_that_crashes_is_told_with_its_stack_and_output(package: Path, mode: str) -> None:
    _module(
        package,
        "crashing",
        """
        import os, signal
        def load_the_library():
            os.write(2, b"last words\\n")
            os.kill(os.getpid(), signal.SIGSEGV)
        load_the_library()
        """,
    )
    supervisor = Supervised(package, mode=mode, preload=["crashing"])
    message = supervisor.expect("FAILED")["message"]
    assert "signal 11 (SIGSEGV) before it was ready, importing 'crashing'" in message
    assert "in load_the_library" in message
    assert "last words" in message
    supervisor.close()
