"""ENDED: the connection is free for the next evaluation (P16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from reactor_udf._frames._frame import frame_bytes, require_empty
from reactor_udf._frames._header import Header

_RETIRING: Final = 1


# Not frozen, which costs a microsecond at each evaluation.
@dataclass(slots=True)
class Ended:
    """The evaluation is over; a ``retiring`` worker ends, and its connection must not be used
    again.
    """

    CODE: ClassVar[int] = 11
    evaluation: int
    retiring: bool = False

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(self.CODE, self.evaluation, flags=_RETIRING if self.retiring else 0)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Ended:
        """Read the frame."""
        require_empty(header)
        return cls(header.evaluation, bool(header.flags & _RETIRING))
