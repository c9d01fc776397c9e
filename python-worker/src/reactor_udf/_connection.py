"""The byte stream between the JVM and this worker, in frames.

One thread reads and writes. Small frames are copied out of one read, so that a small evaluation
costs one read; a large frame is received straight into the buffer that its Arrow columns then view.
Writes gather: all frames of a call go out in one system call where the kernel takes them.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Callable
from itertools import islice
from os import sched_yield
from time import monotonic_ns
from typing import Any, Final

import pyarrow as pa

from reactor_udf._errors import ConnectionLost
from reactor_udf._frames import SIZE, TYPE_OFFSET, Fields, Frame, decode_header

_READ_SIZE: Final = 8 << 10
_MAX_GATHERED: Final = 1024
# So many reads look before they receive, after one that had to wait: to receive nothing is an
# exception, which takes four times as long.
_LOOKS: Final = 8
_NOTHING: Final = pa.py_buffer(b"")


class Connection:
    """Blocking frames over a connected stream socket, which it owns from now on.

    ``read`` and ``write`` raise ``ConnectionLost`` when the other side is gone. A frame that there
    is no memory for is read over, and then a ``MemoryError``. A read that finds nothing looks again
    for ``busy_wait`` nanoseconds, if the last one had not to wait for longer, before it sleeps: to
    be woken takes longer than to send a small frame.
    """

    def __init__(self, sock: socket.socket, socket_buffer: int, busy_wait: int = 0) -> None:
        sock.setblocking(True)
        if socket_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, socket_buffer)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, socket_buffer)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._receive_into = sock.recv_into
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        # The format that buffers of pyarrow have.
        self._view = memoryview(bytearray(_READ_SIZE)).cast("b")
        self._start = 0
        self._end = 0
        self._busy_wait = busy_wait
        self._waited = 0
        self._looks = 0

    def read(
        self, limit: int | None = None, before_waiting: Callable[[], None] | None = None
    ) -> tuple[Fields, pa.Buffer]:
        """Block for the next frame: the fields of its header, and its content in one buffer, which
        the caller owns.

        A frame with more than ``limit`` bytes of content is taken for a lost connection. What is to
        be done ``before_waiting`` is done if nothing of the frame has arrived.
        """
        if self._end - self._start < SIZE:
            self._fill(SIZE, before_waiting)
        view = self._view
        header = decode_header(view, self._start)
        start = self._start = self._start + SIZE
        size = header[0] + header[1]
        if limit is not None and size > limit:
            raise ConnectionLost(f"a frame of {size} bytes where at most {limit} are allowed")
        if not size:
            return header, _NOTHING
        try:
            content = pa.allocate_buffer(size)
        except MemoryError:
            self._skip_content(size)  # What follows is readable then, and the error can be told.
            raise
        end = start + size
        if end > self._end:
            self._take(memoryview(content))
        else:
            self._start = end
            memoryview(content)[:] = view[start:end]
        return header, content

    def next_type(self) -> int:
        """Return the type code of the next frame if it was received already, else 0."""
        start = self._start
        return self._view[start + TYPE_OFFSET] if self._end - start >= SIZE else 0

    def would_block(self) -> bool:
        """Whether a read would have to wait for the other side."""
        return self._start == self._end and not self._poll.poll(0)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def write(self, *frames: Frame) -> None:
        """Send ``frames`` in order; block until the kernel has taken all of them."""
        buffers: list[Any] = []
        for frame in frames:
            buffers += frame.encode()
        self.send(buffers)

    def send(self, buffers: list[Any]) -> None:
        """Do the same with the buffers of encoded frames."""
        size = 0
        for buffer in buffers:
            size += len(buffer)
        try:
            sent = 0 if len(buffers) > _MAX_GATHERED else self._socket.sendmsg(buffers)
            if sent < size:
                self._send_rest(buffers, sent)
        except OSError as error:
            raise ConnectionLost(f"writing failed: {error}") from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _send_rest(self, buffers: list[Any], sent: int) -> None:
        pending = deque(memoryview(buffer).cast("B") for buffer in buffers)
        while True:
            while pending and sent >= len(pending[0]):
                sent -= len(pending.popleft())
            if not pending:
                return
            pending[0] = pending[0][sent:]
            sent = self._socket.sendmsg(list(islice(pending, _MAX_GATHERED)))

    def _fill(self, wanted: int, before_waiting: Callable[[], None] | None = None) -> None:
        """Receive until so many bytes are here, no more than a frame's header or half of a read."""
        view = self._view
        if left := self._end - self._start:
            view[:left] = view[self._start : self._end]
        self._start, self._end = 0, left
        if self._looks and not left:
            if self._poll.poll(0):
                self._looks -= 1
            else:
                if before_waiting is not None:
                    before_waiting()
                self._wait()
        while self._end < wanted:
            try:
                received = self._receive_into(view[self._end :], 0, socket.MSG_DONTWAIT)
            except BlockingIOError:
                if before_waiting is not None and not self._end:
                    before_waiting()
                self._wait()
                continue
            except OSError as error:
                raise _lost(error) from error
            if not received:
                raise _lost()
            self._end += received

    def _wait(self) -> None:
        """Wait until there is something to receive."""
        self._looks = _LOOKS
        poll = self._poll.poll
        begun = now = monotonic_ns()
        if self._waited < self._busy_wait:
            until = begun + self._busy_wait
            while now < until:
                if poll(0):
                    self._waited = now - begun
                    return
                sched_yield()
                now = monotonic_ns()
        # A recv that blocks is also woken when the other side reads what we wrote.
        poll()
        self._waited = monotonic_ns() - begun

    def _take(self, target: memoryview) -> None:
        """Fill ``target`` with what was received, which is less, and what follows."""
        at = self._end - self._start
        if at:
            target[:at] = self._view[self._start : self._end]
        self._start = self._end = 0
        size = len(target)
        if size - at < _READ_SIZE // 2:
            # What follows a small frame is likely small too: read it along.
            self._fill(size - at)
            self._start = size - at
            target[at:] = self._view[: size - at]
            return
        while at < size:
            try:
                received = self._receive_into(target[at:], 0, socket.MSG_WAITALL)
            except OSError as error:
                raise _lost(error) from error
            if not received:
                raise _lost()
            at += received

    def _skip_content(self, size: int) -> None:
        while size:
            self._fill(1)
            step = min(size, self._end - self._start)
            self._start += step
            size -= step


def _lost(error: OSError | None = None) -> ConnectionLost:
    if error is None:
        return ConnectionLost("the other side closed the connection")
    return ConnectionLost(f"reading failed: {error}")
