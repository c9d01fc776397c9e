"""What can go wrong with a connection, with a UDF, and in user code.

Exception
├─ ProtocolError         the other side broke a rule of docs/protocol.md; the connection is closed
├─ ConnectionLost        the other side is gone
└─ UdfError              becomes an ERROR frame; the connection stays usable
├─ UsageError        the UDF is not what it was said to be, or its result not what was promised
│  └─ Unconvertible  values of a result can't be of the promised type
└─ FunctionRaised    user code raised
BaseException
└─ EvaluationCancelled   unwinds user code; ``except Exception`` in it does not stop that
"""

from __future__ import annotations


class ProtocolError(Exception):
    """The other side sent what the protocol does not allow."""


class ConnectionLost(Exception):  # noqa: N818 - an event of the connection's life, not a mistake
    """The other side closed the connection, or the connection broke."""


class UdfError(Exception):
    """Becomes an ``ERROR`` frame; ``function`` names the UDF that failed. ``batch`` is the index of
    the input batch that it failed for, None for the one last handed to user code.
    """

    def __init__(self, message: str, function: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.function = function
        self.batch: int | None = None


class UsageError(UdfError):
    """The UDF is not what it was said to be, or its result is not what was promised."""


class Unconvertible(UsageError):  # noqa: N818 - it says what a value is
    """Values of a result can't be of the promised type: with row errors, those of some rows."""


class FunctionRaised(UdfError):  # noqa: N818 - it reports an error, it is not one
    """User code raised ``error``."""

    def __init__(self, error: BaseException, function: str | None) -> None:
        super().__init__("user code raised", function)
        self.error = error


class EvaluationCancelled(BaseException):
    """Raised through user code when its evaluation is to end before its time."""
