"""The golden frames: both sides decode them to the same fields, and encode them the same."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jvm import frame_decoder

from reactor_udf._errors import ProtocolError
from reactor_udf._frames import SIZE, Frame, Header, Payload, Prepare, decode, decode_header

GOLDEN = Path(__file__).parents[2] / "src" / "test" / "resources" / "frames"
INDEX = {entry["name"]: entry for entry in json.loads((GOLDEN / "frames.json").read_text("utf-8"))}


def golden(name: str) -> bytes:
    return bytes.fromhex((GOLDEN / f"{name}.hex").read_text())


def read(data: bytes) -> Frame:
    return decode(decode_header(data), pa.py_buffer(data[SIZE:]))


def payload(name: str) -> Payload:
    frame = read(golden(name))
    assert isinstance(frame, Payload)
    return frame


@pytest.mark.parametrize("name", INDEX)
def test_golden_frame_round_trip(name: str) -> None:
    data, entry = golden(name), INDEX[name]
    assert Header(*decode_header(data))._asdict() == {
        "body_length": entry["bodyLength"],
        "metadata_length": entry["metadataLength"],
        "type": entry["type"],
        "flags": entry["flags"],
        "reserved": 0,
        "evaluation": entry["evaluation"],
    }
    frame = read(data)
    assert b"".join(bytes(memoryview(buffer)) for buffer in frame.encode()) == data
    for member in (
        "retiring",
        "waiting",
        "dictionary",
        "right",
        "batches",
        "message",
        "secret",
        "versions",
    ):
        if member in entry["fields"]:
            value = getattr(frame, member)
            assert (list(value) if isinstance(value, tuple) else value) == entry["fields"][member]


def test_golden_payload() -> None:
    prepare = read(golden("prepare"))
    assert isinstance(prepare, Prepare)
    batch = frame_decoder(prepare.schema)([payload("payload")])
    assert batch.to_pydict() == INDEX["payload"]["fields"]["columns"]


def test_golden_dictionary() -> None:
    unit = [payload("payload_dictionary"), payload("payload_encoded")]
    batch = frame_decoder(golden("encoded.schema"))(unit)
    assert batch.to_pydict() == INDEX["payload_encoded"]["fields"]["columns"]
    assert pa.types.is_dictionary(batch.schema.field(0).type)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((-1, 0, 8, 0, 0, 1), "body length"),
        ((1 << 31, 0, 7, 0, 0, 1), "body length"),
        (((16 << 20) + 1, 0, 3, 0, 0, 1), "body length"),
        ((1, 0, 8, 0, 0, 1), "body length"),
        ((0, -1, 8, 0, 0, 1), "metadata length"),
        ((0, (16 << 20) + 1, 8, 0, 0, 1), "metadata length"),
        ((0, 0, 0, 0, 0, 1), "unknown frame type 0"),
        ((0, 0, 15, 0, 0, 1), "unknown frame type 15"),
        ((0, 0, 8, 0, 1, 1), "reserved"),
    ],
)
def test_bad_header(fields: tuple[int, ...], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        decode_header(struct.pack("<qiBBHq", *fields))


def test_unknown_flags_are_ignored() -> None:
    assert read(struct.pack("<qiBBHq", 0, 0, 8, 0xF0, 0, 5)) == read(golden("complete"))


@pytest.mark.parametrize(
    ("code", "metadata"),
    [
        (1, b"{"),
        (1, b"[]"),
        (1, b'{"versions":[true],"secret":"x"}'),
        (1, b'{"versions":[1]}'),
        (1, b"\xff"),
        (3, b'{"id":1,"modules":[],"stages":[{"function":"a:b","returns":3}]}'),
        (3, b'{"id":1,"modules":[],"stages":[],"rowErrors":"ignore"}'),
        (5, b'{"prepared":1,"window":{"batches":0,"bytes":1},"demand":{"batches":0,"bytes":1}}'),
        (5, b'{"prepared":1,"window":{"batches":1,"bytes":1},"demand":{"batches":-1,"bytes":1}}'),
        (6, bytes(15)),
        (6, struct.pack("<qq", -1, 0)),
        (7, b""),
        (7, b"\xff\xff\xff\xff\x00\x00\x00\x00\x00"),
        (7, b"\xff\xff\xff\xff\x01\x00\x00\x00"),
        (7, bytes(8)),
        (8, b"x"),
        (13, b'{"rows":[]}'),
        (13, b'{"rows":[{"row":"3","message":"","traceback":"","function":"a:b"}]}'),
        (11, b"x"),
    ],
)
def test_bad_content(code: int, metadata: bytes) -> None:
    header = Header(0, len(metadata), code, 0, 0, 1)
    with pytest.raises(ProtocolError):
        decode(header, pa.py_buffer(metadata))


def test_lone_surrogates_pass() -> None:
    members: dict[str, Any] = INDEX["log"]["fields"]
    from reactor_udf._frames import Log

    log = Log(5, members["logger"], members["level"], "\ud800")
    (data,) = log.encode()
    assert read(data) == log
