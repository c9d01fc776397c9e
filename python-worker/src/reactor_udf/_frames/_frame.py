"""What all frames have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._header import Header, encode_header


class Frame(Protocol):
    """An immutable frame: it knows its type code, and its buffers in a gather write."""

    CODE: ClassVar[int]

    def encode(self) -> tuple[Any, ...]:
        """Return header and content as buffers, which stay borrowed until they are written."""
        ...


def frame_bytes(
    code: int, evaluation: int = 0, metadata: bytes = b"", body: bytes = b"", flags: int = 0
) -> tuple[bytes]:
    """Return a small frame as one buffer."""
    return (encode_header(len(body), len(metadata), code, flags, evaluation) + metadata + body,)


def require_empty(header: Header) -> None:
    """Check a frame that has neither metadata nor body."""
    if header.content_length:
        raise ProtocolError(
            f"a frame of type {header.type} has no content, "
            f"but {header.content_length} bytes came with it"
        )
