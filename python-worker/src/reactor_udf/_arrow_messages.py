"""Record batches from and to the Arrow messages that PAYLOADs carry (P4, P18).

Schemas without dictionaries take the short way: a batch is one message, read where it lies and
written from where it lies, if it is not small. With dictionaries a stream reader and writer of
pyarrow keep track of them; there is one for each evaluation, because dictionaries do not outlive
it.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

import pyarrow as pa

from reactor_udf._errors import ProtocolError

_PREFIX: Final = struct.Struct("<ii")
_CONTINUATION: Final = -1

# Of fewer rows a copy costs less than a call for each buffer.
_GATHERED_ROWS: Final = 2048


Unit = list[pa.Buffer]
"""Messages of dictionaries, and then the one of their batch."""

Encoded = tuple[int, int, list[Any]]
"""A message to be sent: the bytes of its metadata, those of all, and the buffers that it is in."""


class Decoder(Protocol):
    """Makes the record batch of an input unit."""

    def decode(self, unit: Unit) -> pa.RecordBatch:
        """Return the batch, which may view the unit's buffers; bad data is a ``ProtocolError``."""
        ...


class Encoder(Protocol):
    """Makes the output unit of a record batch."""

    def encode(self, batch: pa.RecordBatch) -> list[Encoded]:
        """Return the messages of dictionaries, and then that of the batch, which they may view."""
        ...


def decoder_factory(schema_message: bytes) -> Callable[[], Decoder]:
    """Return what gives each evaluation the decoder of its input."""
    schema = read_schema(schema_message)
    if has_dictionaries(schema):
        return lambda: _DictionaryDecoder(schema_message)
    plain = _PlainDecoder(schema)
    return lambda: plain


def encoder_factory(schema: pa.Schema) -> Callable[[], Encoder]:
    """Return what gives each evaluation the encoder of its output."""
    if has_dictionaries(schema):
        return partial(_DictionaryEncoder, schema)
    plain = _PlainEncoder(schema)
    return lambda: plain


def read_schema(message: bytes) -> pa.Schema:
    """Return the schema of an encapsulated message; raise ``ProtocolError`` if it is none."""
    try:
        schema = pa.ipc.read_schema(pa.py_buffer(message))
        for field in schema:
            _look_at_names(field)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"not an Arrow schema message: {error}") from error
    return schema


def _look_at_names(field: pa.Field) -> None:
    """Raise what looking at a name raises: they are decoded only then."""
    _ = field.name
    if not isinstance(field.type, pa.BaseExtensionType):
        for index in range(field.type.num_fields):
            _look_at_names(field.type.field(index))


def split_schemas(messages: bytes) -> tuple[bytes, ...]:
    """Return each of the schema messages that stand one behind the other, of one input or two."""
    found = []
    start = 0
    while start == 0 or start < len(messages):
        if len(messages) - start < _PREFIX.size:
            raise ProtocolError(f"{len(messages) - start} bytes are not an Arrow schema message")
        marker, length = _PREFIX.unpack_from(messages, start)
        if marker != _CONTINUATION or not 0 < length <= len(messages) - start - _PREFIX.size:
            raise ProtocolError(
                f"what begins with {marker} and {length} is not an Arrow schema message"
            )
        end = start + _PREFIX.size + length
        found.append(messages[start:end])
        start = end
    if len(found) > 2:
        raise ProtocolError(f"there are {len(found)} schemas of inputs, but two inputs at most")
    return tuple(found)


def has_dictionaries(schema: pa.Schema) -> bool:
    """Whether a field, or one nested in it, is dictionary-encoded."""
    return any(_encoded(field.type) for field in schema)


def _encoded(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return _encoded(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return True
    return any(_encoded(kind.field(index).type) for index in range(kind.num_fields))


class _PlainDecoder:
    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema

    def decode(self, unit: Unit) -> pa.RecordBatch:
        if len(unit) != 1:
            raise ProtocolError("a dictionary came for a schema that has none")
        try:
            batch = pa.ipc.read_record_batch(unit[0], self._schema)
            batch.validate()
        except MemoryError:
            raise
        except (pa.ArrowException, OSError) as error:
            raise ProtocolError(
                f"a PAYLOAD is not a batch of the prepared schema: {error}"
            ) from error
        return batch


class _PlainEncoder:
    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._begin()

    def _begin(self) -> None:
        self._sink = _Sink()
        self._write = pa.ipc.new_stream(self._sink, self._schema).write_batch
        self._begun = False

    def encode(self, batch: pa.RecordBatch) -> list[Encoded]:
        if batch.num_rows < _GATHERED_ROWS:
            return [_whole(batch.serialize())]
        try:
            self._write(batch)
        except BaseException:
            self._begin()  # A part of it may be written.
            raise
        buffers = self._sink.take()
        if not self._begun:
            self._begun = True
            buffers = _without_schema(buffers)
        size = 0
        for buffer in buffers:
            size += len(buffer)
        # The marker and the length are buffers of their own.
        return [(_PREFIX.size + int.from_bytes(buffers[1], "little"), size, buffers)]


def _whole(message: pa.Buffer) -> Encoded:
    return _PREFIX.size + _PREFIX.unpack_from(message)[1], message.size, [message]


def _without_schema(buffers: list[Any]) -> list[Any]:
    """Drop what a stream begins with: the other side has the schema."""
    left = _PREFIX.size + int.from_bytes(buffers[1], "little")
    for index, buffer in enumerate(buffers):
        if not left:
            return buffers[index:]
        left -= len(buffer)
    raise AssertionError("a stream has a batch behind its schema")


class _DictionaryDecoder:
    def __init__(self, schema_message: bytes) -> None:
        self._source = _Source()
        self._source.add(pa.py_buffer(schema_message))
        self._reader = pa.ipc.open_stream(self._source)

    def decode(self, unit: Unit) -> pa.RecordBatch:
        for message in unit:
            self._source.add(message)
        try:
            batch = self._reader.read_next_batch()
            batch.validate()
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, StopIteration) as error:
            raise ProtocolError(
                f"a PAYLOAD is not a batch, or not a dictionary, of the prepared schema: {error}"
            ) from error
        return batch


class _Source:
    """A file of the messages added so far; a read that passes from one to the next is copied
    together.
    """

    closed = False

    def __init__(self) -> None:
        self._buffers: deque[pa.Buffer] = deque()

    def add(self, buffer: pa.Buffer) -> None:
        self._buffers.append(buffer)

    def readable(self) -> bool:
        return True

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0 and self._buffers:
            first = self._buffers.popleft()
            parts.append(first[:size].to_pybytes())
            if first.size > size:
                self._buffers.appendleft(first[size:])
            size -= min(size, first.size)
        return b"".join(parts)

    def close(self) -> None:
        self._buffers.clear()


class _DictionaryEncoder:
    def __init__(self, schema: pa.Schema) -> None:
        self._sink = _Sink()
        self._writer = pa.ipc.new_stream(self._sink, schema)

    def encode(self, batch: pa.RecordBatch) -> list[Encoded]:
        self._writer.write_batch(batch)
        written = pa.py_buffer(b"".join(self._sink.take()))
        messages = []
        reader = pa.BufferReader(written)
        start = 0
        while start < written.size:
            kind = pa.ipc.read_message(reader).type
            end = reader.tell()
            # The writer begins with the schema, which the other side has.
            if kind != "schema":
                messages.append(_whole(written[start:end]))
            start = end
        return messages


class _Sink:
    """A file that collects what is written between two takes."""

    closed = False

    def __init__(self) -> None:
        self._written: list[Any] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(data)
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> list[Any]:
        written, self._written = self._written, []
        return written
