"""HELLO: the JVM's first frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reactor_udf._frames._frame import frame_bytes
from reactor_udf._frames._header import Header
from reactor_udf._frames._json import decode_json, elements, encode_json, member


@dataclass(frozen=True)
class Hello:
    """The versions that the JVM knows, best first, and the secret of the worker's address."""

    CODE: ClassVar[int] = 1
    versions: tuple[int, ...]
    secret: str

    def encode(self) -> tuple[bytes]:
        """Return the frame."""
        members = {"versions": list(self.versions), "secret": self.secret}
        return frame_bytes(self.CODE, metadata=encode_json(members))

    @classmethod
    def decode(cls, header: Header, content: memoryview) -> Hello:
        """Read the frame."""
        members = decode_json(content[: header.metadata_length])
        return cls(elements(members, "versions", int), member(members, "secret", str))
