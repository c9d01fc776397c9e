"""What user code prints and logs comes as LOG frames; its log settings end with the evaluation.

The tests start their workers themselves: pytest sets its own ``sys.stdout`` after fixtures.
"""

from __future__ import annotations

import pyarrow as pa
from jvm import stage, worker

from reactor_udf._frames import Complete, Payload
from reactor_udf._logs import MAX_LINE_BYTES, MAX_LINES, LogQueue

X = pa.schema([("x", pa.int64())])
BATCH = pa.record_batch([[1]], schema=X)


def test_lines_and_records_come_in_order_and_settings_do_not_survive() -> None:
    with worker() as jvm:
        jvm.greet()
        prepared = jvm.prepare(X, stage("control_udfs:chatty"))
        for evaluation in (1, 2):
            _, end = jvm.run_to_end(prepared, [BATCH])
            assert end == Complete(evaluation)
            assert [(log.evaluation, log.logger, log.level, log.message) for log in jvm.logs] == [
                (evaluation, "stdout", "INFO", "to stdout"),
                (evaluation, "stderr", "WARN", "to stderr"),
                (evaluation, "flights", "INFO", "logged 1"),
                (evaluation, "stdout", "INFO", "no end of line"),
            ]
            jvm.logs.clear()


def test_lines_come_with_the_output_and_not_later() -> None:
    with worker() as jvm:
        jvm.greet()
        jvm.set_up(jvm.prepare(X, stage("control_udfs:chatty")))
        jvm.send_batches(BATCH)
        jvm.expect(Payload)
        assert [log.message for log in jvm.logs] == ["to stdout", "to stderr", "logged 1"]


def test_too_many_lines_are_counted() -> None:
    queue = LogQueue()
    for number in range(MAX_LINES + 10):
        queue.add("stdout", "INFO", str(number))
    *lines, last = queue.take(1)
    assert [log.message for log in lines] == [str(number) for number in range(MAX_LINES)]
    assert (last.level, last.message) == ("WARN", "dropped 10 lines")
    assert queue.take(1) == []


def test_long_lines_are_cut() -> None:
    with worker() as jvm:
        jvm.greet()
        jvm.run(X, [BATCH], stage("control_udfs:long_line"))
    assert [len(log.message) for log in jvm.logs] == [MAX_LINE_BYTES + 2]


def test_characters_are_not_cut_apart() -> None:
    queue = LogQueue()
    queue.add("stdout", "INFO", "a" + "ü" * MAX_LINE_BYTES)
    (log,) = queue.take(1)
    assert log.message == "a" + "ü" * (MAX_LINE_BYTES // 2 - 1) + " …"
