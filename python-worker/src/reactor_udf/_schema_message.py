"""An encapsulated schema message, cut down to some of its fields.

pyarrow numbers dictionaries anew when it writes a schema, so the schema of the columns that are
read can't be made from a ``pa.Schema``: their dictionary ids have to be the JVM's (P18). Instead
the vector of field offsets in the JVM's own message is shortened in place; nothing else in it
moves.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from reactor_udf._errors import ProtocolError

_U32: Final = struct.Struct("<I")
_I32: Final = struct.Struct("<i")
_U16: Final = struct.Struct("<H")
_PREFIX_SIZE: Final = 8
_MESSAGE_HEADER: Final = 8
_SCHEMA_FIELDS: Final = 6


def project(message: bytes, positions: Sequence[int]) -> bytes:
    """Return ``message`` with the fields at ``positions`` (ascending) only.

    What pyarrow reads and the protocol does not know (a message without the marker, P4) is a
    ``ProtocolError``.
    """
    try:
        return _project(message, positions)
    except struct.error as error:
        raise ProtocolError(f"not an encapsulated Arrow schema message: {error}") from error


def _project(message: bytes, positions: Sequence[int]) -> bytes:
    projected = bytearray(message)
    root = _PREFIX_SIZE + _U32.unpack_from(message, _PREFIX_SIZE)[0]
    schema = _follow(message, _slot(message, root, _MESSAGE_HEADER))
    vector = _follow(message, _slot(message, schema, _SCHEMA_FIELDS))
    for index, position in enumerate(positions):
        source = vector + 4 + 4 * position
        target = vector + 4 + 4 * index
        _U32.pack_into(projected, target, _follow(message, source) - target)
    _U32.pack_into(projected, vector, len(positions))
    return bytes(projected)


def _follow(message: bytes, at: int) -> int:
    """Return where the offset at ``at`` points: offsets are relative to where they stand."""
    target: int = at + _U32.unpack_from(message, at)[0]
    return target


def _slot(message: bytes, table: int, entry: int) -> int:
    """Return where a table keeps the field with vtable offset ``entry``; the field is present."""
    vtable = table - _I32.unpack_from(message, table)[0]
    offset: int = table + _U16.unpack_from(message, vtable + entry)[0]
    return offset
