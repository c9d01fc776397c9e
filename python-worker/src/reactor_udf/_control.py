"""The control stream between the JVM, the supervisor and the template.

A frame is a little-endian u32 length and that many bytes of UTF-8 JSON: an object whose member
"type" names it. The Java twin is ``io.github.reactorudf.worker.ControlCodec``. Nothing here needs
more than the standard library.
"""

from __future__ import annotations

import json
import struct
from typing import Any

Message = dict[str, Any]

LIMIT = 1 << 20
"""The longest frame, in bytes. A longer one means that the stream is not what it should be."""

_LENGTH = struct.Struct("<I")


class ControlError(Exception):
    """The bytes are no control frames."""


def encode(message: Message) -> bytes:
    """Return the frame of a message.

    Text is escaped to ASCII, so that file names which are not valid UTF-8 cross unharmed.
    """
    body = json.dumps(message).encode("ascii")
    if len(body) > LIMIT:
        raise ControlError(
            f"a {message.get('type')} frame of {len(body)} bytes is longer than {LIMIT}"
        )
    return _LENGTH.pack(len(body)) + body


class Decoder:
    """Cuts a stream of bytes, in whatever pieces it comes, into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Add bytes and return the messages they complete."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > LIMIT:
                raise ControlError(f"a control frame of {length} bytes is longer than {LIMIT}")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(_message(bytes(self._buffer[_LENGTH.size : end])))
            del self._buffer[:end]
        return messages


def _message(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise ControlError(f"a control frame is not JSON: {error}") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise ControlError('a control frame is not an object with a "type"')
    return message
