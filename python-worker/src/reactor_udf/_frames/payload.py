"""PAYLOAD: an Arrow record batch, or a dictionary of one that follows (P4, P18)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._header import Header, encode_header

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX: Final = struct.Struct("<ii")
_CONTINUATION: Final = -1


# Not frozen, which costs a microsecond at each batch.
@dataclass(slots=True)
class Payload:
    """An encapsulated Arrow message: metadata and body in one buffer, which may be viewed.

    ``right``: it is of the second input.
    """

    CODE: ClassVar[int] = 7
    DICTIONARY: ClassVar[int] = 1
    RIGHT: ClassVar[int] = 2
    evaluation: int
    message: pa.Buffer
    dictionary: bool = False
    right: bool = False

    @property
    def size(self) -> int:
        """What the frame spends of a credit (D2)."""
        size: int = self.message.size
        return size

    def encode(self) -> tuple[bytes, pa.Buffer]:
        """Return header and message; the message is not copied."""
        flags = (self.DICTIONARY if self.dictionary else 0) | (self.RIGHT if self.right else 0)
        metadata = _PREFIX.size + _PREFIX.unpack_from(self.message)[1]
        body = self.message.size - metadata
        header = encode_header(body, metadata, self.CODE, flags, self.evaluation)
        return (header, self.message)

    @classmethod
    def decode(cls, header: Header, content: pa.Buffer) -> Payload:
        """Read the frame; it keeps ``content``."""
        check_message(content, header.metadata_length)
        flags = header.flags
        return cls(
            header.evaluation, content, bool(flags & cls.DICTIONARY), bool(flags & cls.RIGHT)
        )


def check_message(content: pa.Buffer, metadata: int) -> None:
    """Check that a PAYLOAD's content begins with so many bytes of an Arrow message's metadata."""
    if metadata < _PREFIX.size or metadata % 8:
        raise ProtocolError(f"the metadata of a PAYLOAD is {metadata} bytes, not a multiple of 8")
    marker, length = _PREFIX.unpack_from(content)
    if marker != _CONTINUATION or length != metadata - _PREFIX.size:
        raise ProtocolError(
            f"a PAYLOAD with {metadata} bytes of metadata does not begin with an Arrow "
            f"message's marker and length, but with {marker} and {length}"
        )
