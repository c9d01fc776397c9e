"""What an evaluation changed is undone when it ends, or the worker is not used again."""

from __future__ import annotations

import os
import random
import select
from ast import literal_eval
from collections.abc import Iterator
from contextlib import suppress

import pyarrow as pa
import pytest
from jvm import stage
from real_worker import RealWorker, real_worker

from reactor_udf._frames import Complete, Ended, Error, Payload, Prepared, RequestN

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1]], schema=X)

HOMELESS = """
import os
import tempfile

import pyarrow as pa
from reactor_udf import udf

os.chdir(tempfile.mkdtemp())


@udf(returns="int64")
def leave(x: pa.Array) -> pa.Array:
    os.rmdir(os.getcwd())
    return x
"""


@pytest.fixture(scope="module")
def shared() -> Iterator[RealWorker]:
    with real_worker(preload=["numpy"]) as worker:
        # Modules of the tests are imported once, and what comes with it is not of a test.
        look(worker, "None")
        yield worker


@pytest.fixture
def worker() -> Iterator[RealWorker]:
    with real_worker() as worker:
        yield worker


def prepare(worker: RealWorker, code: str = "", look: str = "None") -> Prepared:
    constants = {"code": code, "look": look}
    return worker.jvm.prepare(X, stage("leaving_udfs:run", constants=constants))


def run(worker: RealWorker, code: str = "", look: str = "None") -> str:
    """Evaluate once; the worker has to go on after it."""
    (output,), end = worker.jvm.run_to_end(prepare(worker, code, look), [BATCH])
    assert isinstance(end, Complete)
    value = output.column(0)[0].as_py()
    assert isinstance(value, str)
    return value


def look(worker: RealWorker, expression: str) -> str:
    return run(worker, look=expression)


def run_last(worker: RealWorker, prepared: Prepared) -> list[str]:
    """Evaluate once; the worker has to retire after it. Return what it logged."""
    jvm = worker.jvm
    evaluation = jvm.set_up(prepared)
    jvm.send_batches(BATCH)
    jvm.complete()
    jvm.expect(Payload)
    while isinstance(frame := jvm.receive(), RequestN):
        pass
    assert frame == Complete(evaluation)
    assert jvm.expect(Ended) == Ended(evaluation, retiring=True)
    jvm.expect_closed()
    assert worker.exited()["exitCode"] == 0
    return [log.message for log in jvm.logs if log.logger == "reactor_udf"]


@pytest.mark.parametrize(
    ("change", "expression"),
    [
        ("os.environ['ADDED'] = '1'", "os.environ.get('ADDED')"),
        ("del os.environ['PATH']", "os.environ.get('PATH')"),
        ("os.environ['ADDED'] = '1'", "subprocess.run('env', stdout=-1).stdout.count(b'ADDED')"),
        ("os.environ = {}", "type(os.environ).__name__"),
        ("os.chdir('/')", "os.getcwd()"),
        (
            "d = os.path.abspath('gone'); os.mkdir(d); os.chdir(d); os.rmdir(d)",
            "os.stat('.').st_nlink > 0",
        ),
        ("os.umask(0o123)", "(os.umask(0o22), os.umask(0o22))[0]"),
        ("sys.path.append('/nowhere')", "sys.path"),
        ("sys.setrecursionlimit(5000)", "sys.getrecursionlimit()"),
        ("sys.setswitchinterval(1)", "sys.getswitchinterval()"),
        ("sys.setprofile(lambda *_: None)", "sys.getprofile() is None"),
        ("socket.setdefaulttimeout(7)", "socket.getdefaulttimeout()"),
        ("locale.setlocale(locale.LC_ALL, 'C')", "locale.setlocale(locale.LC_ALL)"),
        ("gc.disable()", "gc.isenabled()"),
        ("gc.set_threshold(7)", "gc.get_threshold()"),
        ("decimal.getcontext().prec = 3", "decimal.getcontext().prec"),
        ("warnings.simplefilter('error')", "warnings.filters"),
        ("warnings.showwarning = print", "warnings.showwarning is print"),
        ("sys.stdin = None", "sys.stdin is None"),
        ("sys.stdout = None", "sys.stdout is None"),
        ("sys.stderr = None", "sys.stderr is None"),
        ("sys.excepthook = print", "sys.excepthook is print"),
        ("threading.excepthook = print", "threading.excepthook is print"),
        ("logging.getLogger('a.b').setLevel(10)", "logging.getLogger('a.b').level"),
        ("logging.getLogger('a.b').disabled = True", "logging.getLogger('a.b').disabled"),
        ("logging.getLogger('a.b').propagate = False", "logging.getLogger('a.b').propagate"),
        (
            "logging.getLogger('a').addHandler(logging.NullHandler())",
            "logging.getLogger('a').handlers",
        ),
        ("logging.getLogger('a').addFilter(print)", "logging.getLogger('a').filters"),
        ("logging.getLogger().handlers.clear()", "len(logging.getLogger().handlers)"),
        ("logging.getLogger().setLevel(50)", "logging.getLogger('a').isEnabledFor(20)"),
        ("logging.disable(40)", "logging.getLogger('a').isEnabledFor(20)"),
        ("signal.signal(signal.SIGUSR1, signal.SIG_IGN)", "signal.getsignal(signal.SIGUSR1)"),
        ("signal.signal(signal.SIGUSR2, signal.SIG_IGN)", "signal.getsignal(signal.SIGUSR2)"),
        ("signal.signal(signal.SIGALRM, print)", "signal.getsignal(signal.SIGALRM)"),
        ("signal.pthread_sigmask(0, [12])", "signal.pthread_sigmask(0, [])"),
        ("signal.alarm(600)", "signal.getitimer(0)[0] > 0"),
        ("signal.set_wakeup_fd(os.pipe2(os.O_NONBLOCK)[1])", "signal.set_wakeup_fd(-1)"),
    ],
)
def test_a_change_is_undone(shared: RealWorker, change: str, expression: str) -> None:
    before = look(shared, expression)
    assert run(shared, change, expression) != before, "the change does nothing"
    assert look(shared, expression) == before


