"""The header that every frame begins with (P1, P2)."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from reactor_udf._errors import ProtocolError

LAYOUT: Final = struct.Struct("<qiBBHq")
SIZE: Final = LAYOUT.size
MAX_METADATA: Final = 16 << 20
MAX_BODY: Final = (1 << 31) - 1
MAX_SCHEMA: Final = 16 << 20
LAST_TYPE: Final = 14

# By the codes of PREPARE, PREPARED and PAYLOAD; no other frame has a body.
_LONGEST_BODY: Final = {3: MAX_SCHEMA, 4: MAX_SCHEMA, 7: MAX_BODY}


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


def encode_header(
    body: int, metadata: int, code: int, flags: int = 0, evaluation: int = 0
) -> bytes:
    """Return the 24 bytes; a frame over the limits can't be sent."""
    if metadata > MAX_METADATA or body > MAX_BODY:
        raise ProtocolError(
            f"a frame of type {code} with {metadata} bytes of metadata and "
            f"{body} of body is over the limits of {MAX_METADATA} and {MAX_BODY}"
        )
    return LAYOUT.pack(body, metadata, code, flags, 0, evaluation)


def decode_header(buffer: bytes | bytearray | memoryview, offset: int = 0) -> Header:
    """Read a header at ``offset``; raise ``ProtocolError`` on what P2 forbids."""
    body, metadata, code, flags, reserved, evaluation = LAYOUT.unpack_from(buffer, offset)
    if (
        reserved
        or not 0 <= metadata <= MAX_METADATA
        or not 1 <= code <= LAST_TYPE
        or not 0 <= body <= _LONGEST_BODY.get(code, 0)
    ):
        raise ProtocolError(_forbidden(body, metadata, code, reserved))
    return Header(body, metadata, code, flags, evaluation)


def _forbidden(body: int, metadata: int, code: int, reserved: int) -> str:
    if not 0 <= metadata <= MAX_METADATA:
        return f"a metadata length of {metadata} is not in 0..{MAX_METADATA}"
    if not 1 <= code <= LAST_TYPE:
        return f"unknown frame type {code}"
    if reserved:
        return f"the reserved field of a frame is {reserved}, not 0"
    return f"a body length of {body} is not in 0..{_LONGEST_BODY.get(code, 0)}"
