"""CANCEL: the JVM wants no more of an evaluation (P14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes, require_empty
from reactor_udf._frames._header import Header


@dataclass(frozen=True)
class Cancel:
    """The evaluation is to end."""

    CODE: ClassVar[int] = 9
    evaluation: int

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(self.CODE, self.evaluation)

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Cancel:
        """Read the frame."""
        require_empty(header)
        return cls(header.evaluation)
