"""WELCOME: the worker's answer to HELLO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, encode_json, member


@dataclass(frozen=True)
class Welcome:
    """The version chosen, and what the worker runs on."""

    CODE: ClassVar[int] = 2
    version: int
    pid: int
    python: str
    pyarrow: str

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members = {
            "version": self.version,
            "pid": self.pid,
            "python": self.python,
            "pyarrow": self.pyarrow,
        }
        return frame_bytes(self.CODE, metadata=encode_json(members))

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Welcome:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        return cls(
            member(members, "version", int),
            member(members, "pid", int),
            member(members, "python", str),
            member(members, "pyarrow", str),
        )
