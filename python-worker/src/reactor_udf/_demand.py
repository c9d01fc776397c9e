"""Credit in both directions, as numbers only (D2 to D4); `_exchange` acts on them."""

from __future__ import annotations

from reactor_udf._errors import ProtocolError
from reactor_udf._frames import Credit


class OutputDemand:
    """What the JVM granted and this worker has not spent.

    A unit may start while both credits are above zero; they go below zero by one unit at most.
    ``spent``: no unit may start.
    """

    def __init__(self) -> None:
        self._batches = self._bytes = 0
        self.spent = True

    def add(self, batches: int, size: int) -> None:
        """Take a grant; a unit that is about to be sent takes it back."""
        self._batches += batches
        self._bytes += size
        self.spent = self._batches <= 0 or self._bytes <= 0


class InputDemand:
    """What this worker granted: how much of it the JVM has left, and what is owed to the JVM.

    ``clocked``: the JVM wants to hear of each batch once it is consumed (D8). ``due``: what was
    consumed is to be granted now, from half a window on, or if clocked.
    """

    def __init__(self) -> None:
        self._consumed_batches = 0
        self._consumed_bytes = 0
        self.due = False

    def begin(self, window: Credit, *, clocked: bool = False) -> None:
        """Begin with what the JVM was granted by SETUP."""
        self._clocked = clocked
        self._window_batches, self._window_bytes = window
        self._batches, self._bytes = window

    def to_be_granted(self, *, ahead: bool) -> bool:
        """Whether to grant before waiting for the JVM: what is due, or anything if the JVM could
        send no unit, or if user code is ``ahead`` of its output.
        """
        return self._consumed_batches > 0 and (
            self.due or ahead or self._batches <= 0 or self._bytes <= 0
        )

    def received(self, size: int, batches: int, starts_unit: bool) -> None:
        """Account for bytes of a unit that arrived, which the JVM has to be allowed to start, and
        for the ``batches`` that are complete with them.
        """
        if starts_unit and (self._batches <= 0 or self._bytes <= 0):
            raise ProtocolError(
                f"data beyond the grant: {self._batches} batches and {self._bytes} bytes were left"
            )
        self._bytes -= size
        self._batches -= batches

    def check_batches(self, batches: int) -> None:
        """Check that the JVM may send a unit of so many batches."""
        if batches > self._batches:
            raise ProtocolError(
                f"a unit of {batches} batches beyond the grant: {self._batches} were left"
            )

    def consumed(self, size: int, batches: int) -> None:
        """Account for a unit of ``size`` bytes that user code is done with."""
        self._consumed_batches += batches
        self._consumed_bytes += size
        if (
            2 * self._consumed_batches >= self._window_batches
            or 2 * self._consumed_bytes >= self._window_bytes
            or self._clocked
        ):
            self.due = True

    def grant(self) -> Credit:
        """Return all that was consumed and not yet granted: the caller sends it."""
        grant = Credit(self._consumed_batches, self._consumed_bytes)
        self._batches += grant.batches
        self._bytes += grant.bytes
        self._consumed_batches = self._consumed_bytes = 0
        self.due = False
        return grant
