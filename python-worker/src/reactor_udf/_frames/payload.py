"""PAYLOAD: an Arrow record batch, or a dictionary of one that follows (P4, P18)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from reactor_udf._errors import ProtocolError
from reactor_udf._frames._header import Header

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX: Final = struct.Struct("<ii")
_CONTINUATION: Final = -1
_DICTIONARY: Final = 1


@dataclass(frozen=True)
class Payload:
    """An encapsulated Arrow message: metadata and body in one buffer, which may be viewed."""

    CODE: ClassVar[int] = 7
    evaluation: int
    message: pa.Buffer
    dictionary: bool = False

    def encode(self) -> tuple[bytes, pa.Buffer]:
        """Return header and message; the message is not copied."""
        size = self.message.size
        metadata = _PREFIX.size + _PREFIX.unpack_from(self.message)[1]
        flags = _DICTIONARY if self.dictionary else 0
        header = Header(size - metadata, metadata, self.CODE, flags, self.evaluation)
        return (header.encode(), self.message)

    @classmethod
    def decode(cls, header: Header, content: pa.Buffer) -> Payload:
        """Read the frame; it keeps ``content``."""
        metadata = header.metadata_length
        if metadata < _PREFIX.size or metadata % 8:
            raise ProtocolError(
                f"the metadata of a PAYLOAD is {metadata} bytes, not a multiple of 8"
            )
        marker, length = _PREFIX.unpack_from(content)
        if marker != _CONTINUATION or length != metadata - _PREFIX.size:
            raise ProtocolError(
                f"a PAYLOAD with {metadata} bytes of metadata does not begin with an Arrow "
                f"message's marker and length, but with {marker} and {length}"
            )
        return cls(header.evaluation, content, bool(header.flags & _DICTIONARY))
