"""The byte stream between the JVM and this worker, in frames.

One thread reads and writes. Small frames are copied out of one read, so that a small evaluation
costs one read; a large frame is received straight into the buffer that its Arrow columns then view.
Writes gather: all frames of a call go out in one system call where the kernel takes them.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from reactor_udf._errors import ConnectionLost
from reactor_udf._frames import SIZE, Frame, Header, decode_header

_READ_SIZE: Final = 8 << 10
_MAX_GATHERED: Final = 64


class Connection:
    """Blocking frames over a connected stream socket, which it owns from now on.

    ``read`` and ``write`` raise ``ConnectionLost`` when the other side is gone. A frame that there
    is no memory for is read over, and then a ``MemoryError``.
    """

    def __init__(self, sock: socket.socket, socket_buffer: int) -> None:
        sock.setblocking(True)
        if socket_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, socket_buffer)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, socket_buffer)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._view = memoryview(bytearray(_READ_SIZE))
        self._start = 0
        self._end = 0

    def read(self, limit: int | None = None) -> tuple[Header, pa.Buffer]:
        """Block for the next frame; its content is in one buffer, which the caller owns.

        A frame with more than ``limit`` bytes of content is taken for a lost connection.
        """
        if self._end - self._start < SIZE:
            self._fill(SIZE)
        header = decode_header(self._view, self._start)
        self._start = start = self._start + SIZE
        size = header.metadata_length + header.body_length
        if limit is not None and size > limit:
            raise ConnectionLost(f"a frame of {size} bytes where at most {limit} are allowed")
        try:
            content = pa.allocate_buffer(size)
        except MemoryError:
            self._skip_content(size)  # What follows is readable then, and the error can be told.
            raise
        if 0 < size <= self._end - start:
            self._start = start + size
            memoryview(content).cast("B")[:] = self._view[start : start + size]
        elif size:
            self._take(memoryview(content).cast("B"))
        return header, content

    def next_type(self) -> int:
        """Return the type code of the next frame if it was received already, else 0."""
        if self._end - self._start < SIZE:
            return 0
        return decode_header(self._view, self._start).type

    def would_block(self) -> bool:
        """Whether a read would have to wait for the other side."""
        return self._start == self._end and not self._poll.poll(0)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def write(self, *frames: Frame) -> None:
        """Send ``frames`` in order; block until the kernel has taken all of them."""
        buffers = [buffer for frame in frames for buffer in frame.encode()]
        try:
            sent = self._socket.sendmsg(buffers[:_MAX_GATHERED])
            if sent < sum(map(len, buffers)):
                self._write_rest(buffers, sent)
        except OSError as error:
            raise ConnectionLost(f"writing failed: {error}") from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _write_rest(self, buffers: list[Any], sent: int) -> None:
        pending = deque(memoryview(buffer).cast("B") for buffer in buffers)
        while True:
            while pending and sent >= len(pending[0]):
                sent -= len(pending.popleft())
            if not pending:
                return
            pending[0] = pending[0][sent:]
            sent = self._socket.sendmsg(list(islice(pending, _MAX_GATHERED)))

    def _fill(self, wanted: int) -> None:
        while self._end - self._start < wanted:
            if self._start:
                left = self._end - self._start
                self._view[:left] = bytes(self._view[self._start : self._end])
                self._start, self._end = 0, left
            # A recv that blocks is also woken when the other side reads what we wrote; this is not.
            self._poll.poll()
            self._end += self._receive(self._view[self._end :], 0)

    def _take(self, target: memoryview) -> None:
        size, start = len(target), self._start
        at = min(size, self._end - start)
        if at:
            target[:at] = self._view[start : start + at]
            self._start = start + at
        if size - at < _READ_SIZE // 2:
            # What follows a small frame is likely small too: read it along.
            while at < size:
                self._fill(1)
                step = min(size - at, self._end - self._start)
                target[at : at + step] = self._view[self._start : self._start + step]
                self._start += step
                at += step
        while at < size:
            at += self._receive(target[at:], socket.MSG_WAITALL)

    def _skip_content(self, size: int) -> None:
        while size:
            self._fill(1)
            step = min(size, self._end - self._start)
            self._start += step
            size -= step

    def _receive(self, view: Any, flags: int) -> int:
        try:
            received = self._socket.recv_into(view, 0, flags)
        except OSError as error:
            raise ConnectionLost(f"reading failed: {error}") from error
        if not received:
            raise ConnectionLost("the other side closed the connection")
        return received
