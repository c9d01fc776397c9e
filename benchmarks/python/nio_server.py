"""The server of the hand-written client: one connection, and as little per batch as there can be.

Each way goes the length of an Arrow message as an i64, then the message; length 0 ends an
evaluation, and is answered by the same. The first message of an evaluation names the workload and
its form, in a line, and has the input's schema behind it.
"""

from __future__ import annotations

import json
import socket
import struct
import tempfile
from pathlib import Path

import pyarrow as pa

import functions

SOCKET_BUFFER = 1 << 20
LENGTH = struct.Struct("<q")


def main() -> None:
    """Serve the one client that connects, until it closes the connection."""
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "socket")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen(1)
            print(json.dumps({"ready": True, "socket": path}), flush=True)
            client, _ = listening.accept()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    with client:
        length = bytearray(LENGTH.size)
        prepared = {}
        while _fill(client, length):
            setup = _message(client, LENGTH.unpack(length)[0]).to_pybytes()
            if setup not in prepared:
                prepared[setup] = _prepare(setup)
            _evaluate(client, length, *prepared[setup])


def _prepare(setup: bytes) -> tuple:
    workload, form = setup.split(b"\n", 1)[0].decode().split()
    schema = pa.ipc.read_schema(pa.py_buffer(setup[setup.index(b"\n") + 1 :]))
    return schema, functions.evaluator(workload, form), functions.WORKLOADS[workload]


def _evaluate(
    client: socket.socket, length: bytearray, schema: pa.Schema, call, names: list[str]
) -> None:
    read_record_batch, from_arrays = pa.ipc.read_record_batch, pa.RecordBatch.from_arrays
    unpack, pack, send = LENGTH.unpack, LENGTH.pack, client.sendmsg
    while _fill(client, length):
        size = unpack(length)[0]
        if size == 0:
            client.sendall(pack(0))
            return
        batch = read_record_batch(_message(client, size), schema)
        result = from_arrays(call(batch.columns), names).serialize()
        head = pack(result.size)
        sent = send([head, result])
        if sent < len(head) + result.size:
            client.sendall(
                (head + result.to_pybytes())[sent:]
                if sent < len(head)
                else memoryview(result)[sent - len(head) :]
            )


def _message(client: socket.socket, size: int) -> pa.Buffer:
    buffer = pa.allocate_buffer(size)
    if not _fill(client, buffer):
        raise EOFError("the client went away in a message")
    return buffer


def _fill(client: socket.socket, buffer) -> bool:
    """Read until the buffer is full; false if the client closed the connection before."""
    view = memoryview(buffer)
    count = client.recv_into(view)
    while 0 < count < len(view):
        more = client.recv_into(view[count:])
        if more == 0:
            return False
        count += more
    return count > 0


if __name__ == "__main__":
    main()
