"""LOG: a line that user code printed or logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, encode_json, member


@dataclass(frozen=True)
class Log:
    """``logger`` is ``stdout``, ``stderr`` or a Python logger's name."""

    CODE: ClassVar[int] = 12
    evaluation: int
    logger: str
    level: str
    message: str

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members = {"logger": self.logger, "level": self.level, "message": self.message}
        return frame_bytes(self.CODE, self.evaluation, encode_json(members))

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Log:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        return cls(
            header.evaluation,
            member(members, "logger", str),
            member(members, "level", str),
            member(members, "message", str),
        )
