"""The header that every frame begins with (P1, P2)."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from reactor_udf._errors import ProtocolError

LAYOUT: Final = struct.Struct("<qiBBHq")
SIZE: Final = LAYOUT.size
MAX_METADATA: Final = 16 << 20
MAX_BODY: Final = (1 << 31) - 1
LAST_TYPE: Final = 12


class Header(NamedTuple):
    """What stands before a frame's metadata and body."""

    body_length: int
    metadata_length: int
    type: int
    flags: int
    evaluation: int

    @property
    def content_length(self) -> int:
        """Bytes that follow the header."""
        return self.metadata_length + self.body_length

    def encode(self) -> bytes:
        """Return the 24 bytes; a frame over the limits can't be sent."""
        if self.metadata_length > MAX_METADATA or self.body_length > MAX_BODY:
            raise ProtocolError(
                f"a frame of type {self.type} with {self.metadata_length} bytes of metadata and "
                f"{self.body_length} of body is over the limits of {MAX_METADATA} and {MAX_BODY}"
            )
        return LAYOUT.pack(
            self.body_length, self.metadata_length, self.type, self.flags, 0, self.evaluation
        )


def decode_header(buffer: bytes | bytearray | memoryview, offset: int = 0) -> Header:
    """Read a header at ``offset``; raise ``ProtocolError`` on what P2 forbids."""
    body, metadata, code, flags, reserved, evaluation = LAYOUT.unpack_from(buffer, offset)
    if not 0 <= metadata <= MAX_METADATA:
        raise ProtocolError(f"a metadata length of {metadata} is not in 0..{MAX_METADATA}")
    if not 0 <= body <= MAX_BODY:
        raise ProtocolError(f"a body length of {body} is not in 0..{MAX_BODY}")
    if not 1 <= code <= LAST_TYPE:
        raise ProtocolError(f"unknown frame type {code}")
    if reserved:
        raise ProtocolError(f"the reserved field of a frame is {reserved}, not 0")
    return Header(body, metadata, code, flags, evaluation)
