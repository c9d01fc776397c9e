"""The header that every frame begins with (P1, P2)."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from reactor_udf._errors import ProtocolError

# Lengths are signed in P1, but none may be negative: read as unsigned those are too large.
LAYOUT: Final = struct.Struct("<QIBBHq")
SIZE: Final = LAYOUT.size
TYPE_OFFSET: Final = 12
MAX_METADATA: Final = 16 << 20
MAX_BODY: Final = (1 << 31) - 1
MAX_SCHEMA: Final = 16 << 20
LAST_TYPE: Final = 14

# By the type's code; besides PREPARE, PREPARED and PAYLOAD none has a body.
_LONGEST_BODY: Final = dict.fromkeys(range(1, LAST_TYPE + 1), 0) | {
    3: MAX_SCHEMA,
    4: MAX_SCHEMA,
    7: MAX_BODY,
}


class Header(NamedTuple):
    """What stands before a frame's metadata and body; ``reserved`` is 0."""

    body_length: int
    metadata_length: int
    type: int
    flags: int
    reserved: int
    evaluation: int

    @property
    def content_length(self) -> int:
        """Bytes that follow the header."""
        return self.metadata_length + self.body_length


Fields = tuple[int, int, int, int, int, int]
"""Those of a ``Header``, which to make for each batch would cost microseconds."""


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


def decode_header(buffer: bytes | bytearray | memoryview, offset: int = 0) -> Fields:
    """Read a header at ``offset``; raise ``ProtocolError`` on what P2 forbids."""
    fields = LAYOUT.unpack_from(buffer, offset)
    body, metadata, code, _, reserved, _ = fields
    if reserved or metadata > MAX_METADATA or body > _LONGEST_BODY.get(code, -1):
        raise ProtocolError(_forbidden(body, metadata, code, reserved))
    return fields


def _forbidden(body: int, metadata: int, code: int, reserved: int) -> str:
    if not 0 <= metadata <= MAX_METADATA:
        return f"a metadata length of {metadata} is not in 0..{MAX_METADATA}"
    if not 1 <= code <= LAST_TYPE:
        return f"unknown frame type {code}"
    if reserved:
        return f"the reserved field of a frame is {reserved}, not 0"
    return f"a body length of {body} is not in 0..{_LONGEST_BODY.get(code, 0)}"