@pytest.mark.parametrize("module", ["random", "np.random"])
def test_a_seed_is_not_of_the_next_evaluation(shared: RealWorker, module: str) -> None:
    seeded = run(shared, f"{module}.seed(1)", f"float({module}.random())")
    if module == "random":
        assert literal_eval(seeded) == random.Random(1).random()
    run(shared, f"{module}.seed(1)")
    assert look(shared, f"float({module}.random())") != seeded


def test_a_logger_that_was_a_name_in_between_is_restored_too(shared: RealWorker) -> None:
    run(shared, "logging.getLogger('new.one')")
    run(shared, "logging.getLogger('new').setLevel(10)")
    assert look(shared, "logging.getLogger('new').level") == "0"


@pytest.mark.parametrize("set_up", ["", "decimal.getcontext().prec = 50"])
def test_what_a_module_made_of_the_decimal_context_is_kept(worker: RealWorker, set_up: str) -> None:
    source = f"import decimal\n{set_up}\nfrom leaving_udfs import run as precision"
    constants = {"look": "decimal.getcontext().prec"}

    def precision(code: str) -> str:
        request = stage("precise:precision", source=source, constants={"code": code, **constants})
        prepared = worker.jvm.prepare(X, request)
        (output,), _ = worker.jvm.run_to_end(prepared, [BATCH])
        (value,) = output[0].to_pylist()
        return str(value)

    before = precision("None")
    assert before == ("50" if set_up else "28")
    assert precision("decimal.getcontext().prec = 3") == "3"
    assert precision("None") == before


def test_state_of_a_module_stays(shared: RealWorker) -> None:
    run(shared, "logging.cached = 'model'")
    assert look(shared, "logging.cached") == "'model'"


def test_what_was_started_and_ended_is_no_reason_to_retire(shared: RealWorker) -> None:
    run(shared, "t = threading.Thread(target=print); t.start(); t.join()")
    run(shared, "subprocess.run(['true'])")
    look(shared, "1")


def test_a_thread_that_is_left_retires_the_worker(worker: RealWorker) -> None:
    run(worker)
    start = "threading.Thread(target=threading.Event().wait, name='poller').start()"
    (line,) = run_last(worker, prepare(worker, start))
    assert line == "The worker is replaced: left are the thread 'poller'."


def test_a_child_that_is_left_retires_the_worker_and_ends_with_it(worker: RealWorker) -> None:
    run(worker)
    start = "logging.kept = subprocess.Popen(['cat'], stdin=-1, stdout=-1, bufsize=0)"
    speak = "logging.kept.stdin.write(b'x'); logging.kept.stdout.read(1)"
    (line,) = run_last(worker, prepare(worker, f"{start}; {speak}"))
    assert line.startswith("The worker is replaced: left are the process ")
    assert line.endswith(" (cat).")
    with suppress(ProcessLookupError):
        process = os.pidfd_open(int(line.split()[-2]))
        assert select.select([process], [], [], 10)[0]
        os.close(process)


def test_what_can_not_be_undone_retires_the_worker(worker: RealWorker) -> None:
    prepared = worker.jvm.prepare(X, stage("homeless:leave", source=HOMELESS))
    (line,) = run_last(worker, prepared)
    assert line.startswith(
        "The worker is replaced: left are what can't be undone (FileNotFoundError: "
    )


def test_a_worker_that_can_not_be_cleaned_up_after_its_result_ends(worker: RealWorker) -> None:
    run(worker, "del np.random.seed")
    worker.jvm.expect_closed()
    exited = worker.exited()
    assert exited["exitCode"] == 1
    assert any("seed" in line for line in exited["lines"]), exited["lines"]


@pytest.mark.parametrize(
    "code",
    [
        "faulthandler.enable()",
        "faulthandler.disable()",
        "faulthandler.enable(sys.__stderr__)",
        "faulthandler.register(signal.SIGUSR2, sys.__stderr__)",
        "faulthandler.unregister(signal.SIGUSR2)",
        "signal.signal(signal.SIGSEGV, signal.SIG_IGN); signal.signal(signal.SIGUSR2, print)",
    ],
)
def test_the_black_box_is_set_up_again(worker: RealWorker, code: str) -> None:
    run(worker, code)
    run(worker)  # Begins when the one before was cleaned up after.
    worker.supervisor.send(type="DUMP", pid=worker.pid)
    assert "serve" in worker.supervisor.expect("STACK", pid=worker.pid)["stack"]
    crash(worker)
    exited = worker.exited()
    assert exited["signalName"] == "SIGSEGV"
    assert "leaving_udfs.py" in exited["stack"]


def test_what_was_logged_last_is_told_of_a_worker_that_crashed(worker: RealWorker) -> None:
    crash(worker, "print('printed'); logging.getLogger('a').error('logged'); os.write(2, b'raw')")
    assert worker.exited()["lines"] == ["printed", "ERROR a: logged", "raw"]


def crash(worker: RealWorker, before: str = "pass") -> None:
    worker.jvm.set_up(prepare(worker, f"{before}; ctypes.string_at(0)"))
    worker.jvm.send_batches(BATCH)


def test_errors_are_no_reason_to_retire(shared: RealWorker) -> None:
    _, error = shared.jvm.run_to_end(prepare(shared, "1 / 0"), [BATCH])
    assert isinstance(error, Error)
    look(shared, "1")
