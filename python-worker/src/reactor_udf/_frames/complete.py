"""COMPLETE: the sender has no more batches, of one of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes, require_empty
from reactor_udf._frames._header import Header


# Not frozen, which costs a microsecond at each evaluation.
@dataclass(slots=True)
class Complete:
    """No more batches come from the sender; ``right``: of the second input."""

    CODE: ClassVar[int] = 8
    RIGHT: ClassVar[int] = 2
    evaluation: int
    right: bool = False

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(self.CODE, self.evaluation, flags=self.RIGHT if self.right else 0)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Complete:
        """Read the frame."""
        require_empty(header)
        return cls(header.evaluation, bool(header.flags & cls.RIGHT))
