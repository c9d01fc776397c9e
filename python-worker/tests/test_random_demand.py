"""Random evaluations under a JVM that keeps the rules: no hang, no bound passed, right contents."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from jvm import Jvm, stage, worker

from reactor_udf._frames import (
    Cancel,
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Payload,
    Prepared,
    RequestN,
    StageRequest,
)

X = pa.schema([("x", pa.int64())])


@dataclass
class Case:
    """One evaluation: how the input is cut, what is granted, and after which output to cancel."""

    function: str
    stages: list[StageRequest]
    rows: list[int]
    window: Credit
    output_window: int
    cancel_after: int | None
    expected: list[int] | None = None
    borders: bool = False


@dataclass
class Sender:
    """The JVM's writing side: sends within credit, from a thread of its own."""

    jvm: Jvm
    evaluation: int
    batches: list[pa.RecordBatch]
    credit: list[int]
    changed: threading.Condition = field(default_factory=threading.Condition)
    frames: list[Frame] = field(default_factory=list)
    stopped: bool = False
    ended: bool = False

    def run(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.frames or self.stopped or self._ready(), 30)
                frames, self.frames = self.frames, []
                if self.stopped and not frames:
                    return
                if self.batches and not self.stopped and min(self.credit) > 0:
                    payload = Payload(self.evaluation, self.batches.pop(0).serialize())
                    self.credit[0] -= 1
                    self.credit[1] -= payload.message.size
                    frames.append(payload)
                elif not self.batches and not self.ended and not self.stopped:
                    self.ended = True
                    frames.append(Complete(self.evaluation))
            self.jvm.send(*frames)

    def _ready(self) -> bool:
        return min(self.credit) > 0 if self.batches else not self.ended

    def send(self, frame: Frame, *, last: bool = False) -> None:
        with self.changed:
            self.frames.append(frame)
            self.stopped |= last
            self.changed.notify()

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify()

    def grant(self, grant: RequestN) -> None:
        with self.changed:
            self.credit[0] += grant.batches
            self.credit[1] += grant.size
            self.changed.notify()


def draw(rng: random.Random) -> Case:
    rows = [rng.choice([0, 1, 3, 1000, 100_000]) for _ in range(rng.randint(0, 12))]
    numbers = list(range(sum(rows)))
    function, stages, expected, borders = rng.choice(
        [
            ("scalar", [stage("arrow_udfs:plus_one")], [n + 1 for n in numbers], True),
            ("iterator", [stage("control_udfs:tidy")], numbers, True),
            ("ahead", [stage("arrow_udfs:read_all")], numbers, True),
            ("pairs", [stage("arrow_udfs:pairs")], numbers, True),
            (
                "chain",
                [stage("arrow_udfs:pairs", name="a"), stage("arrow_udfs:plus_one", on=["a"])],
                [n + 1 for n in numbers],
                True,
            ),
            (
                "cut",
                [stage("arrow_udfs:rebatch", constants={"rows": rng.choice([7, 5000])})],
                numbers,
                True,
            ),
            ("expand", [stage("arrow_udfs:expand", constants={"times": 3})], None, False),
            ("contract", [stage("arrow_udfs:count_rows")], [len(numbers)], False),
            (
                "ignore",
                [stage("arrow_udfs:ignore_input", constants={"count": 20})],
                list(range(20)),
                False,
            ),
            ("fail", [stage("control_udfs:fail_at", constants={"bad": 1001})], None, True),
        ]
    )
    window = Credit(rng.choice([1, 2, 4, 16]), rng.choice([1, 10_000, 1 << 20]))
    cancel = rng.randint(0, 5) if rng.random() < 0.3 else None
    return Case(function, stages, rows, window, rng.choice([1, 2, 8]), cancel, expected, borders)


def evaluate(jvm: Jvm, rng: random.Random, case: Case, prepared: Prepared) -> None:
    batches, start = [], 0
    for rows in case.rows:
        batches.append(pa.record_batch([pa.array(range(start, start + rows))], schema=X))
        start += rows
    evaluation = jvm.set_up(prepared, case.window, Credit(case.output_window, 1 << 40))
    sender = Sender(jvm, evaluation, list(batches), list(case.window))
    thread = threading.Thread(target=sender.run, daemon=True)
    thread.start()
    outputs: list[pa.RecordBatch] = []
    owed, ungranted, end = case.output_window, 0, None
    schema = pa.ipc.read_schema(pa.py_buffer(prepared.schema))
    while True:
        if case.cancel_after == len(outputs) and not sender.stopped:
            sender.send(Cancel(evaluation), last=True)
        frame = jvm.receive()
        if isinstance(frame, RequestN):
            sender.grant(frame)
        elif isinstance(frame, Payload):
            owed -= 1
            assert owed >= 0, "more output than was granted"
            outputs.append(pa.ipc.read_record_batch(frame.message, schema))
            ungranted += 1
            if owed == 0 or rng.random() < 0.5:
                sender.send(RequestN(evaluation, ungranted, 0))
                owed, ungranted = owed + ungranted, 0
        elif isinstance(frame, Ended):
            sender.stop()
            break
        else:
            assert isinstance(frame, (Complete, Error)), frame
            end = frame
            if not sender.stopped:
                sender.send(Cancel(evaluation), last=True)
    thread.join(30)
    assert not thread.is_alive()
    if case.cancel_after is None:
        check(case, outputs, end)


def check(case: Case, outputs: list[pa.RecordBatch], end: Frame | None) -> None:
    if case.function == "fail" and sum(case.rows) > 1001:
        assert isinstance(end, Error)
        return
    assert isinstance(end, Complete)
    if case.borders:
        assert [output.num_rows for output in outputs] == case.rows
    if case.expected is not None:
        columns = [output.column(output.num_columns - 1) for output in outputs]
        assert [value for column in columns for value in column.to_pylist()] == case.expected


@pytest.mark.parametrize("seed", range(12))
def test_random_evaluations(seed: int) -> None:
    rng = random.Random(seed)
    with worker(socket_buffer=rng.choice([4 << 10, 1 << 20])) as jvm:
        jvm.greet()
        for _ in range(4):
            case = draw(rng)
            evaluate(jvm, rng, case, jvm.prepare(X, *case.stages))
