"""Credit in both directions, as numbers only (D2 to D4); `_exchange` acts on them."""

from __future__ import annotations

from reactor_udf._errors import ProtocolError
from reactor_udf._frames import Credit


class OutputDemand:
    """What the JVM granted and this worker has not spent.

    A unit may start while both credits are above zero; bytes go below zero by one unit at most.
    """

    def __init__(self, demand: Credit) -> None:
        self._batches, self._bytes = demand

    @property
    def spent(self) -> bool:
        """Whether no unit may start."""
        return self._batches <= 0 or self._bytes <= 0

    def add(self, batches: int, size: int) -> None:
        """Take a grant."""
        self._batches += batches
        self._bytes += size

    def spend(self, size: int) -> None:
        """Account for a unit of ``size`` bytes that is about to be sent."""
        self._batches -= 1
        self._bytes -= size


class InputDemand:
    """What this worker granted: how much of it the JVM has left, and what is owed to the JVM."""

    def __init__(self, window: Credit) -> None:
        self._window_batches, self._window_bytes = window
        self._batches, self._bytes = window
        self._consumed_batches = 0
        self._consumed_bytes = 0

    @property
    def other_side_stopped(self) -> bool:
        """Whether the JVM could send no unit, if all that it sent has been received."""
        return self._batches <= 0 or self._bytes <= 0

    @property
    def due(self) -> bool:
        """Whether what was consumed and not yet granted reaches half a window."""
        return self._consumed_batches > 0 and (
            2 * self._consumed_batches >= self._window_batches
            or 2 * self._consumed_bytes >= self._window_bytes
        )

    @property
    def owed(self) -> bool:
        """Whether anything was consumed and not yet granted."""
        return self._consumed_batches > 0

    def start_unit(self) -> None:
        """Check that the JVM may start the unit that arrived."""
        if self.other_side_stopped:
            raise ProtocolError(
                f"data beyond the grant: {self._batches} batches and {self._bytes} bytes were left"
            )

    def received(self, size: int) -> None:
        """Account for bytes of a unit that arrived."""
        self._bytes -= size

    def end_unit(self) -> None:
        """Account for the batch that ends a unit."""
        self._batches -= 1

    def consumed(self, size: int) -> None:
        """Account for a unit of ``size`` bytes that user code is done with."""
        self._consumed_batches += 1
        self._consumed_bytes += size

    def grant(self) -> Credit:
        """Return all that was consumed and not yet granted: the caller sends it."""
        grant = Credit(self._consumed_batches, self._consumed_bytes)
        self._batches += grant.batches
        self._bytes += grant.bytes
        self._consumed_batches = self._consumed_bytes = 0
        return grant
