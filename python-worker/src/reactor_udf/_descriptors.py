"""Receives control frames together with the descriptors that a worker sends with its report."""

from __future__ import annotations

import os
import socket
from collections import deque

from reactor_udf._black_box import DESCRIPTORS
from reactor_udf._control import Decoder, Message


class Receiver:
    """Cuts what comes over a Unix socket into messages; `FORKED` gets a member `descriptors`.

    The kernel gives descriptors out with the bytes that they were sent with, in order, so the first
    ones belong to the first report. They are fewer than sent when this process has too many open.
    """

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._descriptors: deque[list[int]] = deque()

    def receive(self, channel: socket.socket) -> tuple[list[Message], bool]:
        """Return the messages that one read completes, and whether the channel goes on."""
        data, descriptors, _, _ = socket.recv_fds(
            channel, 65536, DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
        if descriptors:
            self._descriptors.append(descriptors)
        messages = self._decoder.feed(data)
        for message in messages:
            if message["type"] == "FORKED":
                message["descriptors"] = self._take()
        return messages, bool(data)

    def _take(self) -> list[int]:
        descriptors = self._descriptors.popleft() if self._descriptors else []
        if len(descriptors) == DESCRIPTORS:
            return descriptors
        for descriptor in descriptors:
            os.close(descriptor)
        return []
