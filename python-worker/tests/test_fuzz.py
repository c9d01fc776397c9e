"""Whatever bytes come, a worker answers with frames, or ends; nothing else is raised, and nothing
hangs.

Each test runs once, and then again and again for its share of ``FUZZ_SECONDS``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jvm import PLENTY, SECRET, UDFS, Jvm, frame_encoder, stage, worker
from spoiled import any_frame, spoiled

from reactor_udf._arrow_messages import decoder_factory
from reactor_udf._control import ControlError, Decoder, encode
from reactor_udf._errors import ConnectionLost, ProtocolError
from reactor_udf._frames import (
    SIZE,
    Complete,
    Frame,
    Header,
    Hello,
    Payload,
    Prepare,
    RequestN,
    Setup,
    decode,
    decode_header,
)
from reactor_udf._schema_message import project

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))

NUMBERS = pa.schema([("x", pa.int64())])
WORDS = pa.schema([("x", pa.int64()), ("word", pa.dictionary(pa.int32(), pa.string()))])
WORDS_BATCH = pa.record_batch(
    [pa.array([1, None, 3]), pa.array(["a", None, "b"]).dictionary_encode()], schema=WORDS
)


def to_bytes(*given: Frame) -> bytes:
    return b"".join(bytes(memoryview(part)) for frame in given for part in frame.encode())


def message_of(payload: Payload) -> bytes:
    data: bytes = payload.message.to_pybytes()
    return data


HELLO = to_bytes(Hello((1,), SECRET))
CONTROL = encode({"type": "CANCEL", "pid": 3, "evaluation": 7}) * 2
WORDS_SCHEMA = WORDS.serialize().to_pybytes()
WORDS_UNIT = [message_of(payload) for payload in frame_encoder(WORDS, 1)(WORDS_BATCH)]
CONVERSATION = [
    to_bytes(frame)
    for frame in (
        Prepare(1, (UDFS,), (stage("arrow_udfs:plus_one", on=["x"]),), WORDS_SCHEMA),
        Setup(1, 1, PLENTY, PLENTY),
        Payload(1, WORDS_BATCH.select([0]).serialize()),
        RequestN(1, 1, 100),
        Payload(1, WORDS_BATCH.select([0]).serialize()),
        Complete(1),
    )
]

anything = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


@anything
@given(any_frame())
def a_frame(data: bytes) -> None:
    try:
        fields = decode_header(data.ljust(SIZE, b"\0"))
        header = Header(*fields)
        if header.content_length <= len(data) - SIZE:
            frame = decode(fields, pa.py_buffer(data[SIZE : SIZE + header.content_length]))
            assert header.type == frame.CODE
    except ProtocolError:
        pass


@anything
@given(spoiled(WORDS_SCHEMA), *(spoiled(message) for message in WORDS_UNIT))
def arrow_messages(schema: bytes, dictionary: bytes, batch: bytes) -> None:
    try:
        decoder = decoder_factory(project(schema, (0, 1)))()
        unit = [pa.py_buffer(message) for message in (dictionary, batch)]
        assert decoder.decode(unit).num_rows >= 0
    except ProtocolError:
        pass


@anything
@given(spoiled(CONTROL), st.integers(1, 50))
def control_messages(data: bytes, piece: int) -> None:
    decoder = Decoder()
    try:
        for start in range(0, len(data), piece):
            decoder.feed(data[start : start + piece])
    except ControlError:
        pass


@anything
@given(spoiled(HELLO), st.tuples(*(spoiled(frame) for frame in CONVERSATION)))
def a_conversation(hello: bytes, rest: tuple[bytes, ...]) -> None:
    with worker() as jvm:
        try:
            jvm.send_bytes(hello + b"".join(rest))
            jvm.end_output()
            read_to_end(jvm)
        except OSError:
            # The worker closed before it had read everything.
            pass


def read_to_end(jvm: Jvm) -> None:
    with suppress(ConnectionLost):
        while True:
            jvm.receive()


@pytest.mark.parametrize("check", [a_frame, arrow_messages, control_messages, a_conversation])
def test_any_bytes(check: Callable[[], None]) -> None:
    end = time.monotonic() + SECONDS / 4
    check()
    while time.monotonic() < end:
        check()
