"""Both directions of one evaluation over its connection, under the demand rules (D3 to D5, D7, D8).

The worker reads in four places only: when user code pulls and nothing is queued (``pull``), while
its output credit is spent (``push``), when it drains (``finish``), and, without waiting, while
asynchronous functions are awaited (``catch_up``). A batch counts as consumed when user code asks
for the next one of that input (``pull``) or has returned (``returned``); only what was consumed is
granted anew. While one input is pulled, the other one queues what it granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from reactor_udf._arrow_messages import Encoded, Unit
from reactor_udf._connection import Connection
from reactor_udf._demand import OutputDemand
from reactor_udf._errors import EvaluationCancelled, ProtocolError
from reactor_udf._frames import (
    Borders,
    Cancel,
    Complete,
    Frame,
    Hello,
    Payload,
    Prepare,
    RequestN,
    RowErrors,
    Setup,
    decode,
)
from reactor_udf._frames._header import encode_header
from reactor_udf._frames.payload import check_message
from reactor_udf._inflow import Inflow
from reactor_udf._logs import LogQueue

if TYPE_CHECKING:
    from reactor_udf._tasks import Tasks

_BEGINNING: Final = (Prepare.CODE, Setup.CODE)


class Exchange:
    """The frames of one evaluation, of one input or of two, a left and a right one.

    ``row_aligned`` says that each batch taken is owed back. With ``hold_last`` an output stays with
    us if the end of the input was received already, so that the last output and the end are one
    write. With ``row_wise`` batches may come as one.
    """

    def __init__(
        self,
        connection: Connection,
        logs: LogQueue,
        *,
        inputs: int,
        row_aligned: bool,
        row_wise: bool,
        hold_last: bool,
    ) -> None:
        self._connection = connection
        self._evaluation = 0
        self._logs = logs
        self._row_aligned = row_aligned
        self._row_wise = row_wise
        self._hold_last = hold_last
        self._clocked = False
        self._inputs = [Inflow()] if inputs == 1 else [Inflow(), Inflow(right=True)]
        self._output = OutputDemand()
        self._held: list[Any] = []
        self._gave_since_pull = False
        self._draining = False
        self._given = 0
        self.cancelled = False
        self.tasks: Tasks | None = None

    def begin(self, setup: Setup) -> None:
        """Begin with what SETUP says."""
        self._evaluation = setup.evaluation
        self._clocked = setup.clocked
        for side in self._inputs:
            side.begin(setup)
        self._output.add(*setup.demand)

    @property
    def descriptor(self) -> int:
        """What is readable when something arrives that was not received."""
        return self._connection.fileno()

    def would_block(self) -> bool:
        """Whether a read would have to wait for the JVM."""
        return self._connection.would_block()

    def ready(self) -> bool:
        """Ask for the next input unit as ``pull`` does, but do not wait for it: return whether a
        ``pull`` will not wait either.
        """
        side = self._inputs[0]
        side.returned()
        self.catch_up()
        if side.queue or side.completed:
            return True
        self._speak(side)
        return False

    def catch_up(self) -> None:
        """Receive what has arrived; after a CANCEL, ``EvaluationCancelled``."""
        while not self.would_block():
            self._receive()
        if self.cancelled:
            raise EvaluationCancelled

    def speak(self) -> None:
        """Send what the JVM has to know while asynchronous functions are awaited."""
        self._speak(None)

    @property
    def left(self) -> Inflow:
        """The input, of two the left one."""
        return self._inputs[0]

    @property
    def borders(self) -> tuple[int, ...] | None:
        """The row counts of the batches that were pulled last as one, None if it was one."""
        return self._inputs[0].borders

    @property
    def completed(self) -> bool:
        """Whether the JVM's end of its input, of two both, was received."""
        return self._inputs[0].completed and self._inputs[-1].completed

    def pull(self, *, right: bool = False) -> Unit | None:
        """Return the next input unit, None at its end; after a CANCEL, ``EvaluationCancelled``."""
        side = self._inputs[right]
        side.returned()
        while not side.queue:
            if self.cancelled:
                raise EvaluationCancelled
            if side.completed:
                return None
            self._receive(self._wait_for_right if right else self._wait_for_left)
        if self.cancelled:
            raise EvaluationCancelled
        if side.demand.due and (self._clocked or not self._gave_since_pull):
            self._flush([side.grant()])
        self._gave_since_pull = False
        return side.take()

    def returned(self) -> None:
        """Count what was pulled last as consumed, if it is not yet."""
        for side in self._inputs:
            side.returned()

    def push(
        self,
        unit: list[Encoded],
        row_errors: Sequence[RowErrors] = (),
        borders: Borders | None = None,
    ) -> None:
        """Send one output unit once there is credit, which is several batches if it has
        ``borders``; after a CANCEL, ``EvaluationCancelled``.
        """
        while self._output.spent and not self.cancelled:
            self._receive(self.speak)
        if self.cancelled:
            raise EvaluationCancelled
        frames: list[Any] = []
        for side in self._inputs:
            if side.demand.due:
                frames += side.grant().encode()
        size = 0
        for failed in row_errors:
            frames += failed.encode()
            size += failed.size
        for dictionary in unit[:-1]:
            size += self._add(frames, dictionary, Payload.DICTIONARY)
        batches = 1
        if borders is not None:
            frames += borders.encode()
            size += borders.size
            batches = len(borders.rows)
        size += self._add(frames, unit[-1], 0)
        self._output.add(-batches, -size)
        self._given += batches
        self._gave_since_pull = True
        if self._hold_last and self._is_last():
            self._held += frames
        elif self._held or self._logs.lines:
            self._send(frames)
        else:
            self._connection.send(frames)

    def _add(self, frames: list[Any], message: Encoded, flags: int) -> int:
        metadata, size, buffers = message
        body = size - metadata
        frames.append(encode_header(body, metadata, Payload.CODE, flags, self._evaluation))
        frames += buffers
        return size

    def hold_nothing(self) -> None:
        """Send each output at once from now on: what was pulled last is given in several."""
        self._hold_last = False

    def finish(self, last: Frame | None, ended: Frame) -> None:
        """Send ``last`` (COMPLETE or ERROR); when the JVM is done too, send ``ended`` (P16)."""
        self._draining = True
        for side in self._inputs:
            side.discard()
        closing = [] if last is None or self.cancelled else [last]
        if not (self.completed or self.cancelled):
            self._flush(closing)
            closing = []
            while not (self.completed or self.cancelled):
                with suppress(MemoryError):
                    self._receive()
        self._flush([*closing, ended])

    def _wait_for_left(self) -> None:
        self._speak(self._inputs[0])

    def _wait_for_right(self) -> None:
        self._speak(self._inputs[1])

    def _speak(self, pulled: Inflow | None) -> None:
        """Send what the JVM has to know before a read that has to wait (D4, D7, D8)."""
        ahead = self._row_aligned and self._inputs[0].taken > self._given
        waiting = None if self._awaits() else pulled
        waits = waiting if ahead or self._clocked else None
        grants = []
        for side in self._inputs:
            if side is waits or side.demand.to_be_granted(ahead=ahead):
                grants.append(side.grant(waiting=side is waiting))  # noqa: PERF401 - a comprehension is a call
        if grants or self._logs.lines:
            self._flush(grants)

    def _awaits(self) -> bool:
        """Whether user code goes on while the input is waited for."""
        return self.tasks is not None and self.tasks.awaiting

    def _is_last(self) -> bool:
        """Whether the end of the input is known to follow what was pulled last."""
        side = self._inputs[0]
        return not side.queue and (side.completed or self._connection.next_type() == Complete.CODE)

    def _flush(self, frames: Iterable[Frame]) -> None:
        buffers: list[Any] = []
        for frame in frames:
            buffers += frame.encode()
        self._send(buffers)

    def _send(self, buffers: list[Any]) -> None:
        """Send what was held, logs, and ``buffers``."""
        if self._held or self._logs.lines:
            held, self._held = self._held, []
            if self._logs.lines:
                for log in self._logs.take(self._evaluation):
                    held += log.encode()
            buffers = held + buffers
        if buffers:
            self._connection.send(buffers)

    def _receive(self, before_waiting: Callable[[], None] | None = None) -> None:
        if self.tasks is not None:
            if before_waiting is not None and self.would_block():
                before_waiting()
            self.tasks.run_until_something_arrives()
        fields, content = self._connection.read(None, before_waiting)
        _, metadata, code, flags, _, evaluation = fields
        if evaluation != self._evaluation or code in _BEGINNING:
            _require_stale(code)
        elif code == Complete.CODE and not content.size:
            self._side(right=flags & Complete.RIGHT != 0).complete()
        elif code != Payload.CODE:
            self._obey(decode(fields, content))
        else:
            check_message(content, metadata)
            side = self._side(right=True) if flags & Payload.RIGHT else self._inputs[0]
            if flags & Payload.DICTIONARY:
                side.accept_dictionary(content, not self._draining)
            else:
                side.accept(content, not self._draining)

    def _obey(self, frame: Frame) -> None:
        if isinstance(frame, RequestN):
            self._output.add(frame.batches, frame.size)
        elif isinstance(frame, Borders):
            if not self._row_wise:
                raise ProtocolError("a BORDERS came for functions that are not all row-wise")
            self._inputs[0].divide(frame)
        elif isinstance(frame, Cancel):
            self.cancelled = True
        else:
            raise ProtocolError(f"a worker takes no {type(frame).__name__} in an evaluation")

    def _side(self, *, right: bool) -> Inflow:
        if right and len(self._inputs) == 1:
            raise ProtocolError("a frame of a second input, of which there is none")
        return self._inputs[right]


def _require_stale(code: int) -> None:
    """Check a frame that is not of the current evaluation: late ones are discarded (P13)."""
    if code in (Hello.CODE, *_BEGINNING):
        raise ProtocolError(f"a frame of type {code} came during an evaluation")
