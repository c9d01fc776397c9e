"""COMPLETE: the sender has no more batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes, require_empty
from reactor_udf._frames._header import Header


@dataclass(frozen=True)
class Complete:
    """No more batches come from the sender."""

    CODE: ClassVar[int] = 8
    evaluation: int

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(self.CODE, self.evaluation)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Complete:
        """Read the frame."""
        require_empty(header)
        return cls(header.evaluation)
