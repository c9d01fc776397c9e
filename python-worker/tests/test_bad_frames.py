"""What a peer sends and should not is a protocol error or a usage error: nothing is raised in the
worker, which the tests would see as an exception of its thread, and nothing hangs.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import pyarrow as pa
import pytest
from jvm import PLENTY, UDFS, Jvm, stage

from reactor_udf._frames import Error, RequestN, Setup
from reactor_udf._frames._frame import frame_bytes

X = pa.schema([("x", pa.int64())])
SCHEMA = X.serialize().to_pybytes()
BATCH = pa.record_batch([[1, 2, 3]], schema=X).serialize().to_pybytes()
METADATA = 8 + struct.unpack_from("<ii", BATCH)[1]
PLUS_ONE = {"function": "arrow_udfs:plus_one"}
COGROUP = {"function": "cogroup_udfs:sides", "groupBy": ["x"]}
WORDS = pa.schema([("s", pa.string())])


def prepare(body: bytes = SCHEMA, **members: Any) -> bytes:
    request = {"id": 1, "modules": [UDFS], "stages": [], **members}
    return frame_bytes(3, metadata=json.dumps(request).encode(), body=body)[0]


def prepare_stage(**members: Any) -> bytes:
    return prepare(stages=[{**PLUS_ONE, **members}])


def setup(**members: Any) -> bytes:
    credit = {"batches": 1, "bytes": 1}
    request = {"prepared": 1, "window": credit, "demand": credit, **members}
    return prepare_stage() + frame_bytes(5, 1, json.dumps(request).encode())[0]


def evaluating(*frames: bytes) -> bytes:
    return prepare_stage() + Setup(1, 1, PLENTY, PLENTY).encode()[0] + b"".join(frames)


def cogrouping(*frames: bytes) -> bytes:
    prepared = prepare(SCHEMA * 2, stages=[COGROUP])
    return prepared + Setup(1, 1, PLENTY, PLENTY).encode()[0] + b"".join(frames)


def complete(flags: int) -> bytes:
    return frame_bytes(8, 1, flags=flags)[0]


def payload(metadata: bytes, body: bytes = b"", flags: int = 0) -> bytes:
    return frame_bytes(7, 1, metadata, body, flags)[0]


def small(code: int, metadata: bytes, evaluation: int = 1) -> bytes:
    return frame_bytes(code, evaluation, metadata)[0]


PROTOCOL = {
    "prepare: no JSON": small(3, b"{"),
    "prepare: no UTF-8": small(3, b'{"id":"\xff"}'),
    "prepare: nested too deeply": small(3, b'{"id":' + b"[" * 200_000),
    "prepare: a list": small(3, b"[]"),
    "prepare: id of another type": prepare(id="1"),
    "prepare: id is a boolean": prepare(id=True),
    "prepare: id is negative": prepare(id=-1),
    "prepare: id twice": prepare_stage() * 2,
    "prepare: modules of another type": prepare(modules=3),
    "prepare: a module no path can name": prepare(modules=["a\0b"], stages=[PLUS_ONE]),
    "prepare: a module that is not Unicode": prepare(modules=["\ud800"]),
    "prepare: a stage of another type": prepare(stages=[3]),
    "prepare: function of another type": prepare_stage(function=3),
    "prepare: function that is not Unicode": prepare_stage(function="/\ud800.py:f"),
    "prepare: on of another type": prepare_stage(on="x"),
    "prepare: constants of another type": prepare_stage(**{"with": [1]}),
    "prepare: a name that is not Unicode": prepare_stage(**{"as": "\ud800"}),
    "prepare: returns of another type": prepare_stage(returns=3),
    "prepare: returns no base64": prepare_stage(returns={"schema": "!"}),
    "prepare: returns no schema": prepare_stage(returns={"schema": "AAAA"}),
    "prepare: returns without a schema": prepare_stage(returns={}),
    "prepare: no schema": prepare(body=b""),
    "prepare: a truncated schema": prepare(body=SCHEMA[:40]),
    "prepare: garbage for a schema": prepare(body=b"\xff" * 200),
    "prepare: a schema whose names are not UTF-8": prepare(
        stages=[PLUS_ONE],
        body=WORDS.serialize().to_pybytes().replace(b"s\0\0\0", b"\xff\0\0\0"),
    ),
    "prepare: a truncated second schema": prepare(SCHEMA + SCHEMA[:-8], stages=[COGROUP]),
    "prepare: garbage for a second schema": prepare(SCHEMA + b"\xff" * 200, stages=[COGROUP]),
    "prepare: bytes behind the schema": prepare(SCHEMA + b"\0", stages=[PLUS_ONE]),
    "prepare: three schemas": prepare(SCHEMA * 3, stages=[COGROUP]),
    "prepare: groupRightBy of another type": prepare_stage(groupRightBy="x"),
    "setup: no JSON": small(5, b"}"),
    "setup: nothing": small(5, b""),
    "setup: an id used before": evaluating() + Setup(1, 1, PLENTY, PLENTY).encode()[0],
    "setup: nothing prepared": setup(prepared=2),
    "setup: a huge id": setup(prepared=10**300),
    "setup: no window": setup(window=None),
    "setup: a window of nothing": setup(window={"batches": 0, "bytes": 1}),
    "setup: a negative window": setup(window={"batches": -1, "bytes": 1}),
    "setup: a fraction": setup(window={"batches": 1.5, "bytes": 1}),
    "setup: not a number": setup(window={"batches": float("nan"), "bytes": 1}),
    "setup: negative demand": setup(demand={"batches": 1, "bytes": -1}),
    "setup: clocked of another type": setup(clocked="yes"),
    "setup: context of another type": setup(context=["a"]),
    "setup: a context value of another type": setup(context={"a": 1}),
    "request_n: too short": evaluating(small(6, bytes(15))),
    "request_n: too long": evaluating(small(6, bytes(17))),
    "request_n: negative": evaluating(small(6, struct.pack("<qq", -1, 1))),
    "payload: nothing": evaluating(payload(b"")),
    "payload: no marker": evaluating(payload(bytes(16))),
    "payload: another length": evaluating(payload(b"\xff\xff\xff\xff\x7f\0\0\0" + bytes(8))),
    "payload: garbage": evaluating(payload(b"\xff\xff\xff\xff\x40\0\0\0" + b"\xaa" * 64)),
    "payload: a schema": evaluating(payload(SCHEMA + bytes(-len(SCHEMA) % 8))),
    "payload: a truncated body": evaluating(payload(BATCH[:METADATA], BATCH[METADATA:-8])),
    "payload: no body": evaluating(payload(BATCH[:METADATA])),
    "payload: a dictionary that no field has": evaluating(
        payload(BATCH[:METADATA], BATCH[METADATA:], 1), payload(BATCH[:METADATA], BATCH[METADATA:])
    ),
    "payload: of a second input that there is not": evaluating(
        payload(BATCH[:METADATA], BATCH[METADATA:], 2)
    ),
    "payload: on the right, after its end": cogrouping(
        complete(2), payload(BATCH[:METADATA], BATCH[METADATA:], 2)
    ),
    "payload: on the right, garbage": cogrouping(
        payload(BATCH[:METADATA], BATCH[METADATA:]),
        payload(BATCH[:METADATA], BATCH[METADATA:]),
        complete(0),
        payload(b"\xff\xff\xff\xff\x40\0\0\0" + b"\xaa" * 64, flags=2),
    ),
    "complete: of a second input that there is not": evaluating(complete(2)),
    "complete: on the right, between a dictionary and its batch": cogrouping(
        payload(BATCH[:METADATA], BATCH[METADATA:], 3), complete(2)
    ),
    "complete: with content": evaluating(small(8, b"x")),
    "complete: between a dictionary and its batch": evaluating(
        payload(BATCH[:METADATA], BATCH[METADATA:], 1), small(8, b"")
    ),
    "cancel: with content": evaluating(small(9, b"x")),
    "hello: a second one": evaluating(small(1, b'{"versions":[1],"secret":""}', 0)),
    "welcome": small(2, b'{"version":1,"pid":1,"python":"","pyarrow":""}'),
    "prepared": evaluating(small(4, b"{}")),
    "error": evaluating(small(10, b'{"kind":"usage","message":""}')),
    "ended": evaluating(small(11, b"")),
    "log": evaluating(small(12, b'{"logger":"","level":"","message":""}')),
    "an unknown type": small(99, b""),
}

USAGE = {
    "no function": prepare_stage(function=""),
    "no module": prepare_stage(function=":f"),
    "a relative module": prepare_stage(function="..:f"),
    "a file no path can name": prepare_stage(function="/a\0b.py:f"),
    "an unknown kind": prepare_stage(kind="nonsense"),
    "no stages": prepare(),
    "no type": prepare_stage(returns="\0"),
    "a type that does not end": prepare_stage(returns="list<" * 3000),
    "a type nested too deeply": prepare_stage(returns="list<" * 3000 + "int8" + ">" * 3000),
    "a huge precision": prepare_stage(returns="decimal128(99999999999, 2)"),
    "a huge width": prepare_stage(returns="fixed_size_binary[99999999999999999999]"),
    "a dictionary of nothing": prepare_stage(returns="dictionary<values>"),
    "a dictionary without integers": prepare_stage(
        returns="dictionary<values=int8, indices=date32>"
    ),
    "a map of nothing": prepare_stage(returns="map<>"),
}


@pytest.mark.parametrize("name", PROTOCOL)
def test_protocol_error(jvm: Jvm, name: str) -> None:
    jvm.send_bytes(PROTOCOL[name])
    jvm.end_output()
    while not isinstance(error := jvm.receive(), Error):
        pass
    assert (error.kind, error.evaluation) == ("protocol", 0)
    jvm.expect_closed()


@pytest.mark.parametrize("name", USAGE)
def test_usage_error(jvm: Jvm, name: str) -> None:
    jvm.send_bytes(USAGE[name])
    error = jvm.expect(Error)
    assert (error.kind, error.evaluation) == ("usage", 0)
    jvm.send_bytes(prepare(id=2, stages=[PLUS_ONE]))
    jvm.receive()


def test_stale_frames_are_discarded(jvm: Jvm) -> None:
    prepared = jvm.prepare(X, stage("arrow_udfs:plus_one"))
    jvm.run_to_end(prepared, [])
    jvm.send(RequestN(1, 1, 1))
    jvm.send_bytes(payload(b"") + small(8, b"") + small(9, b""))
    jvm.run_to_end(prepared, [])


def test_credit_may_be_more_than_anything_uses(jvm: Jvm) -> None:
    evaluation = jvm.set_up(jvm.prepare(X, stage("arrow_udfs:plus_one")))
    jvm.send(*[RequestN(evaluation, (1 << 63) - 1, (1 << 63) - 1)] * 4)
    jvm.complete()
    jvm.receive()
