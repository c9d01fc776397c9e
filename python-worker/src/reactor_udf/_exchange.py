"""Both directions of one evaluation over its connection, under the demand rules (D3 to D5, D7).

The worker reads in three places only: when user code pulls and nothing is queued (``pull``), while
its output credit is spent (``push``), and when it drains (``finish``). A batch counts as consumed
when user code asks for the next one (``pull``) or has returned (``returned``); only what was
consumed is granted anew.
"""

from __future__ import annotations

from collections import deque

from reactor_udf._connection import Connection
from reactor_udf._demand import InputDemand, OutputDemand
from reactor_udf._errors import EvaluationCancelled, ProtocolError
from reactor_udf._frames import (
    Cancel,
    Complete,
    Frame,
    Header,
    Hello,
    Payload,
    Prepare,
    RequestN,
    Setup,
    decode,
)
from reactor_udf._logs import LogQueue

Unit = list[Payload]


class Exchange:
    """The frames of one evaluation.

    ``row_aligned`` says that each batch taken is owed back. With ``hold_last`` an output stays with
    us if the end of the input was received already, so that the last output and the end are one
    write.
    """

    def __init__(
        self,
        connection: Connection,
        setup: Setup,
        logs: LogQueue,
        *,
        row_aligned: bool,
        hold_last: bool,
    ) -> None:
        self._connection = connection
        self._evaluation = setup.evaluation
        self._logs = logs
        self._row_aligned = row_aligned
        self._hold_last = hold_last
        self._input = InputDemand(setup.window)
        self._output = OutputDemand(setup.demand)
        self._queue: deque[tuple[Unit, int]] = deque()
        self._arriving: Unit = []
        self._arriving_bytes = 0
        self._in_use = -1
        self._held: list[Frame] = []
        self._gave_since_pull = False
        self._draining = False
        self._given = 0
        self.taken = 0
        self.completed = False
        self.cancelled = False

    def pull(self) -> Unit | None:
        """Return the next input unit, None at its end; after a CANCEL, ``EvaluationCancelled``."""
        self.returned()
        queue = self._queue
        while not queue:
            if self.cancelled:
                raise EvaluationCancelled
            if self.completed:
                return None
            self._speak_before_blocking(pulling=True)
            self._receive()
        if self.cancelled:
            raise EvaluationCancelled
        if self._input.due and not self._gave_since_pull:
            self._flush([self._grant()])
        self._gave_since_pull = False
        unit, self._in_use = queue.popleft()
        self.taken += 1
        return unit

    def returned(self) -> None:
        """Count the unit pulled last as consumed, if it is not yet."""
        if self._in_use >= 0:
            self._input.consumed(self._in_use)
            self._in_use = -1

    def push(self, unit: Unit) -> None:
        """Send one output unit once there is credit; after a CANCEL, ``EvaluationCancelled``."""
        while self._output.spent and not self.cancelled:
            self._speak_before_blocking(pulling=False)
            self._receive()
        if self.cancelled:
            raise EvaluationCancelled
        self._output.spend(sum(payload.message.size for payload in unit))
        frames: list[Frame] = [*unit]
        if self._input.due:
            frames.insert(0, self._grant())
        self._given += 1
        self._gave_since_pull = True
        if self._hold_last and self._is_last():
            self._held += frames
        else:
            self._flush(frames)

    def finish(self, last: Frame | None, ended: Frame) -> None:
        """Send ``last`` (COMPLETE or ERROR); when the JVM is done too, send ``ended`` (P16)."""
        self._draining = True
        self._queue.clear()
        self._arriving = []
        closing = [] if last is None or self.cancelled else [last]
        if not (self.completed or self.cancelled):
            self._flush(closing)
            closing = []
            while not (self.completed or self.cancelled):
                self._receive()
        self._flush([*closing, ended])

    def _speak_before_blocking(self, *, pulling: bool) -> None:
        """Send what the JVM has to know if the read that follows would have to wait (D4, D7)."""
        demand = self._input
        ahead = self._row_aligned and self.taken > self._given
        waiting = pulling and ahead
        grants = demand.owed and (demand.due or demand.other_side_stopped or ahead)
        if (grants or waiting or self._logs) and self._connection.would_block():
            self._flush([self._grant(waiting=pulling)] if grants or waiting else [])

    def _is_last(self) -> bool:
        """Whether the end of the input is known to follow what was pulled last."""
        if self._queue:
            return False
        return self.completed or self._connection.next_type() == Complete.CODE

    def _grant(self, *, waiting: bool = False) -> RequestN:
        batches, size = self._input.grant()
        return RequestN(self._evaluation, batches, size, waiting)

    def _flush(self, frames: list[Frame]) -> None:
        held, self._held = self._held, []
        logs = self._logs.take(self._evaluation) if self._logs else []
        if held or logs or frames:
            self._connection.write(*held, *logs, *frames)

    def _receive(self) -> None:
        header, content = self._connection.read()
        if header.evaluation != self._evaluation or header.type in (Prepare.CODE, Setup.CODE):
            _require_stale(header)
            return
        frame = decode(header, content)
        if isinstance(frame, Payload):
            self._accept(frame)
        elif isinstance(frame, RequestN):
            self._output.add(frame.batches, frame.size)
        elif isinstance(frame, Complete):
            if self._arriving:
                raise ProtocolError("COMPLETE came after a dictionary without its batch")
            self.completed = True
        elif isinstance(frame, Cancel):
            self.cancelled = True
        else:
            raise ProtocolError(f"a worker takes no {type(frame).__name__} in an evaluation")

    def _accept(self, payload: Payload) -> None:
        if self.completed:
            raise ProtocolError("a PAYLOAD came after COMPLETE")
        size = payload.message.size
        if not self._arriving_bytes:
            self._input.start_unit()
        self._input.received(size)
        self._arriving_bytes += size
        if not self._draining:
            self._arriving.append(payload)
        if payload.dictionary:
            return
        self._input.end_unit()
        if not self._draining:
            self._queue.append((self._arriving, self._arriving_bytes))
            self._arriving = []
        self._arriving_bytes = 0


def _require_stale(header: Header) -> None:
    """Check a frame that is not of the current evaluation: late ones are discarded (P13)."""
    if header.type in (Hello.CODE, Prepare.CODE, Setup.CODE):
        raise ProtocolError(f"a frame of type {header.type} came during an evaluation")
