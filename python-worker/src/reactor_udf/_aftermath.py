"""What follows each evaluation in a worker: its traces are undone, or the worker is done with."""

from __future__ import annotations

import traceback

from reactor_udf._black_box import BlackBox
from reactor_udf._errors import FunctionRaised, UdfError
from reactor_udf._failures import chain, to_error
from reactor_udf._frames import Error
from reactor_udf._interrupts import Interrupts
from reactor_udf._isolation import Isolation
from reactor_udf._limits import Limits, Reserve
from reactor_udf._logs import Logs


class Aftermath:
    """Decides whether a worker takes another evaluation.

    Without a ``black_box`` the worker is a guest in its process, whose state is not its own.
    """

    def __init__(
        self, interrupts: Interrupts, logs: Logs, limits: Limits, black_box: BlackBox | None
    ) -> None:
        self._interrupts = interrupts
        self._logs = logs
        self._limits = limits
        self._black_box = black_box
        self._evaluations = 0
        self._out_of_memory = False
        self._reserve = Reserve()
        self.prepared()

    def prepared(self) -> None:
        """Take what preparing did for the state that evaluations begin with."""
        self._logs.end_lines()
        self._logs.restore()
        self._isolation = Isolation(self._black_box) if self._black_box else None

    def explain(
        self, evaluation: int, failure: UdfError | MemoryError, batch: int | None = None
    ) -> Error:
        """Return the frame of a failure, also when there is no memory left for it."""
        raised = FunctionRaised(failure, None) if isinstance(failure, MemoryError) else failure
        if isinstance(raised, FunctionRaised):
            for error in chain(raised.error):
                if isinstance(error, MemoryError):
                    self._out_of_memory = True
                    self._reserve.release()
                    # What did not fit hangs on the frames, which the text does not need.
                    traceback.clear_frames(error.__traceback__)
        return to_error(evaluation, raised, batch)

    def end(self) -> bool:
        """End an evaluation; return whether the worker retires. If not, ``clean_up`` follows once
        the JVM was told.
        """
        self._interrupts.end()
        self._logs.end_lines()
        self._evaluations += 1
        left = self._isolation.end() if self._isolation else []
        if left:
            self._logs.queue.add(
                "reactor_udf", "INFO", f"The worker is replaced: left are {', '.join(left)}."
            )
        return (
            bool(left)
            or self._out_of_memory
            or self._interrupts.interrupted
            or self._limits.reached(self._evaluations)
        )

    def clean_up(self) -> None:
        """Undo what the evaluation that ended has changed; while the JVM reads its result."""
        self._logs.restore()
        if self._isolation:
            self._isolation.clean_up()
