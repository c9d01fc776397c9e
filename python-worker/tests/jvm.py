"""A scripted JVM: drives a worker that serves the other end of a socket pair in a thread."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pytest

from reactor_udf._arrow_messages import decoder_factory, encoder_factory
from reactor_udf._connection import Connection
from reactor_udf._errors import ConnectionLost
from reactor_udf._frames import (
    Cancel,
    Complete,
    Credit,
    Ended,
    Error,
    Frame,
    Hello,
    Log,
    Payload,
    Prepare,
    Prepared,
    RequestN,
    Setup,
    StageRequest,
    Welcome,
    decode,
)
from reactor_udf._interrupts import Interrupts
from reactor_udf._worker import serve

SECRET = "s3cret"
PLENTY = Credit(1000, 1 << 40)
UDFS = str(Path(__file__).parent / "udfs")

_Frame = TypeVar("_Frame", bound=Frame)


def frame_encoder(schema: pa.Schema, evaluation: int) -> Callable[[pa.RecordBatch], list[Payload]]:
    """Return what makes the PAYLOADs of a batch, one stream of them."""
    encode = encoder_factory(schema)().encode

    def payloads(batch: pa.RecordBatch) -> list[Payload]:
        *dictionaries, last = [
            pa.py_buffer(b"".join(bytes(memoryview(part)) for part in buffers))
            for _, _, buffers in encode(batch)
        ]
        first = [Payload(evaluation, message, dictionary=True) for message in dictionaries]
        return [*first, Payload(evaluation, last)]

    return payloads


def frame_decoder(schema_message: bytes) -> Callable[[Sequence[Payload]], pa.RecordBatch]:
    """Return what makes a batch of its PAYLOADs, one stream of them."""
    decode = decoder_factory(schema_message)().decode
    return lambda payloads: decode([payload.message for payload in payloads])


class Jvm:
    """Sends frames and expects frames; LOG frames are put aside in ``logs``."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(30)
        self._socket = sock
        self.connection = Connection(sock, 1 << 20)
        sock.settimeout(30)
        self.logs: list[Log] = []
        self._evaluation = 0
        self._prepared = 0

    def send(self, *frames: Frame) -> None:
        self.connection.write(*frames)

    def send_bytes(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self) -> Frame:
        while isinstance(frame := decode(*self.connection.read()), Log):
            self.logs.append(frame)
        return frame

    def expect_log(self) -> Log:
        frame = decode(*self.connection.read())
        assert isinstance(frame, Log), f"expected Log, got {frame}"
        return frame

    def expect(self, kind: type[_Frame]) -> _Frame:
        frame = self.receive()
        assert isinstance(frame, kind), f"expected {kind.__name__}, got {frame}"
        return frame

    def expect_beside_grants(self, kind: type[_Frame]) -> _Frame:
        """A worker that would wait may say before what it consumed (D4)."""
        while isinstance(frame := self.receive(), RequestN):
            pass
        assert isinstance(frame, kind), f"expected {kind.__name__}, got {frame}"
        return frame

    def expect_silence(self) -> None:
        """The worker has sent nothing more: it can't have, when it is known to be blocked."""
        assert self.connection.would_block()

    def answer_within(self, seconds: float) -> bool:
        """Whether something arrives in this time."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def expect_closed(self) -> None:
        with pytest.raises(ConnectionLost, match=r"closed the connection|\[Errno "):
            self.receive()

    def end_output(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def greet(self, secret: str = SECRET) -> Welcome:
        self.send(Hello((1,), secret))
        return self.expect(Welcome)

    def prepare(
        self,
        schema: pa.Schema,
        *stages: StageRequest,
        modules: Sequence[str] = (UDFS,),
        row_errors: str = "fail",
        right: pa.Schema | None = None,
    ) -> Prepared:
        answer = self.try_prepare(
            schema, *stages, modules=modules, row_errors=row_errors, right=right
        )
        assert isinstance(answer, Prepared), answer
        return answer

    def try_prepare(
        self,
        schema: pa.Schema,
        *stages: StageRequest,
        modules: Sequence[str] = (UDFS,),
        row_errors: str = "fail",
        right: pa.Schema | None = None,
    ) -> Frame:
        self._prepared += 1
        message = schema.serialize().to_pybytes()
        if right is not None:
            message += right.serialize().to_pybytes()
        self.send(Prepare(self._prepared, tuple(modules), stages, message, row_errors))
        return self.receive()

    def refused(
        self,
        schema: pa.Schema,
        *stages: StageRequest,
        row_errors: str = "fail",
        right: pa.Schema | None = None,
    ) -> str:
        """Prepare what is wrong, and return the message of the usage error."""
        answer = self.try_prepare(schema, *stages, row_errors=row_errors, right=right)
        assert isinstance(answer, Error), answer
        assert (answer.kind, answer.evaluation) == ("usage", 0), answer
        return answer.message

    def set_up(
        self,
        prepared: Prepared,
        window: Credit = PLENTY,
        demand: Credit = PLENTY,
        *,
        clocked: bool = False,
        context: Mapping[str, str] | None = None,
    ) -> int:
        self._evaluation += 1
        self.send(Setup(self._evaluation, prepared.id, window, demand, clocked, context or {}))
        return self._evaluation

    def payloads(self, *batches: pa.RecordBatch, right: bool = False) -> list[Payload]:
        return [Payload(self._evaluation, batch.serialize(), right=right) for batch in batches]

    def send_units(self, *batches: pa.RecordBatch) -> None:
        """Send batches with their dictionaries."""
        encode = frame_encoder(batches[0].schema, self._evaluation)
        for batch in batches:
            self.send(*encode(batch))

    def send_batches(self, *batches: pa.RecordBatch, right: bool = False) -> None:
        self.send(*self.payloads(*batches, right=right))

    def complete(self, *, right: bool = False) -> None:
        self.send(Complete(self._evaluation, right))

    def cancel(self) -> None:
        self.send(Cancel(self._evaluation))

    def grant(self, batches: int, size: int = 1 << 40) -> None:
        self.send(RequestN(self._evaluation, batches, size))

    def expect_batch(self, prepared: Prepared) -> pa.RecordBatch:
        payload = self.expect(Payload)
        assert payload.evaluation == self._evaluation
        return pa.ipc.read_record_batch(payload.message, output_schema(prepared))

    def run(
        self, schema: pa.Schema, batches: Sequence[pa.RecordBatch], *stages: StageRequest
    ) -> list[pa.RecordBatch]:
        """Evaluate over ``batches``, of which the columns that are read are sent."""
        outputs, end = self.run_to_end(self.prepare(schema, *stages), batches)
        assert isinstance(end, Complete), end
        return outputs

    def run_to_end(
        self,
        prepared: Prepared,
        batches: Sequence[pa.RecordBatch],
        right: Sequence[pa.RecordBatch] | None = None,
    ) -> tuple[list[pa.RecordBatch], Frame]:
        evaluation = self.set_up(prepared)
        if batches:
            self.send_units(*(batch.select(list(prepared.reads)) for batch in batches))
        self.complete()
        if right is not None:
            self.send_batches(*right, right=True)
            self.complete(right=True)
        outputs, unit = [], []
        decode = frame_decoder(prepared.schema)
        while True:
            frame = self.receive()
            if isinstance(frame, Payload):
                unit.append(frame)
                if not frame.dictionary:
                    outputs.append(decode(unit))
                    unit = []
            elif not isinstance(frame, RequestN):
                assert self.expect(Ended) == Ended(evaluation)
                return outputs, frame


def output_schema(prepared: Prepared) -> pa.Schema:
    return pa.ipc.read_schema(pa.py_buffer(prepared.schema))


def stage(function: str, **members: Any) -> StageRequest:
    """A stage of a function in tests/udfs, or anywhere."""
    return StageRequest(
        function,
        members.get("kind"),
        tuple(members["on"]) if "on" in members else None,
        members.get("constants", {}),
        members.get("name"),
        members.get("returns"),
        members.get("source"),
        tuple(members["group_by"]) if "group_by" in members else None,
        members.get("collect"),
        members.get("rows"),
        members.get("beside", False),
        members.get("lateral", False),
        members.get("concurrency"),
        tuple(members["group_right_by"]) if "group_right_by" in members else None,
    )


@contextmanager
def worker(interrupts: Interrupts | None = None, socket_buffer: int = 1 << 20) -> Iterator[Jvm]:
    """A worker that has not been greeted; at the end it has to return by itself."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(
        target=serve,
        args=(theirs, SECRET.encode(), interrupts or Interrupts(None)),
        kwargs={"socket_buffer": socket_buffer},
        daemon=True,
    )
    thread.start()
    jvm = Jvm(ours)
    try:
        yield jvm
    finally:
        jvm.connection.close()
        thread.join(30)
        assert not thread.is_alive(), "the worker has not returned"
