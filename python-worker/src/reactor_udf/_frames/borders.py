"""BORDERS: how many rows each of the batches has that the next PAYLOAD holds (P24)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar, Final

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header

_WIDTH: Final = 4


@dataclass(frozen=True)
class Borders:
    """The row counts of two batches or more, which stand one behind the other."""

    CODE: ClassVar[int] = 14
    evaluation: int
    rows: tuple[int, ...]

    @property
    def size(self) -> int:
        """What the frame spends of a credit (D2)."""
        return _WIDTH * len(self.rows)

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        return frame_bytes(
            self.CODE, self.evaluation, struct.pack(f"<{len(self.rows)}i", *self.rows)
        )

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Borders:
        """Read the frame."""
        count, rest = divmod(header.metadata_length, _WIDTH)
        if rest or count < 2:
            raise ProtocolError(
                f"{header.metadata_length} bytes are not the row counts of two batches or more"
            )
        rows = struct.unpack_from(f"<{count}i", content)
        if min(rows) < 0:
            raise ProtocolError(f"a BORDERS with a batch of {min(rows)} rows")
        return cls(header.evaluation, rows)
