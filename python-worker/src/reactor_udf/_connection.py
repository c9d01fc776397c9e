"""The byte stream between the JVM and this worker, in frames.

One thread reads and writes. Small frames are copied out of one read, so that a small evaluation
costs one read; a large frame is received straight into the buffer that its Arrow columns then view.
Writes gather: all frames of a call go out in one system call where the kernel takes them.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from typing import Any, Final

import pyarrow as pa

from reactor_udf._errors import ConnectionLost
from reactor_udf._frames import SIZE, Frame, Header, decode_header

_READ_SIZE: Final = 64 << 10
_MAX_GATHERED: Final = 64


class Connection:
    """Blocking frames over a connected stream socket, which it owns from now on.

    ``read`` and ``write`` raise ``ConnectionLost`` when the other side is gone.
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
        self._fill(SIZE)
        header = decode_header(self._view, self._start)
        self._start += SIZE
        size = header.content_length
        if limit is not None and size > limit:
            raise ConnectionLost(f"a frame of {size} bytes where at most {limit} are allowed")
        content = pa.allocate_buffer(size)
        if size:
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

    def write(self, *frames: Frame) -> None:
        """Send ``frames`` in order; block until the kernel has taken all of them."""
        pending: deque[memoryview] = deque()
        for frame in frames:
            pending.extend(memoryview(buffer).cast("B") for buffer in frame.encode())
        try:
            while pending:
                self._skip(pending, self._send(pending))
        except OSError as error:
            raise ConnectionLost(f"writing failed: {error}") from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _send(self, pending: deque[memoryview]) -> int:
        if len(pending) == 1:
            return self._socket.send(pending[0])
        if len(pending) <= _MAX_GATHERED:
            return self._socket.sendmsg(pending)
        return self._socket.sendmsg([pending[index] for index in range(_MAX_GATHERED)])

    @staticmethod
    def _skip(pending: deque[memoryview], sent: int) -> None:
        while pending and sent >= len(pending[0]):
            sent -= len(pending.popleft())
        if sent:
            pending[0] = pending[0][sent:]

    def _fill(self, wanted: int) -> None:
        while self._end - self._start < wanted:
            if self._start:
                left = self._end - self._start
                self._view[:left] = bytes(self._view[self._start : self._end])
                self._start, self._end = 0, left
            self._end += self._receive(self._view[self._end :], 0)

    def _take(self, target: memoryview) -> None:
        size = len(target)
        at = min(size, self._end - self._start)
        target[:at] = self._view[self._start : self._start + at]
        self._start += at
        if size - at < _READ_SIZE // 4:
            # What follows a small frame is likely small too: read it along.
            while at < size:
                self._fill(1)
                step = min(size - at, self._end - self._start)
                target[at : at + step] = self._view[self._start : self._start + step]
                self._start += step
                at += step
        while at < size:
            at += self._receive(target[at:], socket.MSG_WAITALL)

    def _receive(self, view: Any, flags: int) -> int:
        try:
            received = self._socket.recv_into(view, 0, flags)
        except OSError as error:
            raise ConnectionLost(f"reading failed: {error}") from error
        if not received:
            raise ConnectionLost("the other side closed the connection")
        return received
