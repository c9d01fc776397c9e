"""REQUEST_N: credit for the other side (D2), and whether a pull of user code waits (D7)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar, Final

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header

_LAYOUT: Final = struct.Struct("<qq")
_WAITING: Final = 1
_RIGHT: Final = 2


@dataclass(frozen=True)
class RequestN:
    """``batches`` more, and ``size`` more bytes of them, may be sent; ``right``: of the second
    input.
    """

    CODE: ClassVar[int] = 6
    evaluation: int
    batches: int
    size: int
    waiting: bool = False
    right: bool = False

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        flags = (_WAITING if self.waiting else 0) | (_RIGHT if self.right else 0)
        return frame_bytes(
            self.CODE, self.evaluation, _LAYOUT.pack(self.batches, self.size), flags=flags
        )

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> RequestN:
        """Read the frame."""
        if header.metadata_length != _LAYOUT.size or header.body_length:
            raise ProtocolError(
                f"REQUEST_N has {_LAYOUT.size} bytes of metadata, "
                f"not {header.metadata_length} and a body of {header.body_length}"
            )
        batches, size = _LAYOUT.unpack_from(content)
        if batches < 0 or size < 0:
            raise ProtocolError(f"REQUEST_N takes credit back: {batches} batches, {size} bytes")
        flags = header.flags
        return cls(header.evaluation, batches, size, bool(flags & _WAITING), bool(flags & _RIGHT))
