"""One input of an evaluation: what arrived and waits to be pulled, and what is owed to the JVM for
it (D2 to D4).
"""

from __future__ import annotations

from collections import deque

import pyarrow as pa

from reactor_udf._arrow_messages import Unit
from reactor_udf._demand import InputDemand
from reactor_udf._errors import ProtocolError
from reactor_udf._frames import Borders, RequestN, Setup


class Inflow:
    """The input of an evaluation, or the second one, which is the ``right``.

    ``queue`` has the units that wait to be pulled, with their sizes and the borders within them;
    ``taken`` counts the batches that were pulled; ``borders`` are those within the unit pulled
    last, None if it is one batch; ``in_use`` is the size of that unit, -1 once it is consumed;
    ``completed``: no more come.
    """

    def __init__(self, *, right: bool = False) -> None:
        self.demand = InputDemand()
        self.taken = 0
        self.borders: tuple[int, ...] | None = None
        self.completed = False
        self._evaluation = 0
        self._right = right
        self.queue: deque[tuple[Unit, int, tuple[int, ...] | None]] = deque()
        self._arriving: Unit = []
        self._arriving_bytes = 0
        self._arriving_borders: tuple[int, ...] | None = None
        self.in_use = -1
        self._batches_in_use = 0

    def begin(self, setup: Setup) -> None:
        """Begin with what SETUP says."""
        self._evaluation = setup.evaluation
        self.demand.begin(setup.window, clocked=setup.clocked)

    def take(self) -> Unit:
        """Pull a unit that is queued."""
        unit, self.in_use, self.borders = self.queue.popleft()
        self._batches_in_use = 1 if self.borders is None else len(self.borders)
        self.taken += self._batches_in_use
        return unit

    def returned(self) -> None:
        """Count the unit pulled last as consumed, if it is not yet."""
        if self.in_use >= 0:
            self.demand.consumed(self.in_use, self._batches_in_use)
            self.in_use = -1

    def grant(self, *, waiting: bool = False) -> RequestN:
        """Grant all that was consumed and not yet granted: the caller sends it."""
        batches, size = self.demand.grant()
        return RequestN(self._evaluation, batches, size, waiting, self._right)

    def accept(self, message: pa.Buffer, keep: bool) -> None:
        """Queue a batch that arrived, or only account for it."""
        if self.completed:
            raise ProtocolError("a PAYLOAD came after COMPLETE")
        size = message.size
        if not self._arriving_bytes:
            self.demand.received(size, 1, True)
            if keep:
                self.queue.append(([message], size, None))
            return
        borders = self._arriving_borders
        self.demand.received(size, 1 if borders is None else len(borders), False)
        if keep:
            self._arriving.append(message)
            self.queue.append((self._arriving, self._arriving_bytes + size, borders))
            self._arriving = []
        self._arriving_bytes = 0
        self._arriving_borders = None

    def accept_dictionary(self, message: pa.Buffer, keep: bool) -> None:
        """Do the same with a dictionary of the batch that follows."""
        if self.completed:
            raise ProtocolError("a PAYLOAD came after COMPLETE")
        self.demand.received(message.size, 0, not self._arriving_bytes)
        self._arriving_bytes += message.size
        if keep:
            self._arriving.append(message)
        if self._arriving_borders is not None:
            raise ProtocolError("a dictionary came after the BORDERS of its unit")

    def divide(self, borders: Borders) -> None:
        """Take the JVM's word that the next batch is several (P24)."""
        if self.completed:
            raise ProtocolError("a BORDERS came after COMPLETE")
        if self._arriving_borders is not None:
            raise ProtocolError("a BORDERS came after another one of its unit")
        self.demand.received(borders.size, 0, not self._arriving_bytes)
        self._arriving_bytes += borders.size
        self.demand.check_batches(len(borders.rows))
        self._arriving_borders = borders.rows

    def complete(self) -> None:
        """Take the JVM's word that no more come."""
        if self._arriving or self._arriving_borders is not None:
            raise ProtocolError("COMPLETE came after a dictionary or a BORDERS without its batch")
        self.completed = True

    def discard(self) -> None:
        """Drop what is queued."""
        self.queue.clear()
        self._arriving = []
