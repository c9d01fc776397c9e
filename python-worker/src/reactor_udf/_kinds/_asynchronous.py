"""What asynchronous kinds share: several calls are awaited at once, and results keep their
order.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reactor_udf._errors import EvaluationCancelled, FunctionRaised, UdfError
from reactor_udf._kinds._column import ColumnStage
from reactor_udf._kinds._stage import Binding, Unwinding
from reactor_udf._libraries import Columns
from reactor_udf._tasks import Tasks

if TYPE_CHECKING:
    import asyncio


class AsyncStage(ColumnStage):
    """Awaits up to ``binding.concurrency`` calls, of up to as many batches.

    Results go out as soon as those before them have; input is waited for only while nothing is
    awaited.
    """

    def run(
        self, source: Iterator[Columns], unwinding: Unwinding
    ) -> Generator[Columns, None, None]:
        running = _Running(self, self._binding, unwinding.tasks)
        try:
            more = True
            while more or running.batches:
                if (done := running.done()) is not None:
                    yield done
                elif more and running.may_pull():
                    pulled = next(source, None)
                    more = pulled is not None
                    if pulled is not None:
                        running.add(pulled)
                else:
                    running.wait()
        finally:
            running.cancel()

    @abstractmethod
    def calls(self, batch: Columns) -> tuple[int, Iterator[Sequence[Any]]]:
        """Return how many calls there are for a batch with rows, and the arguments of each."""

    @abstractmethod
    def column(self, rows: int, results: list[Any]) -> pa.Array:
        """Return the column that the calls for a batch gave."""

    def give(self, batch: Columns, results: list[Any]) -> Columns:
        """Return the batch with its result."""
        rows, columns = batch
        return rows, [*columns, self.column(rows, results) if rows else self._empty]


class _Batch:
    def __init__(self, columns: Columns, index: int, calls: tuple[int, Iterator[Any]]) -> None:
        self.columns = columns
        self.index = index
        self.left, self.calls = calls
        self.started = 0
        self.results: list[Any] = [None] * self.left


class _Running:
    """The batches of one evaluation that were taken and not given, in order, and what is awaited
    for them.
    """

    def __init__(self, stage: AsyncStage, binding: Binding, tasks: Tasks) -> None:
        self.batches: deque[_Batch] = deque()
        self._stage = stage
        self._user = binding.user
        self._concurrency = binding.concurrency
        self._tasks = tasks
        self._awaited: dict[asyncio.Task[Any], tuple[_Batch, int]] = {}

    def add(self, columns: Columns) -> None:
        calls = self._stage.calls(columns) if columns[0] else (0, iter(()))
        self.batches.append(_Batch(columns, self._tasks.batch, calls))
        self._start()

    def done(self) -> Columns | None:
        """Return the first batch if its result is there; raise what a call raised."""
        for task in [task for task in self._awaited if task.done()]:
            batch, call = self._awaited.pop(task)
            batch.results[call] = self._result(task, batch)
            batch.left -= 1
        self._start()
        if not self.batches or self.batches[0].left:
            return None
        first = self.batches.popleft()
        try:
            return self._stage.give(first.columns, first.results)
        except UdfError as failure:
            failure.batch = first.index
            raise

    def may_pull(self) -> bool:
        """Whether there is room for a batch, and what is awaited need not wait for it."""
        busy, most = max(len(self._awaited), len(self.batches)), self._concurrency
        return busy == 0 or (busy < most and self._tasks.input_is_ready())

    def wait(self) -> None:
        self._tasks.wait()

    def cancel(self) -> None:
        self._tasks.cancel(self._awaited)

    def _start(self) -> None:
        for batch in self.batches:
            while len(self._awaited) < self._concurrency and batch.started < len(batch.results):
                task = self._tasks.start(self._user.call(*next(batch.calls)))
                self._awaited[task] = batch, batch.started
                batch.started += 1

    def _result(self, task: asyncio.Task[Any], batch: _Batch) -> Any:
        try:
            error = task.exception()
        except BaseException as cancelled:  # The task was, by user code: so it ends with that.
            error = cancelled
        if error is None:
            return task.result()
        if isinstance(error, EvaluationCancelled):
            raise error
        failure = FunctionRaised(error, self._user.spec)
        failure.batch = batch.index
        raise failure from None
